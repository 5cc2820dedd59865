"""Who is next: the order of a waiting list as a pure function, the choice for a bed, and why a place moved."""
