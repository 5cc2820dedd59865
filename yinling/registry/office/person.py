"""One person's file on one page, made of panels; its timeline; full particulars for a stated purpose."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.files import open_stored
from yinling.core.models import StoredFile
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PersonState
from yinling.registry.models import Person
from yinling.registry.office.duplicates import stub
from yinling.registry.office.filing import seen_person
from yinling.registry.operations.reading import open_file, open_proof, unmask_person
from yinling.registry.own_panels import rights
from yinling.registry.panels import render_panels
from yinling.registry.queries.people import age_on
from yinling.registry.queries.timeline import KINDS, list_timeline
from yinling.rulebook.personal_data import reading_purposes


@never_cache
@requires(Permission.VIEW_PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_person(request, pk)
    if row.state == PersonState.MERGED:
        return stub(request, row)
    open_file(person=row, by=request.user, at=request.now)
    return _file(request, row)


@never_cache
@require_POST
@requires(Permission.UNMASK_PERSON)
def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Answered at once and not by a redirect: what is shown has no address of its own."""
    row = seen_person(request, pk)
    chosen, own = request.POST.get("purpose_kind", ""), request.POST.get("purpose", "").strip()[:200]
    purpose = "：".join(p for p in (chosen if chosen in reading_purposes() else "", own) if p)
    try:
        revealed = unmask_person(person=row, purpose=purpose, by=request.user, at=request.now)
    except DomainError as error:
        extra = {"unmask_error": error.message, "purpose": own}
        return _file(request, row, status=422, identifiers=extra)
    return _file(request, row, identifiers={"revealed": revealed, "purpose": purpose})


def _file(request: HttpRequest, row: Person, *, status: int = 200, **extra: dict[str, Any]) -> HttpResponse:
    today = localdate(request.now)
    context = {
        "person": row,
        "age": age_on(row.born_on, min(row.left_on or today, today)),
        "state": PersonState(row.state).label,
        "panels": render_panels(request, row, at=request.now, extra=extra),
        **rights(row, request.user),
        "may_change_state": request.user.may(Permission.MANAGE_PEOPLE) and row.anonymised_on is None,
    }
    return page(request, "registry/person.html", context, status=status)


@never_cache
@requires(Permission.VIEW_PEOPLE)
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of the timeline; the panel's filter and 更早 lead here."""
    row = seen_person(request, pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    everything = request.GET.get("all") == "1"
    before = request.GET.get("before", "").replace("\x00", "")[:60]
    context = {
        "person": row,
        "kinds": KINDS,
        "kind": kind,
        "everything": everything,
        "before": before,
        "timeline": list_timeline(
            person=row, at=request.now, kind=kind, before=before, everything=everything
        ),
    }
    return page(request, "registry/person_timeline.html", context)


@never_cache
@requires(Permission.UNMASK_PERSON)
def proof(request: HttpRequest, pk: int, file: UUID) -> FileResponse:
    """A proof that belongs to this file and no other."""
    row = seen_person(request, pk)
    ids: set[Any] = set()
    for rows, field in (
        (row.contacts, "proof_file_id"),
        (row.categories, "proof_file_id"),
        (row.accesses, "proof_file_id"),
        (row.consents, "evidence_file_id"),
    ):
        ids |= set(rows.values_list(field, flat=True))
    if file not in ids:
        raise Http404
    stored = get_object_or_404(StoredFile, pk=file)
    open_proof(person=row, file=stored, by=request.user, at=request.now)
    return FileResponse(open_stored(stored), as_attachment=True, filename=stored.name)


urlpatterns = [
    path("office/people/<int:pk>/", person, name="person"),
    path("office/people/<int:pk>/unmask/", unmask, name="person_unmask"),
    path("office/people/<int:pk>/timeline/", timeline, name="person_timeline"),
    path("office/people/<int:pk>/proofs/<uuid:file>/", proof, name="person_proof"),
]
