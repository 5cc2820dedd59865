"""Offers as a list of what happened: notified, accepted, refused, by month."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yinling.core.access.roles import Reach
from yinling.core.models import Account, Division
from yinling.kernel.identity import mask_name
from yinling.kernel.periods import Month
from yinling.registry.models import Place
from yinling.registry.queries.paging import count_capped
from yinling.residence.models import Offer
from yinling.residence.queries.waiting import COUNTED, PAGE, class_is, during
from yinling.residence.waiting_choices import NO, TAKEN, OfferState
from yinling.residence.waiting_numbers import spaced
from yinling.rulebook.waiting_lists import load

EVENTS = {"offered": "通知", "accepted": "接受", "refused": "放弃或逾期"}
PEOPLE, HOMES = "people", "homes"
WHOSE = {PEOPLE: "发给辖区申请人", HOMES: "由辖区机构发出"}
_ANSWERS = {"accepted": TAKEN, "refused": NO}


@dataclass(frozen=True)
class OfferFilters:
    """What happened, to whom and when; empty means any. `whose`: of applicants or of homes in the reader's division;
    `division` is then where they live or where it stands."""

    what: str = "offered"
    month: Month | None = None
    whose: str = PEOPLE
    class_code: str = ""
    home: Place | None = None
    division: Division | None = None


@dataclass(frozen=True)
class OfferLine:
    """`name` is masked for another district's; `waited` in days from the application to the answer."""

    pk: int
    number: str
    name: str
    class_name: str
    home: str
    bed: str
    state: str
    state_label: str
    offered_at: datetime
    answered_at: datetime | None
    waited: int | None


@dataclass(frozen=True)
class OffersPage:
    """`next_after` is the id below which the next page begins; 0 at the end."""

    rows: list[OfferLine]
    next_after: int
    count: int
    capped: bool


def happened(what: str, month: Month | None) -> Q:
    """One of `EVENTS`, in the month when one is given: notices by their day, answers by theirs."""
    if what == "offered":
        return during("offered_at", month)
    return Q(state__in=_ANSWERS[what]) & during("answered_at", month)


def offers_of_people(actor: Account) -> QuerySet[Offer]:
    """To applicants of the actor's division, whichever home made them."""
    if actor.reach is not Reach.DIVISION or not actor.division_path:
        return Offer.objects.none()
    return Offer.objects.filter(application__division_path__startswith=actor.division_path)


def offers_of_homes(actor: Account) -> QuerySet[Offer]:
    """Of homes in the actor's division, wherever the applicants live."""
    return Offer.objects.visible_to(actor)


def list_offer_events(*, actor: Account, filters: OfferFilters, after: int = 0) -> OffersPage:
    """A page, the latest offer first."""
    found = _filtered(actor, filters)
    count, capped = count_capped(found, COUNTED)
    if after:
        found = found.filter(pk__lt=after)
    fields = (
        "pk", "application__number", "application__person__name", "application__division_path",
        "application__class_code", "place__name", "bed__code", "state", "offered_at", "answered_at",
        "application__applied_at",
    )  # fmt: skip
    raw = list(found.order_by("-pk").values_list(*fields)[: PAGE + 1])
    classes = {c.code: c.name for policy in load().values() for c in policy.classes}
    rows = [
        OfferLine(
            pk, spaced(number), name if where.startswith(actor.division_path) else mask_name(name),
            classes.get(code, "未定"), home, bed, state, str(OfferState(state).label), offered_at, answered_at,
            round((answered_at - applied_at).total_seconds() / 86400) if answered_at else None,
        )
        for pk, number, name, where, code, home, bed, state, offered_at, answered_at, applied_at in raw[:PAGE]
    ]  # fmt: skip
    return OffersPage(rows, rows[-1].pk if len(raw) > PAGE else 0, count, capped)


def _filtered(actor: Account, filters: OfferFilters) -> QuerySet[Offer]:
    at_home = filters.whose == HOMES
    found = offers_of_homes(actor) if at_home else offers_of_people(actor)
    found = found.filter(happened(filters.what, filters.month))
    if filters.division is not None:
        where = "division_path" if at_home else "application__division_path"
        found = found.filter(**{f"{where}__startswith": filters.division.path})
    if filters.class_code:
        found = found.filter(application__class_code=class_is(filters.class_code))
    return found.filter(place=filters.home) if filters.home is not None else found
