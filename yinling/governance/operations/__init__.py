"""Writes of governance, one file per subject."""
