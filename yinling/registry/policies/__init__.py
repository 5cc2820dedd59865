"""Who may do what to which row, where that is more than a right and a scope."""
