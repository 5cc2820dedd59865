"""A unit's report: read, fill and submit, review."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.governance.choices import ReportState, TaskState
from yinling.governance.models import Report
from yinling.governance.operations import rounds as ops
from yinling.governance.policies import rounds as may
from yinling.governance.queries import reports as queries
from yinling.governance.queries.duties import FigureDuty, figure_duties_of
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import IndicatorKind
from yinling.kernel.periods import Month


class NotANumber(DomainError):
    """A form's number that is not one; the form is shown again as it was typed."""


@requires(Permission.VIEW_LEDGER)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _report(request, pk))


@requires(Permission.FILL_REPORT)
@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Save, and submit when asked to. Whatever cannot be saved comes back as it was typed."""
    found = _report(request, pk)
    here = reverse("governance:report", args=[pk])
    try:
        saved = ops.fill_report(
            report=found,
            lines=_lines(request, found),
            figures=_figures(request, found),
            summary=request.POST.get("summary", "").strip(),
            revision=_integer(request.POST.get("revision", ""), "页面版本"),
            by=request.user,
            at=request.now,
        )
    except (NotANumber, ops.ReportChangedMeanwhile) as error:
        messages.error(request, error.message)
        return _page(request, found, typed=request.POST, status=422)
    except DomainError as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(here, status=303)
    if request.POST.get("act") != "submit":
        messages.success(request, "草稿已保存，尚未提交。")
        return HttpResponseRedirect(here, status=303)
    try:
        ops.submit_report(report=saved, by=request.user, at=request.now)
    except ops.ReportIncomplete:
        return HttpResponseRedirect(f"{here}?check=1", status=303)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已提交，等待审核。审核通过后任务状态和数值才会生效。")
    return HttpResponseRedirect(here, status=303)


@requires(Permission.REVIEW_REPORT)
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    found = _report(request, pk)
    here = reverse("governance:report", args=[pk])
    if request.POST.get("act") == "accept":
        return after_act(
            request,
            lambda: ops.accept_report(report=found, by=request.user, at=request.now),
            to=here,
            said="已通过：任务状态已更新，数值已核实。",
        )
    return after_act(
        request,
        lambda: ops.return_report(
            report=found, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=here,
        said="已退回，原因已通知填报单位。",
    )


def _report(request: HttpRequest, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user).select_related(
        "round", "organisation", "submitted_by", "reviewed_by"
    )
    return get_object_or_404(reports, pk=pk)


def _page(request: HttpRequest, found: Report, typed: Any = None, status: int = 200) -> HttpResponse:
    """The same address shows the form to the unit, the review to reviewers, and the text to readers."""
    actor = request.user
    can_fill = may.can_fill_report(actor, found)
    readable = may.can_read_report(actor, found)
    context = {
        "report": found,
        "round": found.round,
        "month": Month.of(found.round.month),
        "lines": queries.list_line_rows(found) if readable else [],
        "figures": queries.list_figure_rows(found) if readable else [],
        "readable": readable,
        "can_fill": can_fill,
        "can_review": may.can_review_report(actor, found),
        "can_take_back": found.state == ReportState.ACCEPTED
        and found.round.state == "open"
        and actor.may(Permission.REVIEW_REPORT)
        and not may.had_a_hand_in(actor, found),
        "had_a_hand": actor.may(Permission.REVIEW_REPORT) and may.had_a_hand_in(actor, found),
        "problems": queries.list_report_problems(found) if can_fill and request.GET.get("check") else [],
        "states": TaskState.choices,
        "typed": typed,
        "kinds": IndicatorKind,
    }
    return page(request, "governance/report.html", context, status=status)


def _lines(request: HttpRequest, found: Report) -> list[ops.LineDraft]:
    """The lines that the form sent, named `line-<task>-<field>`."""
    drafts = []
    for line in found.lines.select_related("task"):
        name = f"line-{line.task_id}"
        if f"{name}-state" not in request.POST:
            continue
        progress = _integer(request.POST.get(f"{name}-progress", ""), f"“{line.task.title}”的进度")
        drafts.append(
            ops.LineDraft(
                task_id=line.task_id,
                state=request.POST[f"{name}-state"],
                progress=progress or 0,
                text=request.POST.get(f"{name}-text", "").strip(),
                problems=request.POST.get(f"{name}-problems", "").strip(),
            )
        )
    return drafts


def _figures(request: HttpRequest, found: Report) -> list[ops.FigureDraft]:
    drafts = []
    for duty in figure_duties_of(found.organisation):
        name = f"figure-{duty.indicator_id}-{duty.division_id}"
        if f"{name}-numerator" not in request.POST:
            continue
        drafts.append(
            ops.FigureDraft(
                indicator_id=duty.indicator_id,
                division_id=duty.division_id,
                numerator=_integer(
                    request.POST[f"{name}-numerator"], _says(duty, "分子" if duty.is_ratio else "数值")
                ),
                denominator=_integer(request.POST.get(f"{name}-denominator", ""), _says(duty, "分母")),
                note=request.POST.get(f"{name}-note", ""),
            )
        )
    return drafts


def _says(duty: FigureDuty, part: str) -> str:
    return f"指标“{duty.indicator.name}”的{part}"


def _integer(text: str, label: str) -> int | None:
    """An integer as people type it: full-width digits, commas and spaces allowed; empty is None."""
    plain = "".join(text.replace(",", "").replace("，", "").split())
    if not plain:
        return None
    if len(plain) > 15 or not re.fullmatch(r"-?\d+", plain):
        raise NotANumber(f"{label}应填整数，现在是“{text.strip()[:30]}”。其他内容没有丢失，改正后再保存。")
    return int(plain)


urlpatterns = [
    path("office/reports/<int:pk>/", report, name="report"),
    path("office/reports/<int:pk>/fill/", fill, name="fill_report"),
    path("office/reports/<int:pk>/review/", review, name="review_report"),
]
