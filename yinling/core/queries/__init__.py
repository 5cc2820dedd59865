"""Reads of core, one file per subject."""
