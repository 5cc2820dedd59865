"""What the forms of a person's file share: one page with the form, errors beside their field, nothing lost."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yinling.core.files import store_stream
from yinling.core.models import StoredFile
from yinling.core.web import page
from yinling.kernel.errors import DomainError
from yinling.registry.forms import StyledForm
from yinling.registry.models import Person

# Beside which field a refusal is shown; whichever of these the form has first.
_BESIDE = {
    "BadIdNumber": ("id_number",),
    "BadIdentifier": ("id_number",),
    "IdentifierContradicts": ("id_number",),
    "PersonAlreadyRegistered": ("id_number",),
    "NobodyToTransfer": ("id_number",),
    "GuardianAlreadyNamed": ("is_guardian", "on"),
    "CategoryAlreadyCertified": ("kind", "valid_from"),
    "ConsentAlreadyGiven": ("purpose",),
    "GuardianUnknown": ("given_by",),
    "FactsAfterLeaving": ("on",),
    "WrongDates": ("on", "valid_to", "valid_from", "born_on"),
    "FileRefused": ("proof_file", "evidence_file"),
    "OutOfScope": ("village",),
    "NotAPublicAccount": ("phone",),
    "AccessAlreadyGranted": ("phone",),
    "BadPhone": ("phone",),
}


def seen_person(request: HttpRequest, pk: int) -> Person:
    """The file inside the reader's reach, or 404."""
    seen = Person.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("division__parent", "hukou_division__parent"), pk=pk)


def refuse(form: StyledForm, error: DomainError) -> None:
    """Show a refusal beside the field that it is about."""
    fields = _BESIDE.get(type(error).__name__, ())
    form.add_error(next((f for f in fields if f in form.fields), None), error.message)


def file_page(
    request: HttpRequest,
    form: StyledForm,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    submit: str,
    said: str,
    person: Person | None = None,
    to: str = "",
    part: str = "",
    lead: str = "",
    notes: list[str] | None = None,
    tone: str = "",
    multipart: bool = False,
    crumbs: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """A form on a page of its own: GET shows it, POST acts and goes back to the file's part `part`, or to `to` where
    the form is of another page, which `crumbs` name."""
    back = to or reverse("registry:person", args=[person.pk] if person else [])
    if part:
        back = f"{back}#{part}"
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                act(form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(back, status=303)
    context = {
        "form": form,
        "person": person,
        "title": title,
        "submit": submit,
        "lead": lead,
        "notes": notes or [],
        "tone": tone,
        "back": back,
        "multipart": multipart,
        "crumbs": crumbs,
    }
    return page(request, "registry/person_form.html", context, status=422 if form.errors else 200)


def kept(request: HttpRequest, given: dict[str, Any], name: str, person: Person) -> StoredFile | None:
    """The uploaded proof, sealed on disk. Raises FileRefused."""
    upload = given.get(name)
    if not upload:
        return None
    return store_stream(
        upload.file,
        name=upload.name or "",
        by=request.user,
        at=request.now,
        division_path=person.division_path,
    )
