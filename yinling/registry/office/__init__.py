"""Staff pages of the registry, one file per subject; urls.py joins their lists."""
