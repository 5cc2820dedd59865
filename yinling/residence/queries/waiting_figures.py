"""Figures of the waiting list by month: applied, offered, accepted, refused, and how long people waited."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection
from django.utils.timezone import localdate, make_aware

from yinling.core.models import Account
from yinling.kernel.periods import Month
from yinling.rulebook.waiting_lists import policy_on

NO_CLASS = ""

# By class of the application at the end of the month as it is now; offers by the day on which they were made, answers by
# theirs. A wait runs from the application to the acceptance.
_BY_CLASS = """
SELECT coalesce(a.class_code, ''),
    count(*) FILTER (WHERE a.applied_at >= %(from)s AND a.applied_at < %(to)s),
    0, 0, 0, NULL FROM residence_application a WHERE {scope} GROUP BY 1
UNION ALL
SELECT coalesce(a.class_code, ''), 0,
    count(*) FILTER (WHERE o.offered_at >= %(from)s AND o.offered_at < %(to)s),
    count(*) FILTER (WHERE o.state IN ('accepted', 'used') AND {answered}),
    count(*) FILTER (WHERE o.state IN ('refused', 'expired', 'lapsed') AND {answered}),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.answered_at - a.applied_at) / 86400)
        FILTER (WHERE o.state IN ('accepted', 'used') AND {answered})
FROM residence_offer o JOIN residence_application a ON a.id = o.application_id WHERE {scope} GROUP BY 1
"""
_BY_HOME = """
SELECT h.name,
    (SELECT count(*) FROM residence_wish w JOIN residence_application a ON a.id = w.application_id
        WHERE w.place_id = h.id AND a.applied_at >= %(from)s AND a.applied_at < %(to)s),
    count(o.id) FILTER (WHERE o.offered_at >= %(from)s AND o.offered_at < %(to)s),
    count(o.id) FILTER (WHERE o.state IN ('accepted', 'used') AND {answered}),
    count(o.id) FILTER (WHERE o.state IN ('refused', 'expired', 'lapsed') AND {answered}),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.answered_at - a.applied_at) / 86400)
        FILTER (WHERE o.state IN ('accepted', 'used') AND {answered})
FROM registry_place h LEFT JOIN residence_offer o ON o.place_id = h.id
LEFT JOIN residence_application a ON a.id = o.application_id
WHERE h.kind = 'home' AND h.ownership IN ('public', 'public_built') AND h.division_path LIKE %(path)s
    AND (h.valid_to IS NULL OR h.valid_to > %(from)s)
GROUP BY h.id, h.name, h.division_path ORDER BY h.division_path, h.name
"""
_ANSWERED = "o.answered_at >= %(from)s AND o.answered_at < %(to)s"


@dataclass(frozen=True)
class FiguresRow:
    """`waited` is the median in whole days, None when nobody accepted."""

    name: str
    applied: int
    offered: int
    accepted: int
    refused: int
    waited: int | None


def figures_by_class(*, actor: Account | None, month: Month, at: datetime) -> list[FiguresRow]:
    """Of the actor's division, of the whole city for nobody in particular; every class, those without one last."""
    policy = policy_on(min(month.last_on, localdate(at)))
    found: dict[str, list] = {}
    for code, *figures in _ask(_BY_CLASS, "a.division_path LIKE %(path)s", actor, month):
        row = found.setdefault(code, [0, 0, 0, 0, None])
        for i in range(4):
            row[i] += figures[i]
        row[4] = figures[4] if figures[4] is not None else row[4]
    rows = [_row(c.name, found.get(c.code)) for c in policy.classes]
    return [*rows, _row("还没有核实类别", found[NO_CLASS])] if any(found.get(NO_CLASS, [])[:4]) else rows


def figures_by_home(*, actor: Account | None, month: Month) -> list[FiguresRow]:
    """Of every public home in the actor's division; `applied` counts those who named it."""
    return [_row(name, figures) for name, *figures in _ask(_BY_HOME, "true", actor, month)]


def _ask(sql: str, scope: str, actor: Account | None, month: Month) -> list[tuple]:
    path = f"{actor.division_path}%" if actor is not None else "%"
    values = {"from": _begin(month), "to": _begin(month.plus(1)), "path": path}
    with connection.cursor() as cursor:
        cursor.execute(sql.format(scope=scope, answered=_ANSWERED), values)
        return cursor.fetchall()


def _row(name: str, figures: list | None) -> FiguresRow:
    applied, offered, accepted, refused, waited = figures or (0, 0, 0, 0, None)
    return FiguresRow(
        name, applied, offered, accepted, refused, round(waited) if waited is not None else None
    )


def _begin(month: Month) -> datetime:
    return make_aware(datetime.combine(month.first_on, time.min))


def recent_months(today: date, n: int = 12) -> list[Month]:
    """The current one first."""
    return [Month.of(today).plus(-i) for i in range(n)]
