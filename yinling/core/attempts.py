"""Counting attempts in PostgreSQL, so that N processes count together and no race lets one more through.

An attempt is counted *before* it is made: whoever is over the limit is not asked at all, and fifty requests at
once try as often as five in a row. What succeeds gives its count back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from yinling.core.models import Attempt
from yinling.core.sealing import digest, digests

# One statement: the row lock makes every caller see the count of the one before. A block that is over, or a
# first attempt too long ago, starts anew; while blocked nothing is counted, so a block does not grow.
_TAKE = """
INSERT INTO core_attempt AS a (key, count, since, blocked_until) VALUES (%(key)s, 1, %(at)s, NULL)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN a.blocked_until > %(at)s THEN a.count
               WHEN a.blocked_until IS NOT NULL OR a.since <= %(from)s THEN 1 ELSE a.count + 1 END,
  since = CASE WHEN a.blocked_until > %(at)s THEN a.since
               WHEN a.blocked_until IS NOT NULL OR a.since <= %(from)s THEN %(at)s ELSE a.since END,
  blocked_until = CASE WHEN a.blocked_until > %(at)s THEN a.blocked_until
               WHEN a.blocked_until IS NULL AND a.since > %(from)s AND a.count + 1 > %(limit)s THEN %(until)s END
RETURNING count, blocked_until
"""


@dataclass(frozen=True)
class Limit:
    """So many attempts within the window; one more blocks for `block`."""

    purpose: str
    count: int
    window: timedelta
    block: timedelta


@dataclass(frozen=True)
class Taken:
    """`blocked_until` is None when the attempt may be made; `count` includes it."""

    count: int
    blocked_until: datetime | None

    @property
    def allowed(self) -> bool:
        return self.blocked_until is None


def take(limit: Limit, name: str, *, at: datetime) -> Taken:
    """Count one attempt of `name`, such as a username or a network address."""
    values = {
        "key": digest(limit.purpose, name),
        "at": at,
        "from": at - limit.window,
        "until": at + limit.block,
        "limit": limit.count,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        count, until = cursor.fetchone()
    return Taken(count, until)


def block(limit: Limit, name: str, *, at: datetime) -> datetime:
    """No more from now on: after the last attempt that the limit allows has failed."""
    until = at + limit.block
    Attempt.objects.filter(key__in=digests(limit.purpose, name)).update(blocked_until=until)
    return until


def give_back(limit: Limit, name: str) -> None:
    """An attempt that succeeded, or was none of the asker's doing, does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_attempt SET count = greatest(count - 1, 0) WHERE key = ANY(%s)",
            [digests(limit.purpose, name)],
        )


def forget(limit: Limit, name: str) -> int:
    """Start anew; how many there were is returned."""
    found = Attempt.objects.filter(key__in=digests(limit.purpose, name))
    count = sum(found.values_list("count", flat=True))
    found.delete()
    return count


def blocked_until(limit: Limit, name: str, *, at: datetime) -> datetime | None:
    """Until when `name` may not try; None when it may."""
    found = Attempt.objects.filter(key__in=digests(limit.purpose, name), blocked_until__gt=at)
    return found.values_list("blocked_until", flat=True).first()
