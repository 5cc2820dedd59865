"""Reads of governance, one file per subject."""
