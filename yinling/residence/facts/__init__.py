"""What residence adds to the views of schema `facts` (see `registry/facts`): the seams filled, and views of its own.

This room stands highest of those that fill a seam, so a migration that changes any view remakes all with `remake_sql`.
"""

from pathlib import Path

from yinling.registry.facts import DROP_SQL
from yinling.registry.facts import create_sql as registry_sql

FILES = ("seams", "stay", "home_visit", "application")


def create_sql() -> str:
    return "\n".join((Path(__file__).parent / f"{name}.sql").read_text() for name in FILES)


def remake_sql() -> str:
    """The whole schema anew: the registry's views, then this room's."""
    return f"{DROP_SQL};\n{registry_sql()}\n{create_sql()}"


def registry_only_sql() -> str:
    """Back to before this room: the seams empty again."""
    return f"{DROP_SQL};\n{registry_sql()}"
