"""我的轮候: an elder, or family for them, applies, sees the place and what moved it, and answers an offer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.assessment.choices import Channel
from yinling.core.access.permissions import Permission
from yinling.core.calendar import note_on
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.models import Person
from yinling.residence.models import Application, Offer
from yinling.residence.operations.answering import answer_offer
from yinling.residence.operations.applying import apply_for_home, end_application
from yinling.residence.queries.queue import explain
from yinling.residence.queries.waiting import (
    bed_kind_names,
    current_application,
    list_timeline,
    wish_names,
)
from yinling.residence.waiting_choices import OPEN_STATES, ApplicationEnd, OfferState
from yinling.residence.waiting_forms import WishesForm, home_options
from yinling.residence.waiting_numbers import spaced
from yinling.rulebook.waiting_lists import policy_on

OWN = Permission.VIEW_OWN_FILE
ELDERS_WISHES = 3  # as many as one answers calmly


@never_cache
@requires(OWN)
def my_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    return page(request, "residence/my_waiting.html", _context(request, person))


def _context(request: HttpRequest, person: Person) -> dict[str, Any]:
    row = current_application(person.pk)
    today = localdate(request.now)
    offer = None
    if row is not None:
        offer = row.offers.filter(state__in=["open", "accepted"]).select_related("place", "bed").first()
    return {
        **_whose(request, person),
        "application": row,
        "number": spaced(row.number) if row else "",
        "state": row.get_state_display() if row else "",
        "is_open": bool(row and row.state in OPEN_STATES),
        "barred": row.barred_until if row and row.barred_until and row.barred_until > today else None,
        "end": row.get_end_display() if row and row.end else "",
        "wishes": wish_names(row) if row else [],
        "bed_kinds": bed_kind_names(row.bed_kinds) if row else "",
        "explanation": explain(row, at=request.now) if row else None,
        "offer": offer,
        "offer_over": bool(offer and offer.state == OfferState.OPEN and offer.answer_by < today),
        "term_note": note_on(offer.answer_by) if offer else "",
        "timeline": list_timeline(row) if row else [],
        "policy": policy_on(today),
    }


@never_cache
@requires(OWN)
def my_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Which homes and beds; everything may be left out."""
    person = _person(request, pk)
    homes = home_options(request, person, localdate(request.now))
    form = WishesForm(request.POST or None, homes=homes, ranks=ELDERS_WISHES)
    if request.method == "POST" and form.is_valid():
        whose = _whose(request, person)
        try:
            apply_for_home(
                person=person,
                homes=form.homes(),
                bed_kinds=form.kinds(),
                channel=Channel.ONLINE,
                asked_by="" if whose["own"] else request.user.full_name,
                relation="" if whose["own"] else whose["relation"],
                by=request.user,
                at=request.now,
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "申请已经收到。")
            return HttpResponseRedirect(reverse("residence:my_waiting", args=[person.pk]), status=303)
    context = {
        **_whose(request, person),
        "form": form,
        "whole": "whole" in request.GET,
        "policy": policy_on(localdate(request.now)),
    }
    return page(request, "residence/my_apply.html", context, status=422 if form.errors else 200)


@never_cache
@requires(OWN)
def my_offer(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    """Yes or no, each said again before it counts."""
    person, row = _person(request, pk), None
    row = get_object_or_404(
        Offer.objects.select_related("application", "place", "bed"), pk=offer, application__person=person
    )
    answer = request.POST.get("answer") or request.GET.get("answer", "")
    answer = answer if answer in ("yes", "no") else ""
    if request.method == "POST" and answer and request.POST.get("sure") == "1":

        def act() -> None:
            answer_offer(
                offer=row, accept=answer == "yes", channel=Channel.ONLINE, by=request.user, at=request.now
            )

        said = "您已接受。机构会和您联系办理入住。" if answer == "yes" else "已记下您这次不住。"
        return after_act(request, act, to=reverse("residence:my_waiting", args=[person.pk]), said=said)
    policy = policy_on(localdate(request.now))
    context = {
        **_whose(request, person),
        "offer": row,
        "answer": answer,
        "over": row.state != OfferState.OPEN or row.answer_by < localdate(request.now),
        "policy": policy,
        "term_note": note_on(row.answer_by),
    }
    return page(request, "residence/my_offer.html", context)


@require_POST
@requires(OWN)
def my_waiting_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the application up."""
    person = _person(request, pk)
    row = get_object_or_404(
        Application.objects.select_related("person"), person=person, state__in=OPEN_STATES
    )

    def act() -> None:
        end_application(
            application=row, end=ApplicationEnd.WITHDRAWN, reason="网上撤回", by=request.user, at=request.now
        )

    return after_act(request, act, to=reverse("residence:my_waiting", args=[person.pk]), said="申请已撤回。")


def _person(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.user), pk=pk)


def _whose(request: HttpRequest, person: Person) -> dict[str, Any]:
    access = request.user.people_seen.filter(person=person).order_by("-valid_from").first()
    relation = access.relation if access else ""
    return {"person": person, "own": relation == "本人", "relation": relation}


urlpatterns = [
    path("my/<int:pk>/waiting/", my_waiting, name="my_waiting"),
    path("my/<int:pk>/waiting/apply/", my_apply, name="my_apply"),
    path("my/<int:pk>/waiting/offers/<int:offer>/", my_offer, name="my_offer"),
    path("my/<int:pk>/waiting/end/", my_waiting_end, name="my_waiting_end"),
]
