"""家属可见: which items of each resident the family may see, what the elder refused, and who looks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.residence.choices import SharedItem
from yinling.residence.models import FamilyRefusal, Stay
from yinling.residence.office.own_homes import choose_home
from yinling.residence.operations.sharing import Said, lift_refusal, refuse_family, switch_items
from yinling.residence.policies.family import guardian_of
from yinling.residence.queries import family as reads
from yinling.residence.queries.family_notes import list_residents_shown

SHARE = Permission.SHARE_WITH_FAMILY
FORMS = [(f.value, f.label) for f in (ConsentForm.WRITTEN, ConsentForm.ORAL)]


class ChoiceMissing(DomainError):
    """A form came without what it asks for."""


@never_cache
@requires(SHARE)
def family_home(request: HttpRequest) -> HttpResponse:
    """Every resident of a home with what the family sees."""
    home, homes = choose_home(request)
    context = {
        "home": home,
        "homes": [(h.pk, h.name) for h in homes],
        "residents": list_residents_shown(home=home, at=request.now) if home else [],
    }
    return page(request, "residence/family_home.html", context)


@never_cache
@requires(SHARE)
def stay_family(request: HttpRequest, pk: int) -> HttpResponse:
    stay = _stay(request, pk)
    at, today = request.now, localdate(request.now)
    context = {
        "stay": stay,
        "person": stay.person,
        "items": reads.item_states(stay=stay, at=at),
        "viewers": reads.list_viewers(stay=stay, at=at),
        "refusals": reads.refusals_of(stay.person_id, at),
        "guardian": guardian_of(stay.person, today),
        "item_choices": SharedItem.choices,
        "labels": dict(SharedItem.choices),
        "forms": FORMS,
        "givers": ConsentGiver.choices,
    }
    return page(request, "residence/stay_family.html", context)


@require_POST
@requires(SHARE)
def stay_family_switch(request: HttpRequest, pk: int) -> HttpResponse:
    stay = _stay(request, pk)
    items = [SharedItem(v) for v in request.POST.getlist("item") if v in SharedItem.values]
    return after_act(
        request,
        lambda: switch_items(stay=stay, items=items, said=_said(request), by=request.user, at=request.now),
        to=_back(stay),
        said="家属可以看的内容已更新。",
    )


@require_POST
@requires(SHARE)
def stay_family_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what the elder said at the bedside."""
    stay = _stay(request, pk)
    given = request.POST.get("item", "")
    item = SharedItem(given) if given in SharedItem.values else None
    return after_act(
        request,
        lambda: refuse_family(
            person=stay.person,
            item=item,
            account=_viewer(request, stay),
            said=_said(request),
            by=request.user,
            at=request.now,
        ),
        to=_back(stay),
        said="已登记，家属马上看不到了。",
    )


@require_POST
@requires(SHARE)
def stay_family_lift(request: HttpRequest, pk: int, refusal: int) -> HttpResponse:
    stay = _stay(request, pk)
    row = get_object_or_404(FamilyRefusal, pk=refusal, person=stay.person_id)
    return after_act(
        request,
        lambda: lift_refusal(refusal=row, said=_said(request), by=request.user, at=request.now),
        to=_back(stay),
        said="已取消，家属可以看已经打开的内容。",
    )


def _said(request: HttpRequest) -> Said:
    """Raises ChoiceMissing."""
    given_by, form = request.POST.get("given_by", ""), request.POST.get("form", "")
    if given_by not in ConsentGiver.values:
        given_by = ConsentGiver.SELF
    if form not in ConsentForm.values or form == ConsentForm.ONLINE:
        raise ChoiceMissing("请选择老人（或监护人）是书面还是口头决定的。")
    return Said(ConsentGiver(given_by), ConsentForm(form), request.POST.get("witness", "")[:60])


def _viewer(request: HttpRequest, stay: Stay) -> Account | None:
    given = request.POST.get("account", "")
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        return None
    access = stay.person.accesses.filter(account=int(given)).select_related("account").first()
    return access.account if access else None


def _stay(request: HttpRequest, pk: int) -> Any:
    seen = Stay.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("person", "place"), pk=pk)


def _back(stay: Stay) -> str:
    return reverse("residence:stay_family", args=[stay.pk])


_ONE = "office/stays/<int:pk>/family/"
urlpatterns = [
    path("office/family/", family_home, name="family_home"),
    path(_ONE, stay_family, name="stay_family"),
    path(f"{_ONE}switch/", stay_family_switch, name="stay_family_switch"),
    path(f"{_ONE}refuse/", stay_family_refuse, name="stay_family_refuse"),
    path(f"{_ONE}refusals/<int:refusal>/lift/", stay_family_lift, name="stay_family_lift"),
]
