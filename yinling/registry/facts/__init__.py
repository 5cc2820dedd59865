"""Views of schema `facts`: the state of the registry as of the date in the setting `yinling.as_of`.

One file per view. Time is handled here and nowhere else, so that the definition of an indicator has no time
logic and a snapshot is these very rows. What each view offers is documented in `rulebook/facts.yaml`.

What only a room above knows comes in through the empty views of `seams.sql`: the room replaces them in its own
migration and adds views of its own. Whoever changes a view here later remakes the whole schema in a migration of the
highest room that fills a seam (`residence/facts`), since these scripts alone would leave the seams empty.
"""

from pathlib import Path

# In the order in which they are made: later ones read earlier ones.
FILES = (
    "schema",
    "seams",
    "division",
    "person",
    "place",
    "bed",
    "home_care_bed",
    "worker",
    "town",
    "village",
    "district",
)


def create_sql() -> str:
    """All views, as one script."""
    return "\n".join((Path(__file__).parent / f"{name}.sql").read_text() for name in FILES)


DROP_SQL = "DROP SCHEMA facts CASCADE"
