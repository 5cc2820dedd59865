"""The copy of a file that a person may take along (个人信息保护法 art. 45): everything held, and who read it.

A room above adds what it holds in its AppConfig.ready: `adds_to_copy(lambda person, at: [Sheet(…), …])`.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.timezone import localdate, localtime

from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.registry.choices import (
    CategoryKind,
    ConsentForm,
    ConsentGiver,
    InsuranceKind,
    LivingSituation,
    PersonState,
    RequestState,
    Sex,
)
from yinling.registry.models import Person
from yinling.registry.queries.readings import full_particulars, list_readings
from yinling.registry.queries.timeline import list_timeline
from yinling.rulebook.personal_data import purposes

Add = Callable[[Person, datetime], list[Sheet]]
_adding: list[Add] = []


def adds_to_copy(add: Add) -> Add:
    """Register a function that gives further sheets of a person's own copy."""
    _adding.append(add)
    return add


def write_copy(*, person: Person, by: Account, at: datetime) -> Export:
    """An Excel file of the registry's sheets and the rooms'. The caller notes the reading."""
    today = localdate(at)
    pairs = [Column("项目", 20), Column("内容", 60)]
    sheets = [
        Sheet("我的档案", f"{person.name} 的档案副本", pairs, _particulars(person), _NOTES),
        Sheet(
            "类别和服务",
            "类别和服务",
            [Column("事项", 30), Column("生效", 14), Column("终止", 14), Column("依据", 40)],
            _facts(person),
        ),
        Sheet(
            "同意和授权",
            "同意和查看授权",
            [
                Column("事项", 36),
                Column("由谁", 24),
                Column("生效", 14),
                Column("终止", 14),
                Column("说明", 40),
            ],
            _consents(person, today),
        ),
        Sheet(
            "谁查看过",
            "近五年谁查看过",
            [
                Column("时间", 18),
                Column("单位", 26),
                Column("姓名", 16),
                Column("内容", 30),
                Column("用途", 40),
            ],
            [
                (f"{localtime(r.at):%Y-%m-%d %H:%M}", r.unit, r.who, r.what, r.purpose)
                for r in list_readings(person=person, at=at, months=60, limit=2000)
            ],
        ),
        Sheet(
            "档案变动",
            "近一年档案变动",
            [Column("时间", 18), Column("事项", 26), Column("内容", 60), Column("办理人", 20)],
            _changes(person, at),
        ),
    ]
    sheets[3:3] = [sheet for add in _adding for sheet in add(person, at)]
    return build(f"我的档案-{person.file_number}-{today.isoformat()}.xlsx", sheets, by=by, at=at)


_NOTES = (
    "这份文件含有完整的个人信息，请妥善保管，不要发给不认识的人。",
    "认为内容有误，可以在“我的档案”页面申请更正，也可以到村居、镇街窗口办理。",
)


def _particulars(person: Person) -> list[tuple[str, str]]:
    full = full_particulars(person)
    hukou = person.hukou_elsewhere or str(person.hukou_division or "")
    rows = [
        ("档案号", person.file_number),
        ("姓名", person.name),
        ("性别", str(Sex(person.sex).label)),
        ("出生日期", person.born_on.isoformat()),
        *full.identifiers,
        ("联系电话", full.phone),
        ("居住地", str(person.division)),
        ("居住地址", full.address),
        ("户籍地", hukou),
        ("居住状况", str(LivingSituation(person.living).label)),
        ("医疗保险", str(InsuranceKind(person.insurance).label)),
        ("状态", str(PersonState(person.state).label)),
        ("建档日期", person.registered_on.isoformat()),
    ]
    rows += [(f"联系人（{relation}）", f"{name}　{phone}") for name, relation, phone in full.contacts]
    asked = person.corrections.order_by("id")
    rows += [(f"更正申请（{RequestState(c.state).label}）", f"{c.text}　{c.answer}".strip()) for c in asked]
    return [(name, value or "未登记") for name, value in rows]


def _facts(person: Person) -> list[tuple[str, str, str, str]]:
    rows = [
        (str(CategoryKind(c.kind).label), c.valid_from, c.valid_to, f"{c.source}　{c.document}".strip())
        for c in person.categories.order_by("valid_from")
    ]
    rows += [
        ("家庭养老床位", b.valid_from, b.valid_to, b.place.name)
        for b in person.home_care_beds.select_related("place").order_by("valid_from")
    ]
    return [(what, start.isoformat(), end.isoformat() if end else "", why) for what, start, end, why in rows]


def _consents(person: Person, today: object) -> list[tuple[str, str, str, str, str]]:
    known = purposes(today)  # type: ignore[arg-type]
    rows = [
        (
            f"同意：{known[c.purpose].label if c.purpose in known else '其他目的'}",
            f"{c.giver or ConsentGiver(c.given_by).label}（{ConsentForm(c.form).label}）",
            c.valid_from,
            c.valid_to,
            "已撤回" if c.withdrawn_on else c.scope,
        )
        for c in person.consents.order_by("valid_from")
    ]
    rows += [
        (f"授权查看：{a.relation}", a.account.full_name, a.valid_from, a.valid_to, a.ground)
        for a in person.accesses.select_related("account").order_by("valid_from")
    ]
    return [
        (what, who, start.isoformat(), end.isoformat() if end else "", why)
        for what, who, start, end, why in rows
    ]


def _changes(person: Person, at: datetime) -> list[tuple[str, str, str, str]]:
    rows, before = [], ""
    for _ in range(20):  # pages of the timeline
        found = list_timeline(person=person, at=at, before=before)
        rows += [
            (e.day.isoformat() if e.whole_day else f"{localtime(e.at):%Y-%m-%d %H:%M}", e.title, e.text, e.by)
            for e in found.entries
        ]
        before = found.next_before
        if not before:
            break
    return rows
