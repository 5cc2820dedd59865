"""Monthly dispatch and my work."""

from types import SimpleNamespace

from tests.governance.dispatch import OCTOBER, build_dispatch
from tests.sweeps.table import Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.governance.operations.rounds import open_round


def build(world: SimpleNamespace) -> None:
    """A round; its reports by the street offices lie inside every scope of the own district."""
    build_dispatch(world)
    world.dispatch_round = open_round(month=OCTOBER, by=None, at=AT)


def _report(unit: str):
    return lambda w: {"pk": w.dispatch_round.reports.get(organisation=getattr(w, unit)).pk}


def _month(world: SimpleNamespace) -> dict:
    return {"month": str(OCTOBER)}


ROWS = [
    Row("governance:my_work", P.FILL_REPORT),
    Row("governance:rounds", P.VIEW_LEDGER),
    Row("governance:open_round", P.MANAGE_ROUNDS, data=_month, status=303),
    Row("governance:round_settings", P.MANAGE_ROUNDS),
    Row("governance:round", P.VIEW_LEDGER, args=_month, query="show=waiting"),
    Row("governance:remind_round", P.MANAGE_ROUNDS, args=_month, data=lambda w: {}, status=303),
    Row("governance:lock_round", P.MANAGE_ROUNDS, args=_month, data=lambda w: {}, status=303),
    Row(
        "governance:reopen_round", P.MANAGE_ROUNDS, args=_month, data=lambda w: {"reason": "补报"}, status=303
    ),
    Row("governance:export_round", P.EXPORT_ROWS, args=_month),
    Row(
        "governance:report",
        P.VIEW_LEDGER,
        args=_report("town_office"),
        foreign=_report("foreign_town_office"),
    ),
    # Filling another unit's report is answered with a message, never with a change.
    Row(
        "governance:fill_report",
        P.FILL_REPORT,
        args=_report("town_office"),
        foreign=_report("foreign_town_office"),
        data=lambda w: {"summary": "总体平稳", "revision": "0"},
        status=303,
    ),
    Row(
        "governance:review_report",
        P.REVIEW_REPORT,
        args=_report("town_office"),
        foreign=_report("foreign_town_office"),
        data=lambda w: {"act": "accept"},
        status=303,
    ),
]
