"""床位空出后通知谁: free beds of public homes, who comes next and why, offers and their answers, printed notices."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.assessment.choices import Channel
from yinling.core.access.permissions import Permission
from yinling.core.calendar import note_on
from yinling.core.web import after_act, page, requires
from yinling.engines.queueing.choosing import REASONS, PassedOver
from yinling.kernel.identity import mask_name
from yinling.registry.models import Bed, Place
from yinling.registry.office.choosing import chosen_division, key
from yinling.registry.office.people import checked
from yinling.registry.queries.divisions import division_options
from yinling.residence.models import Application, Offer
from yinling.residence.operations import annulling, answering, offering, publishing
from yinling.residence.queries.desk import homes_with_free_beds, list_assured, list_offers, preview
from yinling.residence.waiting_checks import PUBLIC_OWNERSHIP
from yinling.residence.waiting_choices import NO, OfferState
from yinling.residence.waiting_forms import EndForm, ReserveForm
from yinling.residence.waiting_numbers import spaced
from yinling.rulebook.waiting_lists import load, policy_on

MANAGE = Permission.MANAGE_QUEUE


@requires(MANAGE)
def desk(request: HttpRequest) -> HttpResponse:
    """Free beds by home, and who is next for the bed that is looked at."""
    actor, today = request.user, localdate(request.now)
    division = chosen_division(request)
    looked_at = _looked_at(request)
    context = {
        "homes": homes_with_free_beds(actor=actor, division=division, at=request.now),
        "bed": looked_at,
        "preview": preview(looked_at, at=request.now) if looked_at else None,
        "reasons": {reason.value: text for reason, text in REASONS.items()},
        "assured": list_assured(actor=actor),
        "offers": list_offers(actor=actor, at=request.now),
        "division": division,
        "divisions": division_options(actor, division),
        "policy": policy_on(today),
        "reserve_form": ReserveForm(prefix="reserve"),
    }
    return page(request, "residence/offers.html", context)


def _looked_at(request: HttpRequest) -> Bed | None:
    pk = key(request, "bed")
    found = Bed.objects.visible_to(request.user).filter(pk=pk, place__ownership__in=PUBLIC_OWNERSHIP)
    return found.select_related("place").first() if pk else None


@require_POST
@requires(MANAGE)
def bed_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Notify whoever is first."""
    bed = get_object_or_404(Bed.objects.visible_to(request.user).select_related("place"), pk=pk)
    made: list[Offer] = []

    def act() -> None:
        made.append(offering.offer_bed(bed=bed, by=request.user, at=request.now))

    answer = after_act(request, act, to=reverse("residence:offers"), said="已通知，答复期限见下。")
    return _to_offer(made[0]) if made else answer


@require_POST
@requires(MANAGE)
def bed_assure(request: HttpRequest, pk: int) -> HttpResponse:
    """A bed for somebody to whom one is owed."""
    bed = get_object_or_404(Bed.objects.visible_to(request.user).select_related("place"), pk=pk)
    number = key(_posted(request), "application")
    row = get_object_or_404(Application.objects.visible_to(request.user), pk=number)

    def act() -> None:
        offering.offer_assured_bed(application=row, bed=bed, by=request.user, at=request.now)

    return after_act(request, act, to=reverse("residence:offers"), said="已按应养尽养通知入住。")


def _posted(request: HttpRequest) -> Any:
    """What was posted, read as `key` reads an address."""

    class Posted:
        GET = request.POST

    return Posted


@never_cache
@requires(Permission.VIEW_QUEUE)
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer with the whole of how it came about."""
    row = _offer(request, pk)
    actor = request.user
    passed = row.trace.get("passed", {})
    context = {
        **_particulars(request, row),
        "policy": load().get(row.trace.get("policy", "")) or policy_on(localdate(row.offered_at)),
        "position": row.trace.get("position", 0),
        "passed": [(REASONS[PassedOver(reason)], numbers) for reason, numbers in passed.items()],
        "passed_count": sum(map(len, passed.values())),
        "channels": [c for c in Channel.choices if c[0] != Channel.ONLINE],
        "may_answer": row.state == OfferState.OPEN and actor.may(Permission.APPLY_FOR_HOME),
        "may_manage": actor.may(MANAGE),
        "withdraw_form": EndForm(prefix="withdraw"),
        "lapse_form": EndForm(prefix="lapse"),
        "may_annul": row.state in NO
        and actor.may(Permission.APPROVE_SKIP)
        and row.division_path.startswith(actor.division_path)
        and request.now - row.answered_at <= annulling.WITHIN,
        "own_answer": row.answered_by_id == actor.pk,
        "annul_form": EndForm(prefix="annul"),
    }
    return page(request, "residence/offer.html", context)


@never_cache
@requires(Permission.VIEW_QUEUE)
def offer_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The printed notice to the applicant."""
    row = _offer(request, pk)
    context = {**_particulars(request, row), "policy": policy_on(localdate(row.offered_at))}
    return page(request, "residence/offer_notice.html", context)


