"""Who may do what to which object of governance, beyond the right itself."""
