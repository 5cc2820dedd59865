"""Bulletins."""

from types import SimpleNamespace

from tests.sweeps.table import Row
from tests.world import AT, TODAY
from yinling.core.access.permissions import Permission as P
from yinling.core.files import store_bytes
from yinling.core.letters import Letter, write
from yinling.governance.models import Bulletin, Snapshot
from yinling.kernel.periods import Month

_MONTH = Month(2026, 8)


def build(world: SimpleNamespace) -> None:
    """A published bulletin, which speaks of the whole city and is for everyone who sees the cockpit."""
    snapshot = Snapshot.objects.create(month=_MONTH.first_on, taken_at=AT, manifest_sha256="0" * 64)
    words = {"number": "月调度通报〔2026〕8号", "title": "通报", "addressee": "各区市", "remark": ""}
    letter = Letter(
        issuer="威海市民政局",
        document_number=words["number"],
        title=words["title"],
        addressee=words["addressee"],
        blocks=[],
        signed_on=TODAY,
        made_at=AT,
    )
    world.bulletin = Bulletin.objects.create(
        kind="month",
        period=str(_MONTH),
        snapshot=snapshot,
        content={
            "data": {"label": _MONTH.label, "month": str(_MONTH), "as_of": "2026-08-31", "tally": []},
            "words": {**words, "issuer": "威海市民政局", "blocks": [], "annexes": []},
        },
        file=store_bytes(write(letter), name="bulletin.docx", by=None, at=AT),
        written_at=AT,
        written_by=world.second,
        published_at=AT,
        published_by=world.second,
    )


def _bulletin(world: SimpleNamespace) -> dict:
    return {"pk": world.bulletin.pk}


ROWS = [
    Row("governance:bulletins", P.VIEW_COCKPIT),
    Row(
        "governance:write_bulletin",
        P.PUBLISH_BULLETIN,
        data=lambda w: {"kind": "month", "period": "none"},
        status=303,
    ),
    Row("governance:bulletin", P.VIEW_COCKPIT, args=_bulletin),
    Row("governance:publish_bulletin", P.PUBLISH_BULLETIN, args=_bulletin, data=lambda w: {}, status=303),
    Row("governance:bulletin_word", P.VIEW_COCKPIT, args=_bulletin),
]
