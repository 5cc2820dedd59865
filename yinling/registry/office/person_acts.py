"""The acts on a person's file, each a form on a page of its own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry import person_forms as forms
from yinling.registry.choices import (
    CategoryKind,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PersonState,
    ProofKind,
    Sex,
)
from yinling.registry.consequences import consequences_of
from yinling.registry.models import Contact, PersonCategory, PersonIdentifier
from yinling.registry.office.filing import file_page, kept, refuse, seen_person
from yinling.registry.operations.categories import certify_category, correct_category, end_category
from yinling.registry.operations.contacts import add_contact, end_contact, replace_guardian
from yinling.registry.operations.identifiers import (
    add_identifier,
    make_main_identifier,
    remove_identifier,
    replace_identifier,
)
from yinling.registry.operations.people import CategoryInput, ContactInput, update_person
from yinling.registry.operations.states import change_state
from yinling.registry.queries.states import list_ended_with_leaving

MANAGE = Permission.MANAGE_PEOPLE
Given = dict[str, Any]


@never_cache
@requires(MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_person(request, pk)
    initial = {
        "name": row.name,
        "village": row.division.code,
        "living": row.living,
        "insurance": row.insurance,
        "hukou": row.hukou_division.code if row.hukou_division else "",
        "hukou_elsewhere": row.hukou_elsewhere,
    }
    form = forms.PersonEditForm(request.POST or None, initial=initial, actor=request.user)

    def act(given: Given) -> None:
        update_person(
            person=row,
            name=given["name"],
            division=given["village"],
            living=LivingSituation(given["living"]),
            insurance=InsuranceKind(given["insurance"]),
            hukou_division=given["hukou"],
            hukou_elsewhere=given["hukou_elsewhere"],
            phone=given["phone"] or None,
            address=given["address"] or None,
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row, title="更正基本信息", submit="保存更正", said="已更正。",
        lead="证件号码、出生日期和性别在“证件”中更正。",
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def identifier_add(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_person(request, pk), forms.IdentifierForm(request.POST or None)

    def act(given: Given) -> None:
        add_identifier(
            person=row,
            kind=IdentifierKind(given["id_kind"]),
            number=given["id_number"],
            is_main=given["is_main"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request,
        form,
        act,
        person=row,
        title="添加证件",
        submit="添加",
        said="证件已添加。",
        part="identifiers",
    )


@never_cache
@requires(MANAGE)
def identifier_correct(request: HttpRequest, pk: int, identifier: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(PersonIdentifier, pk=identifier, person=row)
    form = forms.IdentifierCorrectForm(request.POST or None, initial={"id_kind": held.kind})

    def act(given: Given) -> None:
        replace_identifier(
            identifier=held,
            kind=IdentifierKind(given["id_kind"]),
            number=given["id_number"],
            born_on=given["born_on"],
            sex=Sex(given["sex"]) if given["sex"] else None,
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row, title="更正证件号码", submit="更正", said="证件号码已更正。", part="identifiers",
        lead="按证件原件重新填写完整号码；号码含出生日期和性别的，档案随之更正。",
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def identifier_remove(request: HttpRequest, pk: int, identifier: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(PersonIdentifier, pk=identifier, person=row)
    form = forms.ReasonForm(request.POST or None)

    def act(given: Given) -> None:
        remove_identifier(identifier=held, reason=given["reason"], by=request.user, at=request.now)

    title = f"移除{IdentifierKind(held.kind).label}"
    return file_page(
        request, form, act, person=row, title=title, submit="移除", said="证件已移除。", part="identifiers", tone="danger"
    )  # fmt: skip


@require_POST
@requires(MANAGE)
def identifier_main(request: HttpRequest, pk: int, identifier: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(PersonIdentifier, pk=identifier, person=row)
    to = reverse("registry:person", args=[row.pk]) + "#identifiers"
    return after_act(
        request,
        lambda: make_main_identifier(identifier=held, by=request.user, at=request.now),
        to=to,
        said="已设为主要证件。",
    )


@never_cache
@requires(MANAGE)
def contact_add(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_person(request, pk), forms.ContactForm(request.POST or None, request.FILES or None)

    def act(given: Given) -> None:
        contact = ContactInput(
            given["name"],
            given["relation"],
            given["phone"],
            given["is_guardian"],
            ProofKind(given["proof"]) if given["proof"] else "",
            kept(request, given, "proof_file", row),
            given["valid_from"],
        )
        add_contact(person=row, contact=contact, by=request.user, at=request.now)

    return file_page(
        request, form, act, person=row, title="添加家属或监护人", submit="添加", said="联系人已添加。",
        part="contacts", multipart=True,
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def contact_end(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(Contact, pk=contact, person=row)
    form = forms.DayReasonForm(request.POST or None, initial={"on": localdate(request.now)})

    def act(given: Given) -> None:
        end_contact(contact=held, on=given["on"], reason=given["reason"], by=request.user, at=request.now)

    title = f"终止{'监护人' if held.is_guardian else '联系人'}：{held.name}"
    return file_page(
        request, form, act, person=row, title=title, submit="终止", said="已终止。", part="contacts", tone="danger"
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def guardian_replace(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_person(request, pk), forms.GuardianForm(request.POST or None, request.FILES or None)

    def act(given: Given) -> None:
        contact = ContactInput(
            given["name"],
            given["relation"],
            given["phone"],
            True,
            ProofKind(given["proof"]),
            kept(request, given, "proof_file", row),
        )
        replace_guardian(
            person=row,
            contact=contact,
            on=given["on"],
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row, title="更换监护人", submit="更换", said="监护人已更换。", part="contacts",
        lead="原监护人在同一天终止，记录保留。", multipart=True,
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def category_add(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_person(request, pk), forms.CategoryForm(request.POST or None, request.FILES or None)

    def act(given: Given) -> None:
        certify_category(person=row, category=_category(request, row, given), by=request.user, at=request.now)

    return file_page(
        request, form, act, person=row, title="认定类别", submit="认定", said="已认定。", part="categories", multipart=True
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def category_correct(request: HttpRequest, pk: int, category: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(PersonCategory, pk=category, person=row)
    initial = {f: getattr(held, f) for f in ("valid_from", "valid_to", "source", "document")}
    form = forms.CategoryCorrectForm(request.POST or None, request.FILES or None, initial=initial)

    def act(given: Given) -> None:
        correct_category(
            category=held,
            given=_category(request, row, {**given, "kind": held.kind}),
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    title = f"更正“{CategoryKind(held.kind).label}”的认定"
    return file_page(
        request, form, act, person=row, title=title, submit="保存更正", said="已更正。", part="categories", multipart=True
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def category_end(request: HttpRequest, pk: int, category: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(PersonCategory, pk=category, person=row)
    form = forms.DayReasonForm(request.POST or None, initial={"on": localdate(request.now)})

    def act(given: Given) -> None:
        end_category(category=held, on=given["on"], reason=given["reason"], by=request.user, at=request.now)

    title = f"终止“{CategoryKind(held.kind).label}”"
    return file_page(
        request, form, act, person=row, title=title, submit="终止", said="已终止。", part="categories", tone="danger"
    )  # fmt: skip


def _category(request: HttpRequest, row: Any, given: Given) -> CategoryInput:
    return CategoryInput(
        CategoryKind(given["kind"]),
        given["valid_from"],
        given["source"],
        given["document"],
        given["valid_to"],
        kept(request, given, "proof_file", row),
    )


@never_cache
@requires(MANAGE)
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """First the form, then what it will end, to be confirmed; only then is it done."""
    row, today = seen_person(request, pk), localdate(request.now)
    form = forms.StateForm(request.POST or None, present=row.state, today=today)
    lines: list[str] = []
    asked = request.method == "POST" and form.is_valid()
    if asked:
        given = form.cleaned_data
        wanted = PersonState(given["state"])
        if request.POST.get("confirmed") == "1":
            try:
                change_state(
                    person=row,
                    state=wanted,
                    on=given["on"],
                    reason=given["reason"],
                    moved_to=given.get("moved_to", ""),
                    reopen=given.get("reopen", False),
                    by=request.user,
                    at=request.now,
                )
            except DomainError as error:
                refuse(form, error)
                asked = False
            else:
                messages.success(request, f"状态已变更为“{wanted.label}”。")
                return HttpResponseRedirect(reverse("registry:person", args=[row.pk]), status=303)
        else:
            lines = consequences_of(row, wanted, given["on"])
            if given.get("reopen"):
                lines = [*[f"{line}恢复" for line in list_ended_with_leaving(row)], *lines]
    context = {
        "person": row,
        "form": form,
        "asked": asked,
        "lines": lines,
        "state": PersonState(row.state).label,
        "wanted": PersonState(form.cleaned_data["state"]).label if asked else "",
        "ended": list_ended_with_leaving(row),
    }
    return page(request, "registry/person_state.html", context, status=422 if form.errors else 200)


_ONE = "office/people/<int:pk>/"
urlpatterns = [
    path(f"{_ONE}edit/", edit, name="person_edit"),
    path(f"{_ONE}state/", state, name="person_state"),
    path(f"{_ONE}identifiers/", identifier_add, name="person_identifier"),
    path(
        f"{_ONE}identifiers/<int:identifier>/correct/", identifier_correct, name="person_identifier_correct"
    ),
    path(f"{_ONE}identifiers/<int:identifier>/remove/", identifier_remove, name="person_identifier_remove"),
    path(f"{_ONE}identifiers/<int:identifier>/main/", identifier_main, name="person_identifier_main"),
    path(f"{_ONE}contacts/", contact_add, name="person_contact"),
    path(f"{_ONE}contacts/<int:contact>/end/", contact_end, name="person_contact_end"),
    path(f"{_ONE}guardian/", guardian_replace, name="person_guardian"),
    path(f"{_ONE}categories/", category_add, name="person_category"),
    path(f"{_ONE}categories/<int:category>/correct/", category_correct, name="person_category_correct"),
    path(f"{_ONE}categories/<int:category>/end/", category_end, name="person_category_end"),
]
