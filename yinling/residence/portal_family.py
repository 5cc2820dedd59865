"""在养老院: what the family sees of an elder's days, and the elder's word on it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.core.web import after_act, page, requires
from yinling.registry.models import Person
from yinling.residence.choices import SharedItem
from yinling.residence.models import FamilyRefusal
from yinling.residence.operations.sharing import lift_refusal, open_family_view, refuse_family
from yinling.residence.policies.family import own_side
from yinling.residence.queries import family as reads
from yinling.residence.queries.family_today import today_of
from yinling.residence.sharing import render_family_panels

OWN = Permission.VIEW_OWN_FILE


@never_cache
@requires(OWN)
def family(request: HttpRequest, pk: int) -> HttpResponse:
    """Today in the home, and what is open to this account."""
    person = _person(request, pk)
    stay = reads.shown_stay(person, request.now)
    if stay is None:
        return page(request, "residence/family_none.html", {"person": person})
    items = open_family_view(stay=stay, by=request.user, at=request.now)
    side = own_side(request.user, person, localdate(request.now))
    context = {
        "person": person,
        "stay": stay,
        "own": side == "self",
        "decides": side is not None,
        "today": today_of(stay=stay, items=items, at=request.now),
        "panels": render_family_panels(request, stay, items=items, actor=request.user, at=request.now),
        "closed": [item.label for item in SharedItem if item not in items],
    }
    return page(request, "residence/family.html", context)


@never_cache
@requires(OWN)
def family_sharing(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees what, for the elder or the guardian, with one button to say no."""
    person = _person(request, pk)
    if own_side(request.user, person, localdate(request.now)) is None:
        raise Http404
    stay = reads.shown_stay(person, request.now)
    refusals = reads.refusals_of(person.pk, request.now)
    context = {
        "person": person,
        "stay": stay,
        "items": reads.item_states(stay=stay, at=request.now) if stay else [],
        "viewers": reads.list_viewers(stay=stay, at=request.now) if stay else [],
        "nothing": next((r for r in refusals if not r.item and r.account_id is None), None),
    }
    return page(request, "residence/family_sharing.html", context)


@require_POST
@requires(OWN)
def family_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    given = request.POST.get("item", "")
    item = SharedItem(given) if given in SharedItem.values else None
    account = _viewer(request, person)
    return after_act(
        request,
        lambda: refuse_family(person=person, item=item, account=account, by=request.user, at=request.now),
        to=reverse("residence:family_sharing", args=[person.pk]),
        said="记下了。从现在起看不到了。",
    )


@require_POST
@requires(OWN)
def family_allow(request: HttpRequest, pk: int, refusal: int) -> HttpResponse:
    person = _person(request, pk)
    row = get_object_or_404(FamilyRefusal.objects.visible_to(request.user), pk=refusal, person=person)
    return after_act(
        request,
        lambda: lift_refusal(refusal=row, by=request.user, at=request.now),
        to=reverse("residence:family_sharing", args=[person.pk]),
        said="记下了。养老院打开的内容又能看到了。",
    )


def _viewer(request: HttpRequest, person: Person) -> Account | None:
    given = request.POST.get("access", "")
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        return None
    access = get_object_or_404(person.accesses.select_related("account"), pk=int(given))
    return access.account


def _person(request: HttpRequest, pk: int) -> Any:
    seen = Person.objects.visible_to(request.user).select_related("division__parent")
    return get_object_or_404(seen, pk=pk)


_MINE = "my/<int:pk>/home/"
urlpatterns = [
    path(_MINE, family, name="family"),
    path(f"{_MINE}sharing/", family_sharing, name="family_sharing"),
    path(f"{_MINE}refuse/", family_refuse, name="family_refuse"),
    path(f"{_MINE}refusals/<int:refusal>/allow/", family_allow, name="family_allow"),
]
