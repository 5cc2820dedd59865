"""智慧养老院: the checklist of a home, and for districts who counts, what waits and what runs out."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.files import open_stored
from yinling.core.web import after_act, page, requires
from yinling.registry.models import Place
from yinling.residence.models import SmartHomeEvidence, SmartHomeRecognition
from yinling.residence.operations import smart_homes as acts
from yinling.residence.queries import smart_homes as reads

WHICH = (
    ("", "全部"),
    ("counts", "现在达标"),
    ("ending", "60天内到期"),
    ("lapsed", "认定过但佐证不全"),
    ("waiting", "有待审核"),
)


@requires(Permission.VIEW_PLACES)
def smart_homes(request: HttpRequest) -> HttpResponse:
    actor, today = request.user, localdate(request.now)
    which = request.GET.get("which", "")
    which = which if which in dict(WHICH) else ""
    lines = reads.list_homes(actor=actor, on=today)
    context = {
        "lines": [line for line in lines if reads.fits(line, which, today)],
        "counting": sum(line.counts for line in lines),
        "lapsed": sum(line.recognised_on is not None and not line.counts for line in lines),
        "ending_soon": sum(
            line.ends_on is not None and (line.ends_on - today).days <= reads.SOON for line in lines
        ),
        "which": which,
        "choices": WHICH,
        "waiting": [(e, reads.item_name(e)) for e in reads.list_waiting(actor=actor)],
        "ending": [
            (e, reads.item_name(e), (e.valid_to - today).days)
            for e in reads.list_ending(actor=actor, on=today)
        ],
        "standard": reads.in_force(today),
        "may_review": actor.may(Permission.REVIEW_HOMES),
        "mine": _mine(request) if actor.may(Permission.RUN_HOME) else [],
    }
    return page(request, "residence/smart_homes.html", context)


@requires(Permission.VIEW_PLACES)
def smart_home(request: HttpRequest, pk: int) -> HttpResponse:
    home = _home(request, pk)
    actor, today = request.user, localdate(request.now)
    standing = reads.get_standing(place=home, on=today)
    groups: dict[str, list[Any]] = {}
    for item in standing.items:
        groups.setdefault(item.item.group, []).append(item)
    context = {
        "home": home,
        "standing": standing,
        "groups": groups,
        "today": today,
        "may_submit": actor.may(Permission.RUN_HOME) and home.valid_to is None,
        "may_review": actor.may(Permission.REVIEW_HOMES) and home.valid_to is None,
    }
    return page(request, "residence/smart_home.html", context)


@require_POST
@requires(Permission.RUN_HOME)
def smart_evidence_submit(request: HttpRequest, pk: int) -> HttpResponse:
    home, upload = _home(request, pk), request.FILES.get("file")
    start, end = _day(request, "valid_from"), _day(request, "valid_to")
    if upload is None or start is None or end is None:
        messages.error(request, "请选择文件，并填写佐证的起止日期。")
        return HttpResponseRedirect(_back(home.pk), status=303)
    return after_act(
        request,
        lambda: acts.submit_evidence(
            place=home,
            item=request.POST.get("item", "")[:40],
            content=upload.file,
            filename=upload.name or "",
            valid_from=start,
            valid_to=end,
            note=request.POST.get("note", ""),
            by=request.user,
            at=request.now,
        ),
        to=_back(home.pk),
        said="佐证已提交，等区市审核。",
    )


@require_POST
@requires(Permission.REVIEW_HOMES)
def smart_evidence_review(request: HttpRequest, pk: int) -> HttpResponse:
    row = _evidence(request, pk)
    accept = request.POST.get("accept") == "1"
    return after_act(
        request,
        lambda: acts.review_evidence(
            evidence=row,
            accept=accept,
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=request.now,
        ),
        to=_back(row.place_id),
        said="已通过。" if accept else "已退回，机构会看到理由。",
    )


@require_POST
@requires(Permission.REVIEW_HOMES)
def smart_evidence_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = _evidence(request, pk)
    return after_act(
        request,
        lambda: acts.cancel_evidence(
            evidence=row, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=_back(row.place_id),
        said="这份佐证已作废。",
    )


@never_cache
@requires(Permission.VIEW_PLACES)
def smart_evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    row = _evidence(request, pk)
    acts.open_evidence(evidence=row, by=request.user, at=request.now)
    return FileResponse(open_stored(row.file), as_attachment=True, filename=row.file.name)


@require_POST
@requires(Permission.REVIEW_HOMES)
def smart_home_recognise(request: HttpRequest, pk: int) -> HttpResponse:
    home = _home(request, pk)
    return after_act(
        request,
        lambda: acts.recognise_smart_home(place=home, by=request.user, at=request.now),
        to=_back(home.pk),
        said="已认定为智慧养老院。佐证到期没有续交的，会自动不算。",
    )


@require_POST
@requires(Permission.REVIEW_HOMES)
def smart_home_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    seen = SmartHomeRecognition.objects.visible_to(request.user).select_related("place")
    row = get_object_or_404(seen, pk=pk)
    return after_act(
        request,
        lambda: acts.revoke_recognition(
            recognition=row, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=_back(row.place_id),
        said="认定已撤销。",
    )


def _mine(request: HttpRequest) -> list[tuple[int, str]]:
    seen = Place.objects.visible_to(request.user).filter(kind__in=reads.HOMES, valid_to=None)
    return list(seen.order_by("name", "pk").values_list("pk", "name")[:60])


def _home(request: HttpRequest, pk: int) -> Place:
    seen = Place.objects.visible_to(request.user).filter(kind__in=reads.HOMES)
    return get_object_or_404(seen.select_related("division__parent"), pk=pk)


def _evidence(request: HttpRequest, pk: int) -> SmartHomeEvidence:
    seen = SmartHomeEvidence.objects.visible_to(request.user).select_related("place", "file")
    return get_object_or_404(seen, pk=pk)


def _day(request: HttpRequest, name: str) -> Any:
    try:
        return parse_date(request.POST.get(name, "")[:10])
    except ValueError:
        return None


def _back(pk: int) -> str:
    return reverse("residence:smart_home", args=[pk])


_HOME = "office/smart-homes/<int:pk>/"
_PROOF = "office/smart-homes/evidence/<int:pk>/"
urlpatterns = [
    path("office/smart-homes/", smart_homes, name="smart_homes"),
    path(_HOME, smart_home, name="smart_home"),
    path(f"{_HOME}evidence/", smart_evidence_submit, name="smart_evidence_submit"),
    path(f"{_HOME}recognise/", smart_home_recognise, name="smart_home_recognise"),
    path(f"{_PROOF}file/", smart_evidence_file, name="smart_evidence_file"),
    path(f"{_PROOF}review/", smart_evidence_review, name="smart_evidence_review"),
    path(f"{_PROOF}cancel/", smart_evidence_cancel, name="smart_evidence_cancel"),
    path("office/smart-homes/recognitions/<int:pk>/revoke/", smart_home_revoke, name="smart_home_revoke"),
]
