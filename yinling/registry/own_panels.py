"""The registry's own panels of the person's page."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import (
    CategoryKind,
    CertificateKind,
    ConsentForm,
    ConsentGiver,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    Post,
    ProofKind,
    RequestState,
    Sex,
)
from yinling.registry.models import Person
from yinling.registry.operations.states import LEFT
from yinling.registry.panels import Panel, register_panel
from yinling.registry.queries.people import age_on
from yinling.registry.queries.readings import count_full_readings, list_readings
from yinling.registry.queries.timeline import KINDS, list_timeline
from yinling.rulebook.personal_data import purposes, reading_purposes

Values = dict[str, Any]
SOON = 60  # days before the end from which a category is shown as running out


def rights(person: Person, actor: Account) -> Values:
    """What the panels' links depend on."""
    gone = person.state in LEFT or person.state == "merged" or person.anonymised_on is not None
    return {
        "left": gone,
        "may_manage": actor.may(Permission.MANAGE_PEOPLE) and not gone,
        "may_unmask": actor.may(Permission.UNMASK_PERSON) and person.anonymised_on is None,
        "may_manage_places": actor.may(Permission.MANAGE_PLACES) and not gone,
        "may_see_places": actor.may(Permission.VIEW_PLACES),
    }


def particulars(person: Person, actor: Account, at: datetime) -> Values:
    today = localdate(at)
    hukou = person.hukou_division
    village = person.division
    return {
        **rights(person, actor),
        "facts": [
            ("姓名", f"{person.name}{f'（{person.pinyin}）' if person.pinyin else ''}"),
            ("性别", str(Sex(person.sex).label)),
            ("年龄", f"{age_on(person.born_on, min(person.left_on or today, today))} 岁"),
            (
                "出生年份" if person.anonymised_on else "出生日期",
                f"{person.born_on.year}年" if person.anonymised_on else _day(person.born_on),
            ),
            ("居住地", f"{village.parent.name if village.parent else ''} {village.name}".strip()),
            (
                "户籍地",
                person.hukou_elsewhere or (f"{hukou.parent or ''} {hukou}".strip() if hukou else "未登记"),
            ),
            ("居住状况", str(LivingSituation(person.living).label)),
            ("医疗保险", str(InsuranceKind(person.insurance).label)),
            ("建档日期", _day(person.registered_on)),
            *([("离册日期", _day(person.left_on))] if person.left_on else []),
            *([("迁往", person.moved_to)] if person.moved_to else []),
        ],
    }


def identifiers(person: Person, actor: Account, at: datetime) -> Values:
    rows = person.identifiers.order_by("-is_main", "id").values_list("pk", "kind", "number", "is_main")
    return {
        **rights(person, actor),
        "documents": [(pk, str(IdentifierKind(k).label), mask_id_number(n), m) for pk, k, n, m in rows],
        "phone": mask_phone(person.phone) if person.phone else "未登记",
        "address": "已登记，查看须说明用途" if person.address else "未登记",
        "reading_purposes": [(p, p) for p in reading_purposes()],
        "full_readings": count_full_readings(person=person, at=at),
        "revealed": None,
        "purpose": "",
        "unmask_error": "",
    }


def contacts(person: Person, actor: Account, at: datetime) -> Values:
    rows = list(person.contacts.select_related("verified_by", "proof_file").order_by("-is_guardian", "id"))
    shown = [(c, mask_phone(c.phone), ProofKind(c.proof).label if c.proof else "") for c in rows]
    return {
        **rights(person, actor),
        "contacts": [row for row in shown if row[0].valid_to is None],
        "ended": [row for row in shown if row[0].valid_to is not None],
        "has_guardian": any(c.is_guardian and c.valid_to is None for c in rows),
    }


def categories(person: Person, actor: Account, at: datetime) -> Values:
    today = localdate(at)
    rows = person.categories.select_related("verified_by", "proof_file").order_by("-valid_from", "-id")
    return {
        **rights(person, actor),
        "categories": [
            (c, str(CategoryKind(c.kind).label), _standing(c.valid_from, c.valid_to, today)) for c in rows
        ],
    }


def services(person: Person, actor: Account, at: datetime) -> Values:
    return {
        **rights(person, actor),
        "home_care_beds": list(person.home_care_beds.select_related("place").order_by("-valid_from")),
        "employments": [
            (e, str(Post(e.post).label))
            for e in person.employments.select_related("place").order_by("-valid_from")
        ],
        "certificates": [
            (c, str(CertificateKind(c.kind).label)) for c in person.certificates.order_by("-issued_on")
        ],
    }


def consents(person: Person, actor: Account, at: datetime) -> Values:
    today = localdate(at)
    known = purposes(today)
    rows = person.consents.select_related("evidence_file").order_by("-valid_from", "-id")
    accesses = person.accesses.select_related("account", "proof_file").order_by("-valid_from", "-id")
    asked = person.corrections.select_related("asked_by").order_by("-id")[:10]
    return {
        **rights(person, actor),
        "duties": [p for p in known.values() if not p.by_consent],
        "consents": [
            (
                c,
                known[c.purpose].label if c.purpose in known else "其他目的",
                f"{c.giver or ConsentGiver(c.given_by).label}　{ConsentForm(c.form).label}",
                "已撤回" if c.withdrawn_on else _standing(c.valid_from, c.valid_to, today),
            )
            for c in rows
        ],
        "accesses": [(a, _standing(a.valid_from, a.valid_to, today)) for a in accesses],
        "corrections": [(c, str(RequestState(c.state).label)) for c in asked],
    }


def timeline(person: Person, actor: Account, at: datetime) -> Values:
    return {
        "kinds": KINDS,
        "kind": "",
        "everything": False,
        "timeline": list_timeline(person=person, at=at),
    }


def readings(person: Person, actor: Account, at: datetime) -> Values:
    return {"readings": list_readings(person=person, at=at, limit=30)}


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _standing(start: Any, end: Any, today: Any) -> str:
    if start > today:
        return "未生效"
    if end is None:
        return "有效"
    if end <= today:
        return "已终止"
    return "即将到期" if (end - today).days <= SOON else "有效"


def register() -> None:
    """Called when the room is ready."""
    see = Permission.VIEW_PEOPLE
    for key, title, order, load, wide in (
        ("particulars", "基本信息", 10, particulars, False),
        ("identifiers", "证件和联系方式", 20, identifiers, False),
        ("contacts", "家属和监护人", 30, contacts, True),
        ("categories", "人员类别", 40, categories, True),
        ("services", "服务和任职", 50, services, True),
        ("consents", "同意和查看授权", 60, consents, True),
        ("timeline", "档案记录", 80, timeline, True),
        ("readings", "谁查看过", 90, readings, True),
    ):
        register_panel(Panel(key, title, order, see, f"registry/panels/{key}.html", load, wide))
