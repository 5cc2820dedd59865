"""Exports of people 导出名单: ask, approve, download."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.files import open_stored
from yinling.core.web import after_act, attached, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import (
    CategoryKind,
    ExportState,
    InsuranceKind,
    LivingSituation,
    PersonState,
    Sex,
)
from yinling.registry.models import PeopleExport
from yinling.registry.office.choosing import chosen, chosen_division
from yinling.registry.operations import people_exports as ops
from yinling.registry.queries import people as reads
from yinling.registry.queries.people_exports import list_exports, wording_of


@never_cache
@requires(Permission.EXPORT_PEOPLE)
def people_exports(request: HttpRequest) -> HttpResponse:
    """The form for what the list's filters show, own exports, and those that wait for a second person."""
    filters = _filters(request)
    rows = list(list_exports(actor=request.user))
    context = {
        "wording": wording_of(filters, request.user),
        "query": request.GET.urlencode(),
        "mine": [r for r in rows if r.asked_by_id == request.user.pk],
        "others": [r for r in rows if r.asked_by_id != request.user.pk],
        "states": dict(ExportState.choices),
        "tones": _TONES,
        "at_work": any(r.state == ExportState.QUEUED for r in rows),
        "may_unmask": request.user.may(Permission.UNMASK_PERSON),
        "keep_days": ops.KEEP_DAYS,
        "now": request.now,
    }
    return page(request, "registry/people_exports.html", context)


@require_POST
@requires(Permission.EXPORT_PEOPLE)
def people_export_ask(request: HttpRequest) -> HttpResponse:
    def act() -> None:
        ops.ask_export(
            filters=_filters(request),
            kind=request.POST.get("kind", "xlsx"),
            in_full=request.POST.get("in_full") == "1",
            purpose=request.POST.get("purpose", ""),
            by=request.user,
            at=request.now,
        )

    query = request.GET.urlencode()
    to = reverse("registry:people_exports") + (f"?{query}" if query else "")
    return after_act(request, act, to=to, said="已受理。做好后在下面下载；完整信息要等另一人批准。")


@require_POST
@requires(Permission.EXPORT_PEOPLE)
def people_export_decide(request: HttpRequest, pk: str) -> HttpResponse:
    export = _export(request, pk)
    approved = request.POST.get("approved") == "1"

    def act() -> None:
        ops.decide_export(export=export, approved=approved, by=request.user, at=request.now)

    said = "已批准，申请人可以下载。" if approved else "已退回，不会导出。"
    return after_act(request, act, to=reverse("registry:people_exports"), said=said)


@never_cache
@requires(Permission.EXPORT_PEOPLE)
def people_export_file(request: HttpRequest, pk: str) -> HttpResponse | FileResponse:
    export = _export(request, pk)
    try:
        file = ops.download_export(export=export, by=request.user, at=request.now)
    except DomainError as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(reverse("registry:people_exports"), status=303)
    return attached(FileResponse(open_stored(file), content_type=file.content_type), file.name)


def _filters(request: HttpRequest) -> reads.PeopleFilters:
    """As the list reads them, without the words of its search box: they may name a person."""
    return reads.PeopleFilters(
        division=chosen_division(request),
        category=chosen(request, "category", CategoryKind),
        ages=chosen(request, "ages", reads.AGES, "60"),
        living=chosen(request, "living", LivingSituation),
        insurance=chosen(request, "insurance", InsuranceKind),
        sex=chosen(request, "sex", Sex),
        state=chosen(request, "state", [*PersonState.values, ""], PersonState.ACTIVE),
    )


def _export(request: HttpRequest, pk: str) -> PeopleExport:
    return get_object_or_404(PeopleExport.objects.visible_to(request.user).select_related("file"), pk=pk)


_TONES = {
    ExportState.WAITING: "warn",
    ExportState.QUEUED: "info",
    ExportState.READY: "good",
    ExportState.REFUSED: "bad",
    ExportState.EXPIRED: "calm",
}

urlpatterns = [
    path("office/people/exports/", people_exports, name="people_exports"),
    path("office/people/exports/ask/", people_export_ask, name="people_export_ask"),
    path("office/people/exports/<uuid:pk>/decide/", people_export_decide, name="people_export_decide"),
    path("office/people/exports/<uuid:pk>/file/", people_export_file, name="people_export_file"),
]
