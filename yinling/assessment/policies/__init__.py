"""Who may see what of an assessment."""
