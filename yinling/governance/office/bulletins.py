"""Bulletins: the list, one bulletin, writing, publishing, the Word file."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.governance.choices import BulletinKind
from yinling.governance.models import Bulletin
from yinling.governance.operations import bulletins as ops
from yinling.governance.queries.bulletins import list_bulletins
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month


class UnknownKind(DomainError):
    """Neither a month's nor a quarter's bulletin."""


@requires(Permission.VIEW_COCKPIT)
def bulletins(request: HttpRequest) -> HttpResponse:
    month = Month.of(localdate(request.now))
    context = {
        "rows": list_bulletins(actor=request.user),
        "may_write": request.user.may(Permission.PUBLISH_BULLETIN),
        "months": [(str(month.plus(-n)), month.plus(-n).label) for n in range(12)],
        "quarters": [
            (str(q), q.label) for q in (month.quarter.plus(-n) for n in range(8)) if q.last_month <= month
        ],
    }
    return page(request, "governance/bulletins.html", context)


@requires(Permission.VIEW_COCKPIT)
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    found = _bulletin(request, pk)
    words = found.content["words"]
    context = {
        "bulletin": found,
        "data": found.content["data"],
        "words": words,
        "blocks": [_shown(block) for block in words["blocks"]],
        "annexes": [(a["title"], [_shown(block) for block in a["blocks"]]) for a in words["annexes"]],
        "may_publish": request.user.may(Permission.PUBLISH_BULLETIN) and found.published_at is None,
        "is_partial": found.content["data"].get("is_partial", False),
        "is_writer": found.written_by_id == request.user.pk,
    }
    return page(request, "governance/bulletin.html", context)


@requires(Permission.PUBLISH_BULLETIN)
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    made: list[Bulletin] = []

    def act() -> None:
        kind = request.POST.get("kind", "")
        if kind not in BulletinKind.values:
            raise UnknownKind("请选择月调度通报或季度通报。")
        period = request.POST.get("period", "")
        made.append(
            ops.write_bulletin(
                kind=BulletinKind(kind),
                period=period,
                refreeze_reason=request.POST.get("reason", ""),
                by=request.user,
                at=request.now,
            )
        )

    answer = after_act(
        request, act, to=reverse("governance:bulletins"), said="通报已生成，请核对后由另一位人员发布。"
    )
    if made:
        answer.headers["Location"] = reverse("governance:bulletin", args=[made[0].pk])
    return answer


@requires(Permission.PUBLISH_BULLETIN)
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _bulletin(request, pk)
    return after_act(
        request,
        lambda: ops.publish_bulletin(bulletin=found, by=request.user, at=request.now),
        to=reverse("governance:bulletin", args=[pk]),
        said="通报已发布，已通知各责任单位。",
    )


@requires(Permission.VIEW_COCKPIT)
def word(request: HttpRequest, pk: int) -> FileResponse:
    found = _bulletin(request, pk)
    return FileResponse(
        ops.download_bulletin(bulletin=found, by=request.user, at=request.now),
        as_attachment=True,
        filename=found.file.name,
        content_type=found.file.content_type,
    )


def _bulletin(request: HttpRequest, pk: int) -> Bulletin:
    return get_object_or_404(list_bulletins(actor=request.user), pk=pk)


def _shown(block: dict[str, Any]) -> dict[str, Any]:
    """A block for the page; a chart with what `<yl-chart>` and the table behind it want."""
    if block["kind"] != "chart":
        return block
    series = block["series"]
    stack = {"stack": "all"} if block["stacked"] else {}
    config = {
        "type": "bars",
        "x": block["categories"],
        "series": [{"name": s["name"], "data": s["values"], **stack} for s in series],
    }
    rows = [
        [name, *("—" if s["values"][i] is None else s["values"][i] for s in series)]
        for i, name in enumerate(block["categories"])
    ]
    height = 120 + len(block["categories"]) * (36 if block["stacked"] else 44)
    return {
        **block,
        "config": config,
        "columns": ["", *(s["name"] for s in series)],
        "rows": rows,
        "height": height,
    }


urlpatterns = [
    path("office/bulletins/", bulletins, name="bulletins"),
    path("office/bulletins/write/", write, name="write_bulletin"),
    path("office/bulletins/<int:pk>/", bulletin, name="bulletin"),
    path("office/bulletins/<int:pk>/publish/", publish, name="publish_bulletin"),
    path("office/bulletins/<int:pk>/word/", word, name="bulletin_word"),
]
