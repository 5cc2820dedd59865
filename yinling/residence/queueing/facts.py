"""What the order of the waiting list is made of: certified categories, age, and the assessed level."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.utils.timezone import localdate

from yinling.engines.queueing.ordering import Key, age_band, classify
from yinling.kernel.queueing import QueuePolicy
from yinling.registry.queries.people import age_on
from yinling.rulebook.waiting_lists import load, policy_on

# Of the results that serve admission, by their own purpose or accepted for it, the latest decides; where none holds
# any more, the latest there was keeps the place. Levels by another instrument do not compare and are left out.
_FACTS = """
WITH w AS MATERIALIZED (SELECT a.id, a.number, a.applied_at, a.state, a.person_id FROM residence_application a WHERE {which}),
kinds AS (SELECT c.person_id, string_agg(c.kind, ',' ORDER BY c.kind) AS kinds
    FROM w JOIN registry_personcategory c ON c.person_id = w.person_id
    WHERE c.valid_from <= %(today)s AND (c.valid_to IS NULL OR c.valid_to > %(today)s) GROUP BY c.person_id),
results AS (SELECT DISTINCT ON (r.person_id) r.person_id, r.level, r.valid_until
    FROM w JOIN assessment_assessment r ON r.person_id = w.person_id
    WHERE r.signed_at <= %(at)s AND r.state <> 'upheld' AND (r.ended_at IS NULL OR r.ended_at > %(at)s)
        AND r.instrument = %(instrument)s
        AND (r.purpose = 'admission' OR EXISTS (SELECT 1 FROM assessment_resultacceptance c
            WHERE c.assessment_id = r.id AND c.purpose = 'admission' AND c.accepted_at <= %(at)s
                AND (c.withdrawn_at IS NULL OR c.withdrawn_at > %(at)s)))
    ORDER BY r.person_id, (r.purpose = 'admission') DESC, r.signed_at DESC, r.id DESC)
SELECT w.id, w.number, (extract(epoch FROM w.applied_at) * 1000000)::bigint, w.state, w.person_id, p.born_on, p.sex, p.division_path, coalesce(k.kinds, ''),
    s.level, s.valid_until
FROM w JOIN registry_person p ON p.id = w.person_id
LEFT JOIN kinds k ON k.person_id = w.person_id LEFT JOIN results s ON s.person_id = w.person_id
"""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Facts(NamedTuple):
    """`level` and `assessed_until` are None without an assessment; `applied_us` in microseconds since 1970, as reading
    the time of each of twenty thousand costs more than all the rest."""

    application: int
    number: str
    applied_us: int
    state: str
    person: int
    age: int
    sex: str
    division_path: str
    kinds: frozenset[str]
    level: int | None
    assessed_until: date | None

    @property
    def applied_at(self) -> datetime:
        return _EPOCH + timedelta(microseconds=self.applied_us)

    def assessed_on(self, day: date) -> bool:
        return self.level is not None and self.assessed_until is not None and self.assessed_until > day

    def class_code(self, policy: QueuePolicy) -> str:
        return policy.classes[_rank(policy.id, self.kinds)].code

    def bypasses(self, policy: QueuePolicy) -> bool:
        return policy.classes[_rank(policy.id, self.kinds)].bypass

    def key(self, policy: QueuePolicy) -> Key:
        """As the engine's `key_of`, with the class looked up once for each set of facts."""
        return (*self.changing_key(policy), self.applied_at, self.number)

    def changing_key(self, policy: QueuePolicy) -> tuple[int, int, int]:
        """What of the key can change: time and number of an application never do."""
        return (_rank(policy.id, self.kinds), -(self.level or 0), age_band(policy, self.age))


@lru_cache(maxsize=4096)
def _rank(policy: str, kinds: frozenset[str]) -> int:
    return classify(load()[policy], kinds)[0]


@lru_cache(maxsize=4096)
def _kinds(text: str, over_80: bool, over_100: bool) -> frozenset[str]:
    """Certified categories and the ages that count as facts."""
    reached = ([f"age_{80}"] if over_80 else []) + ([f"age_{100}"] if over_100 else [])
    return frozenset([*filter(None, text.split(",")), *reached])


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
    return Facts(*row[:5], age, row[6], row[7], _kinds(row[8], age >= 80, age >= 100), row[9], row[10])
