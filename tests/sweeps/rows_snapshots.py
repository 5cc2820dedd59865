"""Frozen months: of the whole city, in totals; for those who publish bulletins."""

from tests.sweeps.table import Row
from yinling.core.access.permissions import Permission as P

ROWS = [
    Row("governance:snapshots", P.PUBLISH_BULLETIN),
    Row("governance:take_snapshot", P.PUBLISH_BULLETIN, data=lambda w: {"month": "none"}, status=303),
    Row(
        "governance:verify_snapshot",
        P.PUBLISH_BULLETIN,
        args=lambda w: {"month": "2026-07"},
        data=lambda w: {},
        status=303,
    ),
]
