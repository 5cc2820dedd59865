"""Writes of the registry, one file per subject. Constraints decide; `explains` turns them into words."""
