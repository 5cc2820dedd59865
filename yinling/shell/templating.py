"""Filters and globals of the template environment."""

from jinja2 import Environment


def install(env: Environment) -> None:
    """Add what every template may use."""
