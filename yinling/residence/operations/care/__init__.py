"""Care in the home: plans and tasks, codes at beds, protections, incidents, vital signs, medicines, handovers."""
