"""Checks of prepaid fees: before a receipt is taken, and of what a home holds."""
