"""What the operations of the waiting list share: who may, the row locked, one step along the course, who is told."""

from datetime import date, datetime

from django.db.models import Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.timezone import localdate

from yinling.core.access.checks import OutOfScope, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.engines.queueing.course import Act, State, after
from yinling.engines.queueing.ordering import classify
from yinling.kernel.errors import DomainError
from yinling.registry.choices import Ownership, PlaceKind
from yinling.registry.models import Person, PersonAccess, PersonCategory, Place
from yinling.residence.models import Application, Offer
from yinling.residence.waiting_choices import NO, ApplicationState, OfferGround
from yinling.rulebook.waiting_lists import policy_on

PUBLIC_OWNERSHIP = (Ownership.PUBLIC, Ownership.PUBLIC_BUILT)


class NotInThisState(DomainError):
    """The application has gone on, or not yet so far."""


def require_about(by: Account | None, person: Person, permission: Permission) -> None:
    """Staff need the right and the person in their division; an elder or family the person entrusted to them.
    Raises NotPermitted, OutOfScope."""
    if by is not None and by.is_public:
        require(by, Permission.VIEW_OWN_FILE)
        if not Person.objects.visible_to(by).filter(pk=person.pk).exists():
            raise OutOfScope("这位老年人没有托付给您，不能代办。请到窗口办理授权。")
        return
    require(by, permission)
    require_scope(by, person.division_path)


def locked_application(application: Application) -> Application:
    """The row as it is now. The queue's lock comes before this one."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=application.pk)


def step(application: Application, act: Act) -> ApplicationState:
    """Go on to the state that the act leads to; the caller saves. Raises NotInThisState."""
    found = after(State(application.state), act)
    if found is None:
        label = ApplicationState(application.state).label
        raise NotInThisState(f"这份申请现在是“{label}”，不能这样办理。请刷新页面，看看是否已有人办理。")
    application.state = ApplicationState(found.value)
    return application.state


def is_public_home(place: Place, at: datetime) -> bool:
    """Only homes built with public money and open today have the waiting list."""
    today = localdate(at)
    is_open = place.valid_from <= today and (place.valid_to is None or place.valid_to > today)
    return is_open and place.kind == PlaceKind.HOME and place.ownership in PUBLIC_OWNERSHIP


def is_provided_for(person_id: int, at: datetime) -> bool:
    """应养尽养: of a class that is past the queue."""
    today = localdate(at)
    held = PersonCategory.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), person=person_id)
    kinds = set(held.filter(valid_from__lte=today).values_list("kind", flat=True))
    return classify(policy_on(today), kinds)[1].bypass


def tell_person(application: Application, key: str, title: str, *, at: datetime) -> None:
    """The elder and family who sign in by phone. A notice names no person."""
    today = localdate(at)
    held = PersonAccess.objects.filter(person=application.person_id, valid_from__lte=today)
    accounts = [
        a for a, until in held.values_list("account_id", "valid_to") if until is None or until > today
    ]
    url = reverse("residence:my_waiting", args=[application.person_id])
    notify(accounts=accounts, key=f"{key} {application.pk}", title=title, url=url, at=at)


def earlier_refusals(offer: Offer) -> list[date]:
    """The days of the person's other refusals, whatever application they belong to."""
    offers = Offer.objects.filter(
        application__person=offer.application.person_id, state__in=NO, ground=OfferGround.QUEUE
    ).exclude(pk=offer.pk)
    return list(offers.annotate(day=TruncDate("answered_at")).values_list("day", flat=True))
