"""The queue of refunds."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from yinling.core.models import Account
from yinling.registry.queries.paging import count_capped
from yinling.residence.models import Refund
from yinling.residence.models.fees.money import RefundState

PAGE = 50
_WAITING = (RefundState.ASKED, RefundState.APPROVED)


@dataclass(frozen=True)
class RefundRow:
    """`mine`: asked for by the reader, who therefore does not decide it."""

    refund: Refund
    late: bool
    mine: bool


@dataclass(frozen=True)
class RefundPage:
    """`next_after` names the row after which the next page begins, 0 at the end."""

    rows: list[RefundRow]
    next_after: int
    count: int
    capped: bool


def list_refunds(*, actor: Account, state: str = "", today: date, after: int = 0) -> RefundPage:
    """A page: those that wait first, by the day until which they must be paid, then the others, newest first."""
    seen = Refund.objects.visible_to(actor)
    found = seen.filter(state=state) if state else seen
    count, capped = count_capped(found)
    done = Case(When(state__in=_WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = found.annotate(done=done)
    last = seen.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(_after(last))
    waiting = rows.filter(done=0).order_by("due_on", "pk")[: PAGE + 1]
    shown = list(_with_names(waiting))
    if len(shown) <= PAGE:
        shown += _with_names(rows.filter(done=1).order_by("-pk")[: PAGE + 1 - len(shown)])
    more, shown = len(shown) > PAGE, shown[:PAGE]
    return RefundPage(
        [RefundRow(r, r.state in _WAITING and r.due_on < today, r.asked_by_id == actor.pk) for r in shown],
        shown[-1].pk if more else 0,
        count,
        capped,
    )


def _after(last: Refund) -> Q:
    """What stands behind a row in the order of the list."""
    if last.state in _WAITING:
        return Q(done=1) | Q(done=0, due_on__gt=last.due_on) | Q(done=0, due_on=last.due_on, pk__gt=last.pk)
    return Q(done=1, pk__lt=last.pk)


def _with_names(rows: QuerySet[Refund]) -> QuerySet[Refund]:
    return rows.select_related("stay__person", "place", "asked_by", "decided_by")
