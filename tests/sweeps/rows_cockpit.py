"""The cockpit, indicators, the rows behind them, and the public progress board.

Which division a page shows stands in the query, which these rows cannot vary: that another district's is not
found is proved in tests/governance/test_cockpit_drill.py.
"""

from types import SimpleNamespace

from tests.governance.cockpit_world import MONTH, furnish
from tests.sweeps.table import Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.governance.operations.indicators import compute_month

PEOPLE = "elders-60"  # the most telling rows


def build(world: SimpleNamespace) -> None:
    """A furnished city with one computed month."""
    world.rows = furnish(world)
    compute_month(month=MONTH, by=None, at=AT)


def _indicator(world: SimpleNamespace) -> dict:
    return {"indicator_id": PEOPLE}


def _month(world: SimpleNamespace) -> dict:
    return {"month": str(MONTH)}


ROWS = [
    Row("governance:cockpit", P.VIEW_COCKPIT, query=f"month={MONTH}&shown=care-homes"),
    Row("governance:compute", P.PUBLISH_BULLETIN, data=_month, status=303),
    Row("governance:cockpit_export", P.EXPORT_ROWS, query=f"month={MONTH}"),
    Row("governance:indicator", P.VIEW_COCKPIT, _indicator, query=f"month={MONTH}"),
    Row("governance:indicator_rows", P.DRILL_INDICATOR, _indicator, query=f"month={MONTH}"),
    Row("governance:indicator_export", P.EXPORT_ROWS, _indicator, query=f"month={MONTH}"),
    Row("governance:progress", None),
    Row("governance:progress_indicator", None, lambda w: {"indicator_id": "no-such"}, status=404),
]
