"""Consents, who may see the file, and corrections asked for."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Role
from yinling.core.operations.public_accounts import open_public_account
from yinling.core.web import requires
from yinling.registry import person_forms as forms
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.registry.models import Consent, Correction, PersonAccess
from yinling.registry.office.filing import file_page, kept, seen_person
from yinling.registry.operations.consents import (
    ConsentInput,
    grant_access,
    record_consent,
    revoke_access,
    withdraw_consent,
)
from yinling.registry.operations.own_file import answer_correction
from yinling.registry.operations.reading import open_correction
from yinling.rulebook.personal_data import purposes

MANAGE = Permission.MANAGE_PEOPLE
Given = dict[str, Any]


@never_cache
@requires(MANAGE)
def consent_add(request: HttpRequest, pk: int) -> HttpResponse:
    row, today = seen_person(request, pk), localdate(request.now)
    asked = [p for p in purposes(today).values() if p.by_consent]
    form = forms.ConsentRecordForm(
        request.POST or None,
        request.FILES or None,
        purposes=[(p.key, f"{p.label}{'（敏感信息，单独同意）' if p.sensitive else ''}") for p in asked],
        initial={"valid_from": today},
    )

    def act(given: Given) -> None:
        consent = ConsentInput(
            given["purpose"],
            ConsentGiver(given["given_by"]),
            ConsentForm(given["form"]),
            given["valid_from"],
            given["valid_to"],
            given["scope"],
            kept(request, given, "evidence_file", row),
        )
        record_consent(person=row, consent=consent, by=request.user, at=request.now)

    return file_page(
        request, form, act, person=row, title="登记同意", submit="登记", said="同意已登记。", part="consents",
        lead="先讲清楚用什么信息、做什么用、可以随时撤回，再登记。", multipart=True,
        notes=[f"{p.label}：{p.text}（{p.law}）" for p in asked],
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def consent_withdraw(request: HttpRequest, pk: int, consent: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(Consent, pk=consent, person=row)
    form = forms.ReasonForm(request.POST or None)

    def act(given: Given) -> None:
        withdraw_consent(consent=held, reason=given["reason"], by=request.user, at=request.now)

    return file_page(
        request, form, act, person=row, title="撤回同意", submit="撤回", said="同意已撤回，今天起不再有效。",
        part="consents", tone="danger", lead="撤回不影响撤回以前已经做的事，也不影响享受法定待遇。",
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def access_add(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_person(request, pk), forms.AccessForm(request.POST or None, request.FILES or None)

    @transaction.atomic  # a refused grant leaves no empty account behind
    def act(given: Given) -> None:
        account = open_public_account(
            phone=given["phone"],
            full_name=given["full_name"],
            role=Role.ELDER if given["relation"].strip() == "本人" else Role.FAMILY,
            division=row.division,
            by=request.user,
            at=request.now,
        )
        grant_access(
            person=row,
            account=account,
            relation=given["relation"],
            ground=given["ground"],
            valid_to=given["valid_to"],
            proof_file=kept(request, given, "proof_file", row),
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row, title="授权查看档案", submit="授权", said="已授权。", part="consents",
        lead="授权后，对方登录可以看到这份档案、谁查看过，并可申请更正。", multipart=True,
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def access_revoke(request: HttpRequest, pk: int, access: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(PersonAccess.objects.select_related("account", "person"), pk=access, person=row)
    form = forms.ReasonForm(request.POST or None)

    def act(given: Given) -> None:
        revoke_access(access=held, reason=given["reason"], by=request.user, at=request.now)

    return file_page(
        request, form, act, person=row, title="收回查看授权", submit="收回", said="已收回，对方马上不能再查看。",
        part="consents", tone="danger",
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def correction_answer(request: HttpRequest, pk: int, correction: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(Correction.objects.select_related("person"), pk=correction, person=row)
    asked = open_correction(correction=held, by=request.user, at=request.now)
    form = forms.AnswerForm(request.POST or None)

    def act(given: Given) -> None:
        answer_correction(
            correction=held,
            done=given["done"] == "1",
            answer=given["answer"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row, title="答复更正申请", submit="答复", said="已答复，申请人会收到提醒。",
        part="consents", notes=[f"申请内容：{asked}"], lead="先在档案中更正，再在这里答复。",
    )  # fmt: skip


_ONE = "office/people/<int:pk>/"
urlpatterns = [
    path(f"{_ONE}consents/", consent_add, name="person_consent"),
    path(f"{_ONE}consents/<int:consent>/withdraw/", consent_withdraw, name="person_consent_withdraw"),
    path(f"{_ONE}accesses/", access_add, name="person_access"),
    path(f"{_ONE}accesses/<int:access>/revoke/", access_revoke, name="person_access_revoke"),
    path(f"{_ONE}corrections/<int:correction>/", correction_answer, name="person_correction"),
]
