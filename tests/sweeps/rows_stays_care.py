"""Care in the homes that `rows_stays` has filled: the floor, plans, protections, incidents, medicines, handovers."""

from datetime import date, time, timedelta
from decimal import Decimal
from types import SimpleNamespace

from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.residence.care_choices import IncidentKind, RiskKind, RiskLevel, Severity
from yinling.residence.models import CareLabel, CareTask, MedicationLine, ShiftHandover
from yinling.residence.operations.care.incidents import report_incident
from yinling.residence.operations.care.labels import make_bed_labels
from yinling.residence.operations.care.medication import OrderInput, add_order, open_round
from yinling.residence.operations.care.plans import add_item, approve_plan, draft_plan
from yinling.residence.operations.care.risks import decide_risk
from yinling.residence.operations.care.searches import start_search
from yinling.residence.operations.care.vitals import record_vital

_SIDES = ("stayed", "near_stayed", "foreign_stayed")
EIGHT_AT_NIGHT = AT + timedelta(hours=11)  # 20:00 local


def build(world: SimpleNamespace) -> None:
    """One of everything in the own home, next door, and in the other district."""
    own, away = world.accounts[Role.CARE_WORKER], world.foreign[Role.CARE_WORKER]
    for side, carer in zip(_SIDES, (own, world.accounts[Role.ADMINISTRATOR], away), strict=True):
        held = getattr(world, side)
        held.care = _cared(held.stay, FOREIGN_MARK if side == "foreign_stayed" else "")
        held.care.handover = _handed(held.place, carer)


def _cared(stay, mark: str) -> SimpleNamespace:
    made = SimpleNamespace()
    add_item(
        plan=draft_plan(stay=stay, by=None, at=AT), title=f"听戏{mark}", times=[time(20)], by=None, at=AT
    )
    approve_plan(plan=stay.care_plans.get(), by=None, at=AT)
    made.task = CareTask.objects.filter(stay=stay).first()
    made.plan = draft_plan(stay=stay, by=None, at=AT)
    made.item = made.plan.items.first()
    make_bed_labels(place=stay.place, by=None, at=AT)
    made.label = CareLabel.objects.get(bed__occupancies__stay=stay)
    decide_risk(
        stay=stay, kind=RiskKind.WANDERING, level=RiskLevel.HIGH, measures=f"有人陪{mark}", responsible="组长",
        by=None, at=AT,
    )  # fmt: skip
    made.incident = report_incident(
        stay=stay, kind=IncidentKind.FALL, severity=Severity.SEVERE, happened_at=AT - timedelta(hours=1),
        where=f"走廊{mark}", what="滑倒", by=None, at=AT,
    )  # fmt: skip
    made.search = start_search(
        stay=stay,
        last_seen_at=AT - timedelta(hours=1),
        last_seen_where=f"花园{mark}",
        drill=True,
        by=None,
        at=AT,
    )
    made.vital = record_vital(stay=stay, kind="pulse", value=Decimal(130), note=mark, by=None, at=AT)
    given = OrderInput(f"氨氯地平片{mark}", "1 片", "口服", (time(20),), date(2026, 10, 20), "李医生", "处方")
    made.order = add_order(stay=stay, order=given, by=None, at=AT)
    made.round = open_round(place=stay.place, due_at=EIGHT_AT_NIGHT, by=None, at=EIGHT_AT_NIGHT)
    made.line = MedicationLine.objects.get(round=made.round)
    return made


def _handed(place, carer) -> ShiftHandover:
    """Written past the act, which asks for somebody of the home: next door has nobody in this world."""
    return ShiftHandover.objects.create(
        place=place, division_path=place.division_path, on=date(2026, 10, 20), shift="evening", since=AT,
        until=EIGHT_AT_NIGHT, residents=1, away=0, handed_by=carer, handed_at=EIGHT_AT_NIGHT,
    )  # fmt: skip


def _of(find, **more):
    def row(name: str, right: P, *, key: str = "pk", **rest) -> Row:
        own, near, foreign = ((lambda w, s=side: {key: find(getattr(w, s))} | more) for side in _SIDES)
        return Row(f"residence:{name}", right, args=own, near=near, foreign=foreign, **rest)

    return row


def _act(make, name: str, right: P, data: dict | None = None, **rest) -> Row:
    return make(name, right, data=lambda w: data or {}, status=303, **rest)


