"""Lists of what waits across files: moves between scopes, categories running out, files whose term is over."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.registry import person_forms as forms
from yinling.registry.choices import CategoryKind, IdentifierKind
from yinling.registry.models import Anonymisation, Person
from yinling.registry.office.choosing import chosen, words
from yinling.registry.office.filing import file_page, seen_person
from yinling.registry.operations.retention import (
    anonymise_person,
    propose_anonymisation,
    withdraw_anonymisation,
)
from yinling.registry.operations.transfers import ask_transfer_in, ask_transfer_out, decide_transfer
from yinling.registry.queries.requests import list_ending_categories, list_transfers, transfers_of
from yinling.registry.queries.retention import list_due
from yinling.rulebook.personal_data import retention as retention_rules

Given = dict[str, Any]
DAYS = {"30": "30 天内", "60": "60 天内", "90": "90 天内", "180": "180 天内"}


@requires(Permission.MANAGE_PEOPLE)
def transfers(request: HttpRequest) -> HttpResponse:
    return page(request, "registry/transfers.html", {"rows": list_transfers(actor=request.user)})


@never_cache
@requires(Permission.MANAGE_PEOPLE)
def transfer_in(request: HttpRequest) -> HttpResponse:
    form = forms.TransferInForm(request.POST or None, actor=request.user)

    def act(given: Given) -> None:
        ask_transfer_in(
            kind=IdentifierKind(given["id_kind"]),
            number=given["id_number"],
            name=given["name"],
            to=given["village"],
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, to=reverse("registry:transfers"), title="申请迁入", submit="提出申请",
        said="申请已提出，等待迁出地或上级同意。", lead="对方同意以前看不到档案内容。证件号和姓名都要与证件一致。",
    )  # fmt: skip


@never_cache
@requires(Permission.MANAGE_PEOPLE)
def transfer_out(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_person(request, pk), forms.TransferOutForm(request.POST or None, actor=request.user)

    def act(given: Given) -> None:
        ask_transfer_out(
            person=row, to=given["village"], reason=given["reason"], by=request.user, at=request.now
        )

    return file_page(
        request, form, act, person=row, title="申请迁往市内其他地方", submit="提出申请",
        said="申请已提出，等待迁入地或上级同意。", lead="同意以后，档案随即转到迁入地，您将不再看到这份档案。",
    )  # fmt: skip


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def transfer_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Of the actor's own division, on either side; another division's is not found."""
    transfer = get_object_or_404(transfers_of(request.user), pk=pk)
    accept = request.POST.get("accept") == "1"
    return after_act(
        request,
        lambda: decide_transfer(
            transfer=transfer,
            accept=accept,
            answer=request.POST.get("answer", ""),
            by=request.user,
            at=request.now,
        ),
        to=reverse("registry:transfers"),
        said="已同意，档案已转到迁入地。" if accept else "已答复不同意。",
    )


@requires(Permission.VIEW_PEOPLE)
def ending(request: HttpRequest) -> HttpResponse:
    """Categories that run out soon."""
    days, kind = chosen(request, "days", DAYS, "60"), chosen(request, "kind", CategoryKind)
    rows, more = list_ending_categories(
        actor=request.user,
        today=localdate(request.now),
        days=int(days),
        kind=kind,
        after=words(request, "after"),
    )
    context = {
        "rows": rows,
        "more": more,
        "days": days,
        "kind": kind,
        "day_choices": DAYS.items(),
        "kinds": CategoryKind.choices,
    }
    return page(request, "registry/ending.html", context)


@requires(Permission.ANONYMISE_PEOPLE)
def retention(request: HttpRequest) -> HttpResponse:
    today = localdate(request.now)
    rows, more = list_due(actor=request.user, today=today, after=words(request, "after"))
    context = {"rows": rows, "more": more, "rules": retention_rules(today).values()}
    return page(request, "registry/retention.html", context)


@require_POST
@requires(Permission.ANONYMISE_PEOPLE)
def retention_propose(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    return after_act(
        request,
        lambda: propose_anonymisation(person=row, by=request.user, at=request.now),
        to=reverse("registry:retention"),
        said="已提出，等待另一人确认。",
    )


@require_POST
@requires(Permission.ANONYMISE_PEOPLE)
def retention_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, or take the proposal back."""
    people = Person.objects.visible_to(request.user)
    proposal = get_object_or_404(Anonymisation.objects.select_related("person"), pk=pk, person__in=people)
    if request.POST.get("act") == "withdraw":
        return after_act(
            request,
            lambda: withdraw_anonymisation(
                proposal=proposal, reason="撤回提出", by=request.user, at=request.now
            ),
            to=reverse("registry:retention"),
            said="已撤回，档案保持原样。",
        )
    return after_act(
        request,
        lambda: anonymise_person(proposal=proposal, by=request.user, at=request.now),
        to=reverse("registry:retention"),
        said="已匿名化，不能恢复。",
    )


urlpatterns = [
    path("office/people/transfers/", transfers, name="transfers"),
    path("office/people/transfers/in/", transfer_in, name="transfer_in"),
    path("office/people/transfers/<int:pk>/", transfer_decide, name="transfer_decide"),
    path("office/people/<int:pk>/transfer/", transfer_out, name="person_transfer"),
    path("office/people/ending/", ending, name="categories_ending"),
    path("office/retention/", retention, name="retention"),
    path("office/retention/<int:pk>/propose/", retention_propose, name="retention_propose"),
    path("office/retention/proposals/<int:pk>/", retention_decide, name="retention_decide"),
]
