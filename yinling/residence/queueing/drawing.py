"""The draw for a bed over the queue as it stands: the engine chooses, here it is given what it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.timezone import localdate

from yinling.engines.queueing.choosing import FreeBed, Standing, choose_in
from yinling.engines.queueing.ordering import Applicant, Place
from yinling.registry.choices import BedKind
from yinling.registry.models import Bed
from yinling.residence.choices import RoomSex
from yinling.residence.models import BedPlacement
from yinling.residence.waiting_choices import HOLDING
from yinling.rulebook.waiting_lists import policy_on

_QUEUE = """
SELECT a.id, q.number, q.class_code, q.rank, q.need, q.band, q.applied_at, q.age, q.sex, q.assessed_until, q.facts, a.bed_kinds,
    ARRAY(SELECT w.place_id FROM residence_wish w WHERE w.application_id = a.id),
    EXISTS (SELECT 1 FROM residence_offer o WHERE o.application_id = a.id AND o.state = ANY(%(holding)s)),
    EXISTS (SELECT 1 FROM residence_skip s WHERE s.application_id = a.id AND s.state = 'approved'
        AND s.until > %(today)s AND (s.place_id IS NULL OR s.place_id = %(place)s))
FROM residence_queueplace q JOIN residence_application a ON a.id = q.application_id
ORDER BY q.rank, q.need, q.band, q.applied_at, q.number
"""


@dataclass(frozen=True)
class Drawn:
    """`application` is None when nobody fits; `passed` holds the numbers of everybody better placed by reason."""

    application: int | None
    position: int
    passed: dict[str, list[str]]

    @property
    def passed_count(self) -> int:
        return sum(len(numbers) for numbers in self.passed.values())


def draw(bed: Bed, *, at: datetime) -> Drawn:
    """Who comes next for the bed. The caller holds the queue's lock, or only looks."""
    today = localdate(at)
    ids: dict[str, int] = {}
    applicants: dict[str, Applicant] = {}
    standings: dict[str, Standing] = {}
    queue = _walk(bed, today, ids, applicants, standings)
    chosen = choose_in(queue, applicants, free_bed(bed, today), standings, today=today)
    passed: dict[str, list[str]] = {}
    for number, reason in chosen.passed_over:
        passed.setdefault(reason.value, []).append(number)
    return Drawn(ids.get(chosen.chosen or ""), len(chosen.passed_over) + 1, passed)


def free_bed(bed: Bed, today: date) -> FreeBed:
    """A special kind counts from its certificate on; a room for anybody has no sex."""
    certified = bed.certified_on is None or bed.certified_on <= today
    placed = BedPlacement.objects.filter(bed=bed).values_list("room__sex", flat=True).first()
    sex = placed if placed and placed != RoomSex.ANY else ""
    kind = str(bed.kind if certified else BedKind.ORDINARY)
    return FreeBed(bed.place_id, kind, sex, policy_on(today).bed_needs.get(kind, frozenset()))


def _walk(
    bed: Bed,
    today: date,
    ids: dict[str, int],
    applicants: dict[str, Applicant],
    standings: dict[str, Standing],
) -> Iterator[Place]:
    """The queue in its order, as far as the engine walks; each applicant is filled in before being yielded."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, {"holding": HOLDING, "today": today, "place": bed.place_id})
        for position, row in enumerate(cursor.fetchall(), 1):
            (
                pk,
                number,
                code,
                rank,
                need,
                band,
                applied_at,
                age,
                sex,
                until,
                facts,
                kinds,
                homes,
                offered,
                skipped,
            ) = row
            ids[number] = pk
            applicants[number] = Applicant(
                number, frozenset(facts), -need, age, applied_at, sex, frozenset(homes), frozenset(kinds)
            )
            standings[number] = Standing(offered, until, skipped)
            yield Place(number, position, code, (rank, need, band, applied_at, number))
