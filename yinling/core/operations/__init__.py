"""Writes of core, one file per subject."""
