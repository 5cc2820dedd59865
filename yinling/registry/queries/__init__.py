"""Reads of the registry, one file per subject. Every one of rows begins with `.visible_to(actor)`."""
