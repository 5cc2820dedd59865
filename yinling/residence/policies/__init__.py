"""Who may do what in this room, beyond rights and reach."""
