"""What each role may do: `permissions.py` names the rights, `roles.py` gives them out, with reasons."""
