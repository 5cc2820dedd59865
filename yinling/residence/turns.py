"""Whose turn it is for a bed of a public home: nobody moves in past those who wait for it.

A bed is had through an offer, or because the state provides for the person (特困), or when nobody in the queue is
before them. A short stay (短期托养) is not a place in the home and passes nobody over.
"""

from datetime import datetime

from django.utils.timezone import localdate

from yinling.kernel.errors import DomainError
from yinling.registry.models import Bed, Person, Place
from yinling.residence.limits import RESPITE_DAYS
from yinling.residence.models import Application, Offer
from yinling.residence.queries.free_beds import free_beds, still_owed
from yinling.residence.queueing.drawing import draw
from yinling.residence.queueing.table import lock_queue
from yinling.residence.waiting_checks import is_provided_for, is_public_home
from yinling.residence.waiting_choices import HOLDING, OPEN_STATES, ApplicationState


class NotTheirTurn(DomainError):
    """Somebody in the queue, or to whom a bed is owed, comes before."""


def check_turn(bed: Bed, home: Place, person: Person, *, at: datetime, takes_a_free_bed: bool = True) -> None:
    """Takes the queue's lock, so that no offer is made beside it. Raises NotTheirTurn."""
    if not is_public_home(home, at):
        return
    lock_queue()
    if _was_offered(home, person) or is_provided_for(person.pk, at):
        return
    if takes_a_free_bed:
        free = free_beds(at).filter(place=home).count()
        kept = still_owed([home.pk], localdate(at))[home.pk]
        if free <= kept:
            raise NotTheirTurn(
                f"“{home.name}”现有空床 {free} 张，要为特困人员留 {kept} 张，不能再安排其他人长期入住或试住。"
            )
    drawn = draw(bed, at=at)
    if drawn.application is None:
        return
    if Application.objects.filter(pk=drawn.application, person=person).exists():
        return
    raise NotTheirTurn(
        f"“{home.name}”是公办养老机构，床位按轮候次序安排，现在有人排在前面等 {bed.code} 床。"
        "请联系民政部门在“空床通知谁”里按次序通知；"
        f"急需照护的，可先办短期托养（最长 {RESPITE_DAYS} 天），同时申请轮候。"
    )


def _was_offered(home: Place, person: Person) -> bool:
    """A bed of this home, or of any because one is owed."""
    own = Application.objects.filter(person=person, state__in=OPEN_STATES)
    if own.filter(state=ApplicationState.ASSURED).exists():
        return True
    return Offer.objects.filter(place=home, application__in=own, state__in=HOLDING).exists()
