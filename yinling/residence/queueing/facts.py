"""What the order of the waiting list is made of: certified categories, age, and the assessed level."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.timezone import localdate, localtime

from yinling.engines.queueing.ordering import Applicant, Key, age_band, classify
from yinling.kernel.queueing import QueuePolicy
from yinling.registry.queries.people import age_on
from yinling.rulebook.waiting_lists import policy_on

# Of the results that serve admission, by their own purpose or accepted for it, the latest decides; where none holds
# any more, the latest there was keeps the place. Levels by another instrument do not compare and are left out.
_FACTS = """
SELECT a.id, a.number, a.applied_at, a.state, a.person_id, p.born_on, p.sex, p.division_path,
    ARRAY(SELECT c.kind FROM registry_personcategory c WHERE c.person_id = a.person_id
        AND c.valid_from <= %(today)s AND (c.valid_to IS NULL OR c.valid_to > %(today)s) ORDER BY c.kind),
    s.level, s.valid_until
FROM residence_application a JOIN registry_person p ON p.id = a.person_id
LEFT JOIN LATERAL (SELECT r.level, r.valid_until FROM assessment_assessment r
    WHERE r.person_id = a.person_id AND r.signed_at <= %(at)s AND r.state <> 'upheld'
        AND (r.ended_at IS NULL OR r.ended_at > %(at)s) AND r.instrument = %(instrument)s
        AND (r.purpose = 'admission' OR EXISTS (SELECT 1 FROM assessment_resultacceptance c
            WHERE c.assessment_id = r.id AND c.purpose = 'admission' AND c.accepted_at <= %(at)s
                AND (c.withdrawn_at IS NULL OR c.withdrawn_at > %(at)s)))
    ORDER BY r.purpose = 'admission' DESC, r.signed_at DESC, r.id DESC LIMIT 1) s ON true
WHERE {which}
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """`level` and `assessed_until` are None without an assessment."""

    application: int
    number: str
    applied_at: datetime
    state: str
    person: int
    age: int
    sex: str
    division_path: str
    kinds: frozenset[str]
    level: int | None
    assessed_until: date | None

    def as_applicant(self) -> Applicant:
        """For the engine; times in local time, as people are told them."""
        at = localtime(self.applied_at)
        return Applicant(self.number, self.kinds, self.level or 0, self.age, at, self.sex)

    def assessed_on(self, day: date) -> bool:
        return self.level is not None and self.assessed_until is not None and self.assessed_until > day

    def class_code(self, policy: QueuePolicy) -> str:
        return classify(policy, self.kinds)[1].code

    def bypasses(self, policy: QueuePolicy) -> bool:
        return classify(policy, self.kinds)[1].bypass

    def key(self, policy: QueuePolicy) -> Key:
        rank, _ = classify(policy, self.kinds)
        return (rank, -(self.level or 0), age_band(policy, self.age), self.applied_at, self.number)


def facts_of(applications: Collection[int], *, at: datetime) -> dict[int, Facts]:
    """Of these applications, by id, as they are at the time."""
    return _read("a.id = ANY(%(ids)s)", {"ids": list(applications)}, at)


def facts_in_states(states: Collection[str], *, at: datetime) -> dict[int, Facts]:
    """Of every application in these states."""
    return _read("a.state = ANY(%(states)s)", {"states": list(states)}, at)


def _read(which: str, values: dict[str, object], at: datetime) -> dict[int, Facts]:
    today = localdate(at)
    instrument = policy_on(today).instrument
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS.format(which=which), {**values, "at": at, "today": today, "instrument": instrument}
        )
        return {row[0]: _facts(row, today) for row in cursor.fetchall()}


def _facts(row: tuple, today: date) -> Facts:
    age = age_on(row[5], today)
    kinds = {*row[8], *(f"age_{reached}" for reached in (80, 100) if age >= reached)}
    return Facts(*row[:5], age, row[6], row[7], frozenset(kinds), row[9], row[10])
