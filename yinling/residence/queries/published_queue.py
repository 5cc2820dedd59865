"""What everybody may see of the queue: masked names in their order, and one's own place by number and proof."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.timezone import localdate, localtime

from yinling.core.attempts import Limit, give_back, take
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name
from yinling.registry.models import Person
from yinling.registry.queries.people import main_number
from yinling.residence.models import Application, Publication, Skip
from yinling.residence.queries.queue import Explanation, explain
from yinling.residence.waiting_choices import ApplicationState, SkipGround
from yinling.residence.waiting_numbers import read_number
from yinling.rulebook.waiting_lists import policy_on

PAGE = 50
# From one address in an hour; a service window asks for many people.
BY_ADDRESS = Limit("waiting list address", 60, timedelta(hours=1), timedelta(minutes=30))
BY_NUMBER = Limit("waiting list number", 8, timedelta(hours=1), timedelta(hours=1))

_ROWS = """
SELECT x.pos, p.name, x.number, x.class_code, -x.need, x.band, x.applied_at, a.state
FROM (SELECT application_id, number, class_code, need, band, applied_at,
        row_number() OVER (ORDER BY rank, need, band, applied_at, number) AS pos FROM residence_queueplace) x
JOIN residence_application a ON a.id = x.application_id JOIN registry_person p ON p.id = a.person_id
WHERE x.pos > %s AND x.pos <= %s ORDER BY x.pos
"""
_ALL = 10_000_000


class TooManyAsked(DomainError):
    """Somebody tries numbers."""


class NotFoundByProof(DomainError):
    """No open application has this number together with this proof; never says which of both is wrong."""


@dataclass(frozen=True)
class PublicRow:
    """A line of the published list."""

    position: int
    name: str
    number: str
    class_name: str
    level: int
    band: str
    applied_on: date
    notified: bool


@dataclass(frozen=True)
class OwnPlace:
    """What the lookup answers."""

    number: str
    name: str
    state: str
    state_label: str
    explanation: Explanation | None


def list_public(*, after: int, today: date) -> tuple[list[PublicRow], int]:
    """A page of the queue from the position after `after`, and where the next begins (0 at the end)."""
    policy = policy_on(today)
    bands = [f"{age} 岁以上" for age in policy.age_bands] + [f"{policy.age_bands[-1]} 岁以下"]
    names = {c.code: c.name for c in policy.classes}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [after, after + PAGE + 1])
        raw = cursor.fetchall()
    rows = [
        PublicRow(
            pos, mask_name(name), mask_number(number), names.get(code, "其他"), level,
            bands[min(band, len(bands) - 1)], localtime(applied_at).date(), state == "offered",
        )
        for pos, name, number, code, level, band, applied_at, state in raw[:PAGE]
    ]  # fmt: skip
    return rows, rows[-1].position if len(raw) > PAGE else 0


def masked_rows() -> list[list[Any]]:
    """The whole list as it is kept with a publication."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [0, _ALL])
        return [
            [
                mask_name(name),
                mask_number(number),
                code,
                level,
                band,
                localtime(applied_at).date().isoformat(),
            ]
            for _, name, number, code, level, band, applied_at, _ in cursor.fetchall()
        ]


def mask_number(number: str) -> str:
    """The holder knows it again: `26****473`."""
    return f"{number[:2]}****{number[-3:]}"


def look_up(*, number: str, proof: str, address: str, at: datetime) -> OwnPlace:
    """One's own place by the number on the receipt and the last four characters of the identity number, or the date
    of birth. Attempts are counted by address and by number. Raises TooManyAsked, NotFoundByProof."""
    read = read_number(number)
    taken = take(BY_ADDRESS, address, at=at)
    asked = take(BY_NUMBER, read, at=at) if read else taken
    if not taken.allowed or not asked.allowed:
        raise TooManyAsked("查询次数太多，请过一会儿再试，或者打服务电话、到窗口查询。")
    found = Application.objects.select_related("person").filter(number=read).first() if read else None
    if found is None or not _proved(found.person, proof):
        raise NotFoundByProof(
            "没有查到。请核对回执上的 9 位申请编号，以及身份证后四位或出生日期（八位数字，如 19450506）。"
        )
    give_back(BY_NUMBER, read)
    return OwnPlace(
        found.number,
        mask_name(found.person.name),
        found.state,
        str(ApplicationState(found.state).label),
        explain(found, at=at),
    )


def _proved(person: Person, proof: str) -> bool:
    given = "".join(proof.split()).upper().replace("-", "")[:12]
    if len(given) == 4:
        return main_number(person)[-4:].upper() == given
    return len(given) == 8 and f"{person.born_on:%Y%m%d}" == given


def current_publication(today: date) -> Publication | None:
    """The latest published list; without its rows."""
    return Publication.objects.defer("rows").order_by("-published_at").first()


def list_public_skips(at: datetime) -> list[tuple[str, str, date, str]]:
    """(masked number, ground, until, for which homes) of those passed over now, for all to see."""
    held = Skip.objects.filter(state="approved", until__gt=localdate(at)).order_by("until", "pk")[:200]
    return [
        (mask_number(number), str(SkipGround(ground).label), until, home or "各机构")
        for number, ground, until, home in held.values_list(
            "application__number", "ground", "until", "place__name"
        )
    ]
