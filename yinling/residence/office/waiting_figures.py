"""Figures of the waiting list by month, exports, publications and the objections to them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.choices import DivisionLevel
from yinling.core.web import after_act, page, requires, send_export
from yinling.kernel.periods import Month
from yinling.registry.office.choosing import chosen, chosen_division, key
from yinling.registry.office.people import checked
from yinling.registry.queries.divisions import division_options
from yinling.residence.models import Objection, Publication
from yinling.residence.office.waiting import (
    chosen_class,
    chosen_home,
    chosen_month,
    class_choices,
    filters_of,
    home_choices,
    month_choices,
)
from yinling.residence.operations.publishing import answer_objection, publish_list
from yinling.residence.operations.waiting_exports import export_waiting
from yinling.residence.queries import waiting_offers as offer_reads
from yinling.residence.queries.queue import count_queue, last_check
from yinling.residence.queries.waiting import count_in_queue
from yinling.residence.queries.waiting_figures import figures_by_class, figures_by_home
from yinling.residence.waiting_forms import AnswerForm


def month_of(request: HttpRequest) -> Month:
    """From the address; the current one when there is none or none that can be read."""
    current = Month.of(localdate(request.now))
    return min(chosen_month(request) or current, current)


@requires(Permission.VIEW_QUEUE)
def waiting_figures(request: HttpRequest) -> HttpResponse:
    month, actor, today = month_of(request), request.user, localdate(request.now)
    context = {
        "month": month,
        "months": month_choices(month, today),
        "by_class": figures_by_class(actor=actor, month=month, at=request.now),
        "by_home": figures_by_home(actor=actor, month=month),
        "count": count_queue(),
        "own_count": count_in_queue(actor),
        "is_city": actor.division.level == DivisionLevel.CITY,
        "check": last_check(),
        "may_export": actor.may(Permission.EXPORT_ROWS),
    }
    return page(request, "residence/waiting_figures.html", context)


@requires(Permission.VIEW_QUEUE)
def waiting_offers(request: HttpRequest) -> HttpResponse:
    """Who was notified, accepted or refused: what a figure opens into."""
    actor, today = request.user, localdate(request.now)
    filters = offer_reads.OfferFilters(
        what=chosen(request, "what", list(offer_reads.EVENTS), "offered"),
        month=chosen_month(request),
        whose=chosen(request, "whose", list(offer_reads.WHOSE), offer_reads.PEOPLE),
        class_code=chosen_class(request),
        home=chosen_home(request),
        division=chosen_division(request),
    )
    context = {
        "page": offer_reads.list_offer_events(actor=actor, filters=filters, after=key(request)),
        "filters": filters,
        "events": list(offer_reads.EVENTS.items()),
        "whose": list(offer_reads.WHOSE.items()),
        "months": month_choices(filters.month, today),
        "homes": home_choices(request, filters.home),
        "classes": class_choices(filters.class_code, today),
        "divisions": division_options(actor, filters.division),
    }
    return page(request, "residence/waiting_offers.html", context)


@requires(Permission.EXPORT_ROWS)
def waiting_export(request: HttpRequest) -> HttpResponse:
    export = export_waiting(
        filters=filters_of(request), month=month_of(request), by=request.user, at=request.now
    )
    return send_export(export)


@requires(Permission.VIEW_QUEUE)
def objections(request: HttpRequest) -> HttpResponse:
    """Published lists and what was said against them."""
    found = Objection.objects.visible_to(request.user).select_related("application", "answered_by")
    context = {
        "publications": list(
            Publication.objects.defer("rows").select_related("published_by").order_by("-published_at")[:12]
        ),
        "objections": list(found.order_by("-pk")[:100]),
        "today": localdate(request.now),
        "may_manage": request.user.may(Permission.MANAGE_QUEUE),
    }
    return page(request, "residence/objections.html", context)


@require_POST
@requires(Permission.MANAGE_QUEUE)
def waiting_publish(request: HttpRequest) -> HttpResponse:
    def act() -> None:
        publish_list(by=request.user, at=request.now)

    return after_act(request, act, to=reverse("residence:objections"), said="名单已公示，异议期从明天起算。")


@require_POST
@requires(Permission.MANAGE_QUEUE)
def objection_answer(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = get_object_or_404(Objection.objects.visible_to(request.user), pk=pk), AnswerForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        answer_objection(
            objection=row,
            upheld=given["upheld"] == "1",
            answer=given["answer"],
            by=request.user,
            at=request.now,
        )

    return after_act(request, checked(form, act), to=reverse("residence:objections"), said="已答复。")


urlpatterns = [
    path("office/waiting/figures/", waiting_figures, name="waiting_figures"),
    path("office/waiting/offers/", waiting_offers, name="waiting_offers"),
    path("office/waiting/export/", waiting_export, name="waiting_export"),
    path("office/waiting/objections/", objections, name="objections"),
    path("office/waiting/publish/", waiting_publish, name="waiting_publish"),
    path("office/waiting/objections/<int:pk>/answer/", objection_answer, name="objection_answer"),
]
