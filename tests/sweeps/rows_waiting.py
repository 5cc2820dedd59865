"""The waiting list: applications, offers, skips, publications, the public pages, an elder's own."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from tests.residence import waiting as make
from tests.sweeps.table import Row
from tests.world import AT
from yinling.assessment.choices import Channel
from yinling.assessment.queries.results import valid_result
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.registry.models import Person
from yinling.residence.models import Application
from yinling.residence.operations.offering import offer_bed
from yinling.residence.operations.publishing import object_to_list, publish_list
from yinling.residence.operations.skips import propose_skip
from yinling.residence.waiting_choices import SkipGround


def build(world: SimpleNamespace) -> None:
    """In either district: an elder with an offer, a skip that waits, and an objection."""
    world.public_home = make.public_home(world, beds=3)
    world.foreign_public_home = make.public_home(world, name="荣成市社会福利院", foreign=True, beds=3)
    homes = (
        (world.elder, world.public_home, Role.DISTRICT_BUREAU, ""),
        (world.foreign_elder, world.foreign_public_home, Role.DISTRICT_BUREAU, "foreign_"),
    )
    publication = publish_list(by=None, at=AT - timedelta(hours=2))
    for person, home, role, prefix in homes:
        row = _waiting(person, home)
        offer = offer_bed(bed=make.beds_of(home)[0], by=None, at=AT)
        clerk = (world.foreign if prefix else world.accounts)[role]
        skip = propose_skip(
            application=row,
            ground=SkipGround.OTHER,
            particulars="家属外出",
            until=date(2026, 11, 1),
            by=clerk,
            at=AT,
        )
        objection = object_to_list(
            publication=publication,
            text="次序请核对",
            name="周先生",
            application=row,
            channel=Channel.COUNTER,
            by=None,
            at=AT,
        )
        for name, made in {"applied": row, "offer": offer, "skip": skip, "objection": objection}.items():
            setattr(world, f"{prefix}{name}", made)


def _waiting(person: Person, home: Any) -> Application:
    if valid_result(person, "admission", AT) is None:
        make.assess(person)
    return make.waiting(person, home, at=AT - timedelta(hours=1))


def _pk(name: str):
    return lambda w: {"pk": getattr(w, name).pk}


def _own(name: str):
    return {"args": _pk(name), "foreign": _pk(f"foreign_{name}")}


def _bed(name: str):
    return lambda w: {"pk": make.beds_of(getattr(w, name))[1].pk}


def _post(name: str, permission: P, data: Any = None, **more: Any) -> Row:
    made = data if callable(data) else (lambda w: data or {"sent": "1"})
    return Row(f"residence:{name}", permission, data=made, status=303, **more)


_MINE = {"args": _pk("elder"), "foreign": _pk("foreign_elder"), "near": _pk("near_elder")}
_MY_OFFER = {
    "args": lambda w: {"pk": w.elder.pk, "offer": w.offer.pk},
    "foreign": lambda w: {"pk": w.foreign_elder.pk, "offer": w.foreign_offer.pk},
    "near": lambda w: {"pk": w.near_elder.pk, "offer": w.offer.pk},
}
ROWS = [
    Row(
        "residence:waiting",
        P.VIEW_QUEUE,
        query="state=queue&class=others&home=1&text=王&applied=2026-10&named=1",
    ),
    Row("residence:waiting_new", P.APPLY_FOR_HOME, query="text=王"),
    Row("residence:waiting_due", P.VIEW_QUEUE),
    Row("residence:application", P.VIEW_QUEUE, **_own("applied")),
    Row("residence:waiting_receipt", P.VIEW_QUEUE, **_own("applied")),
    _post("waiting_refresh", P.MANAGE_QUEUE),
    _post("waiting_verify", P.MANAGE_QUEUE, **_own("applied")),
    _post("waiting_reject", P.MANAGE_QUEUE, {"reject-reason": "户籍不符"}, **_own("applied")),
    _post("waiting_end", P.APPLY_FOR_HOME, {"end-reason": "不住了"}, **_own("applied")),
    _post("waiting_reopen", P.MANAGE_QUEUE, {"reopen-reason": "撤错了人"}, **_own("applied")),
    _post("waiting_wishes", P.APPLY_FOR_HOME, {"bed_kinds": "nursing"}, **_own("applied")),
    _post(
        "waiting_skip",
        P.MANAGE_QUEUE,
        {"skip-ground": "other", "skip-particulars": "外出", "skip-until": "2026-12-01"},
        **_own("applied"),
    ),
    _post("skip_decide", P.APPROVE_SKIP, {"approve": "1"}, **_own("skip")),
    _post("skip_lift", P.MANAGE_QUEUE, **_own("skip")),
    Row("residence:offers", P.MANAGE_QUEUE, query="bed=1"),
    _post("bed_offer", P.MANAGE_QUEUE, args=_bed("public_home"), foreign=_bed("foreign_public_home")),
    _post(
        "bed_assure",
        P.MANAGE_QUEUE,
        lambda w: {"application": w.applied.pk},
        args=_bed("public_home"),
        foreign=_bed("foreign_public_home"),
    ),
    _post(
        "home_reserve",
        P.MANAGE_QUEUE,
        {"reserve-beds": "1", "reserve-source": "上年收住"},
        args=_pk("public_home"),
        foreign=_pk("foreign_public_home"),
    ),
    Row("residence:offer", P.VIEW_QUEUE, **_own("offer")),
    Row("residence:offer_notice", P.VIEW_QUEUE, **_own("offer")),
    _post("offer_answer", P.APPLY_FOR_HOME, {"accept": "1", "channel": "phone"}, **_own("offer")),
    _post("offer_withdraw", P.MANAGE_QUEUE, {"withdraw-reason": "维修"}, **_own("offer")),
    _post("offer_lapse", P.MANAGE_QUEUE, {"lapse-reason": "未来"}, **_own("offer")),
    _post("offer_annul", P.APPROVE_SKIP, {"annul-reason": "登记错了人"}, **_own("offer")),
    Row("residence:waiting_figures", P.VIEW_QUEUE, query="month=2026-10"),
    Row(
        "residence:waiting_offers",
        P.VIEW_QUEUE,
        query="what=offered&month=2026-10&whose=homes&class=others&home=1",
    ),
    Row("residence:waiting_export", P.EXPORT_ROWS, query="state=&month=2026-10", fragments=False),
    Row("residence:objections", P.VIEW_QUEUE),
    _post("waiting_publish", P.MANAGE_QUEUE),
    _post("objection_answer", P.MANAGE_QUEUE, {"upheld": "0", "answer": "经核查无误"}, **_own("objection")),
    Row("residence:queue", None),
    Row("residence:queue_lookup", None),
    Row("residence:queue_object", None),
    Row("residence:my_waiting", P.VIEW_OWN_FILE, **_MINE),
    Row("residence:my_apply", P.VIEW_OWN_FILE, **_MINE),
    Row("residence:my_offer", P.VIEW_OWN_FILE, **_MY_OFFER, query="answer=yes"),
    _post("my_waiting_end", P.VIEW_OWN_FILE, **_MINE),
]