def _particulars(request: HttpRequest, row: Offer) -> dict[str, Any]:
    """A person of another district is shown by surname and number."""
    person, actor = row.application.person, request.user
    near = bool(actor.division_path) and row.application.division_path.startswith(actor.division_path)
    return {
        "offer": row,
        "number": spaced(row.application.number),
        "name": person.name if near else mask_name(person.name),
        "near": near,
        "state": row.get_state_display(),
        "ground": row.get_ground_display(),
        "overdue": row.state == OfferState.OPEN and row.answer_by < localdate(request.now),
        "term_note": note_on(row.answer_by),
    }


@require_POST
@requires(Permission.APPLY_FOR_HOME)
def offer_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The applicant's answer, told at the counter, by phone or to a village worker."""
    row = _offer(request, pk)
    accept = request.POST.get("accept") == "1"
    channel = request.POST.get("channel", "")
    channel = Channel(channel) if channel in Channel.values else Channel.COUNTER
    reason = request.POST.get("reason", "").replace("\x00", "")

    def act() -> None:
        answering.answer_offer(
            offer=row, accept=accept, channel=channel, reason=reason, by=request.user, at=request.now
        )

    said = "已登记接受，请通知机构办理入住。" if accept else "已登记放弃。"
    return after_act(request, act, to=reverse("residence:offer", args=[row.pk]), said=said)


@require_POST
@requires(MANAGE)
def offer_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _ended(request, pk, offering.withdraw_offer, "withdraw", "通知已收回，申请人次序不变。")


@require_POST
@requires(MANAGE)
def offer_lapse(request: HttpRequest, pk: int) -> HttpResponse:
    return _ended(request, pk, answering.lapse_acceptance, "lapse", "已登记未入住，床位空出。")


@require_POST
@requires(Permission.APPROVE_SKIP)
def offer_annul(request: HttpRequest, pk: int) -> HttpResponse:
    """A refusal that counts for nothing."""
    return _ended(request, pk, annulling.annul_refusal, "annul", "放弃登记已撤销，不计次数。")


def _ended(request: HttpRequest, pk: int, act: Callable[..., object], prefix: str, said: str) -> HttpResponse:
    """One act on an offer that asks for nothing but the reason."""
    row, form = _offer(request, pk), EndForm(request.POST, prefix=prefix)

    def end() -> None:
        act(offer=row, reason=form.cleaned_data["reason"], by=request.user, at=request.now)

    return after_act(request, checked(form, end), to=reverse("residence:offer", args=[row.pk]), said=said)


@require_POST
@requires(MANAGE)
def home_reserve(request: HttpRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(Place.objects.visible_to(request.user), pk=pk)
    form = ReserveForm(request.POST, prefix="reserve")

    def act() -> None:
        publishing.set_reserve(place=place, **form.cleaned_data, by=request.user, at=request.now)

    return after_act(request, checked(form, act), to=reverse("residence:offers"), said="预留床位已设定。")


def _to_offer(row: Offer) -> HttpResponse:
    return HttpResponseRedirect(reverse("residence:offer", args=[row.pk]), status=303)


def _offer(request: HttpRequest, pk: int) -> Offer:
    """Of a home in the reader's division, or about an applicant of it."""
    rows = Offer.objects.select_related("application__person", "place", "bed", "offered_by", "answered_by")
    row = rows.filter(pk=pk).first()
    path = request.user.division_path
    near = (
        row is not None
        and bool(path)
        and any(p.startswith(path) for p in (row.division_path, row.application.division_path))
    )
    if row is None or not near:
        raise Http404
    return row


urlpatterns = [
    path("office/waiting/beds/", desk, name="offers"),
    path("office/waiting/beds/<int:pk>/offer/", bed_offer, name="bed_offer"),
    path("office/waiting/beds/<int:pk>/assure/", bed_assure, name="bed_assure"),
    path("office/waiting/homes/<int:pk>/reserve/", home_reserve, name="home_reserve"),
    path("office/waiting/offers/<int:pk>/", offer, name="offer"),
    path("office/waiting/offers/<int:pk>/notice/", offer_notice, name="offer_notice"),
    path("office/waiting/offers/<int:pk>/answer/", offer_answer, name="offer_answer"),
    path("office/waiting/offers/<int:pk>/withdraw/", offer_withdraw, name="offer_withdraw"),
    path("office/waiting/offers/<int:pk>/lapse/", offer_lapse, name="offer_lapse"),
    path("office/waiting/offers/<int:pk>/annul/", offer_annul, name="offer_annul"),
]
