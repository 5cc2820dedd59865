"""我的档案: what is held about oneself or somebody entrusted, who read it, consents, corrections, a copy."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires, send_export
from yinling.kernel.errors import DomainError
from yinling.registry.models import Consent, Person
from yinling.registry.operations.consents import withdraw_consent
from yinling.registry.operations.own_file import (
    ask_correction,
    copy_own_file,
    open_own_file,
    reveal_own_file,
)
from yinling.registry.own_view import entrusted_people, own_view
from yinling.registry.panels import render_own_panels
from yinling.registry.queries.readings import list_readings

OWN = Permission.VIEW_OWN_FILE


@never_cache
@requires(OWN)
def my_home(request: HttpRequest) -> HttpResponse:
    """The people whom the account may see; straight to the file when there is one."""
    people = entrusted_people(actor=request.user, today=localdate(request.now))
    if len(people) == 1:
        return HttpResponseRedirect(reverse("registry:my_file", args=[people[0].pk]))
    return page(request, "registry/my_home.html", {"people": people})


@never_cache
@requires(OWN)
def my_file(request: HttpRequest, pk: int) -> HttpResponse:
    row = _person(request, pk)
    open_own_file(person=row, by=request.user, at=request.now)
    return _file(request, row)


@never_cache
@require_POST
@requires(OWN)
def my_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Full numbers, in the answer and not at an address."""
    row = _person(request, pk)
    revealed = reveal_own_file(person=row, by=request.user, at=request.now)
    return _file(request, row, revealed=revealed)


@never_cache
@requires(OWN)
def my_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """Who read the file, and what for."""
    row = _person(request, pk)
    context = {"person": row, "readings": list_readings(person=row, at=request.now, months=24)}
    return page(request, "registry/my_readings.html", context)


@never_cache
@requires(OWN)
def my_correction(request: HttpRequest, pk: int) -> HttpResponse:
    row, text, refused = _person(request, pk), "", ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            ask_correction(person=row, text=text, by=request.user, at=request.now)
        except DomainError as error:
            refused = error.message
        else:
            messages.success(request, "申请已经送到村居和镇街，办理结果会写在这里。")
            return HttpResponseRedirect(reverse("registry:my_file", args=[row.pk]), status=303)
    context = {"person": row, "text": text, "refused": refused}
    return page(request, "registry/my_correction.html", context, status=422 if refused else 200)


@require_POST
@requires(OWN)
def my_withdraw(request: HttpRequest, pk: int, consent: int) -> HttpResponse:
    row = _person(request, pk)
    held = get_object_or_404(Consent.objects.select_related("person"), pk=consent, person=row)
    return after_act(
        request,
        lambda: withdraw_consent(consent=held, reason="本人在线撤回", by=request.user, at=request.now),
        to=reverse("registry:my_file", args=[row.pk]),
        said="已经撤回，今天起不再使用。",
    )


@never_cache
@require_POST
@requires(OWN)
def my_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """An Excel file of everything held. A POST: it holds full numbers, and each copy is noted."""
    row = _person(request, pk)
    export = copy_own_file(person=row, by=request.user, at=request.now)
    return send_export(export)


def _person(request: HttpRequest, pk: int) -> Person:
    seen = Person.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("division__parent", "hukou_division__parent"), pk=pk)


def _file(request: HttpRequest, row: Person, **more: object) -> HttpResponse:
    context = {
        "person": row,
        **own_view(person=row, actor=request.user, at=request.now),
        "revealed": None,
        "panels": render_own_panels(request, row, at=request.now),
    }
    return page(request, "registry/my_file.html", {**context, **more})


urlpatterns = [
    path("my/", my_home, name="my_home"),
    path("my/<int:pk>/", my_file, name="my_file"),
    path("my/<int:pk>/reveal/", my_reveal, name="my_reveal"),
    path("my/<int:pk>/readings/", my_readings, name="my_readings"),
    path("my/<int:pk>/correction/", my_correction, name="my_correction"),
    path("my/<int:pk>/consents/<int:consent>/withdraw/", my_withdraw, name="my_withdraw"),
    path("my/<int:pk>/copy/", my_copy, name="my_copy"),
]