SEE, GIVE, MANAGE = P.VIEW_RESIDENTS, P.GIVE_CARE, P.MANAGE_CARE
_home, _stay = _of(lambda h: h.place.pk), _of(lambda h: h.stay.pk)
_task, _plan, _item = (
    _of(lambda h: h.care.task.pk),
    _of(lambda h: h.care.plan.pk),
    _of(lambda h: h.care.item.pk),
)
_label, _token = _of(lambda h: h.care.label.pk), _of(lambda h: h.care.label.token)
_incident, _search = _of(lambda h: h.care.incident.pk), _of(lambda h: h.care.search.pk)
_vital, _order = _of(lambda h: h.care.vital.pk), _of(lambda h: h.care.order.pk)
_round, _line = _of(lambda h: h.care.round.pk), _of(lambda h: h.care.line.pk)
_handover = _of(lambda h: h.care.handover.pk)
WHY = {"why": "写错了"}
TIMES = {"times": "08:00", "every_days": 1, "window": 60, "how": ""}
TOLD = {"who": "长子王某", "how": "phone", "when": "2026-10-20T09:30", "text": ""}

ROWS = [
    Row("residence:care", GIVE, query="only=1"),
    Row("residence:care_find", GIVE, query="bed=X", status=302),
    _token("care_scan", GIVE, key="token", status=302),
    _stay("care_stay", GIVE),
    _act(_task, "care_task_settle", GIVE, {"outcome": "done"}),
    Row("residence:care_plans", MANAGE),
    _stay("care_plan", MANAGE),
    _act(_stay, "care_plan_draft", MANAGE),
    _act(_plan, "care_item_add", MANAGE, {f"new-{k}": v for k, v in TIMES.items()} | {"new-title": "读报"}),
    _act(_plan, "care_plan_approve", MANAGE, {"note": ""}),
    _act(_plan, "care_plan_discard", MANAGE),
    _act(_item, "care_item_adjust", MANAGE, TIMES),
    _act(_item, "care_item_drop", MANAGE, WHY),
    Row("residence:care_labels", MANAGE),
    _act(_home, "care_labels_make", MANAGE),
    _act(_label, "care_label_replace", MANAGE),
    _act(_stay, "care_label_resident", MANAGE),
    Row("residence:risks", GIVE),
    _stay("stay_risks", GIVE),
    _act(
        _of(lambda h: h.stay.pk, kind="fall"),
        "risk_decide",
        MANAGE,
        {"fall-level": "low", "fall-measures": "", "fall-responsible": "组长"},
    ),
    Row("residence:incidents", SEE),
    _stay("incident_new", GIVE),
    _incident("incident", SEE),
    _act(_incident, "incident_family", GIVE, {f"family-{k}": v for k, v in TOLD.items()}),
    _act(_incident, "incident_bureau", MANAGE, {f"bureau-{k}": v for k, v in TOLD.items()}),
    _act(_incident, "incident_follow_up", GIVE, {"text": "送医检查"}),
    _act(_incident, "incident_grade", MANAGE, {"severity": "serious", "why": "复查"}),
    _act(_incident, "incident_close", MANAGE, {"conclusion": "加防滑垫"}),
    Row("residence:exit_watch", GIVE),
    _stay("search_new", GIVE),
    _search("resident_search", GIVE),
    _act(_search, "search_step", GIVE, {"code": "inside", "note": ""}),
    _act(_search, "search_end", GIVE, {"found_where": "后门", "condition": "平稳"}),
    _stay("vitals", GIVE, query="kind=pulse"),
    _act(_stay, "vital_record", GIVE, {"kind": "pulse", "value": "72"}),
    _act(_vital, "vital_strike", GIVE, WHY),
    _stay("orders", GIVE),
    _act(_stay, "order_add", MANAGE, {"drug": "维生素片"}),
    _act(_order, "order_stop", MANAGE, WHY),
    Row("residence:rounds", GIVE, query="day=2026-10-20"),
    _act(_home, "round_open", GIVE, {"due_at": "2026-10-20T20:00"}),
    _round("round", GIVE),
    _act(_round, "round_close", GIVE),
    _act(_line, "dose_check", GIVE),
    _act(_line, "dose_record", GIVE, {"outcome": "given"}),
    _act(_line, "dose_correct", MANAGE, {"outcome": "refused"} | WHY),
    Row("residence:handovers", GIVE),
    Row("residence:handover_now", GIVE),
    _act(_of(lambda h: h.place.pk, shift="day", on="2026-10-21"), "handover_give", GIVE, {"note": ""}),
    _handover("handover", GIVE),
    _act(_handover, "handover_receive", GIVE, {"note": ""}),
]
