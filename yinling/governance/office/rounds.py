"""Monthly dispatch: the list of rounds, one round, its settings and its export."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires, send_export
from yinling.governance.models import Round, RoundSettings
from yinling.governance.operations import rounds as ops
from yinling.governance.queries import rounds as queries
from yinling.governance.queries.round_settings import due_on, opens_on, settings_for
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import BadPeriod, Month, read_day


class BadDay(DomainError):
    """A form's day that is not a date or a number."""


@requires(Permission.VIEW_LEDGER)
def rounds(request: HttpRequest) -> HttpResponse:
    month = Month.of(localdate(request.now))
    settings = settings_for(month)
    context = {
        "rows": queries.list_rounds(actor=request.user),
        "month": month,
        "is_open": Round.objects.filter(month=month.first_on).exists(),
        "opens_on": opens_on(month, settings),
        "due_on": due_on(month, settings),
        "may_manage": request.user.may(Permission.MANAGE_ROUNDS),
    }
    return page(request, "governance/rounds.html", context)


@requires(Permission.VIEW_LEDGER)
def round_page(request: HttpRequest, month: str) -> HttpResponse:
    round_ = _round(month)
    show, text = request.GET.get("show", ""), request.GET.get("q", "").strip()
    context = {
        "round": round_,
        "month": Month.of(round_.month),
        "tally": queries.get_tally(round_=round_, actor=request.user),
        "rows": queries.list_round_rows(
            round_=round_, actor=request.user, at=request.now, show=show, text=text
        ),
        "unanswerable": queries.list_organisations_without_reporter(round_=round_, actor=request.user),
        "filters": queries.FILTERS,
        "show": show,
        "text": text,
        "today": localdate(request.now),
        "may_manage": request.user.may(Permission.MANAGE_ROUNDS),
        "may_export": request.user.may(Permission.EXPORT_ROWS),
    }
    return page(request, "governance/round.html", context)


@requires(Permission.MANAGE_ROUNDS)
@require_POST
def open_round(request: HttpRequest) -> HttpResponse:
    def act() -> None:
        ops.open_round(month=Month.parse(request.POST.get("month", "")), by=request.user, at=request.now)

    try:
        to = reverse("governance:round", args=[str(Month.parse(request.POST.get("month", "")))])
        if Month.parse(request.POST["month"]).first_on > localdate(request.now):
            to = reverse("governance:rounds")
    except BadPeriod:
        to = reverse("governance:rounds")
    return after_act(request, act, to=to, said="调度已开启，已通知各责任单位。")


@requires(Permission.MANAGE_ROUNDS)
@require_POST
def remind(request: HttpRequest, month: str) -> HttpResponse:
    round_ = _round(month)
    return after_act(
        request,
        lambda: ops.remind_round(round_=round_, by=request.user, at=request.now),
        to=_to(round_),
        said="已提醒尚未提交的单位；同一天内重复提醒不会再发。",
    )


@requires(Permission.MANAGE_ROUNDS)
@require_POST
def lock(request: HttpRequest, month: str) -> HttpResponse:
    round_ = _round(month)
    return after_act(
        request,
        lambda: ops.lock_round(round_=round_, by=request.user, at=request.now),
        to=_to(round_),
        said="本月调度已锁定。",
    )


@requires(Permission.MANAGE_ROUNDS)
@require_POST
def reopen(request: HttpRequest, month: str) -> HttpResponse:
    round_ = _round(month)

    def act() -> None:
        ops.reopen_round(
            round_=round_,
            reason=request.POST.get("reason", ""),
            due_on=_day(request.POST.get("due_on", "")),
            by=request.user,
            at=request.now,
        )

    return after_act(request, act, to=_to(round_), said="本月调度已重开，原因已记录。")


@requires(Permission.EXPORT_ROWS)
def export(request: HttpRequest, month: str) -> HttpResponse:
    return send_export(ops.export_round(round_=_round(month), by=request.user, at=request.now))


@requires(Permission.MANAGE_ROUNDS)
def settings(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":

        def act() -> None:
            ops.set_round_settings(
                valid_from=Month.parse(request.POST.get("valid_from", "")),
                opens_on_day=_number(request, "opens_on_day", "开启日"),
                due_on_day=_number(request, "due_on_day", "截止日"),
                remind_days_before=_number(request, "remind_days_before", "提前提醒天数"),
                by=request.user,
                at=request.now,
            )

        return after_act(
            request, act, to=reverse("governance:round_settings"), said="设置已保存，自所填月份起生效。"
        )
    this_month = Month.of(localdate(request.now))
    newest = Round.objects.first()
    first = max(this_month, Month.of(newest.month).plus(1)) if newest else this_month
    context = {
        "current": settings_for(this_month),
        "proposed": settings_for(first),
        "first": first,
        "this_month": this_month,
        "history": RoundSettings.objects.select_related("set_by"),
    }
    return page(request, "governance/round_settings.html", context)


def _round(month: str) -> Round:
    try:
        return get_object_or_404(Round, month=Month.parse(month).first_on)
    except BadPeriod:
        raise Http404 from None


def _to(round_: Round) -> str:
    return reverse("governance:round", args=[str(Month.of(round_.month))])


def _day(text: str) -> date | None:
    day = read_day(text)
    if day is None and text.strip():
        raise BadDay(f"“{text[:20]}”不是日期。请写成 2026-11-08 这样的形式。")
    return day


def _number(request: HttpRequest, name: str, label: str) -> int:
    text = request.POST.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise BadDay(f"{label}应填整数，现在是“{text}”。")
    return int(text)


urlpatterns = [
    path("office/rounds/", rounds, name="rounds"),
    path("office/rounds/open/", open_round, name="open_round"),
    path("office/rounds/settings/", settings, name="round_settings"),
    path("office/rounds/<str:month>/", round_page, name="round"),
    path("office/rounds/<str:month>/remind/", remind, name="remind_round"),
    path("office/rounds/<str:month>/lock/", lock, name="lock_round"),
    path("office/rounds/<str:month>/reopen/", reopen, name="reopen_round"),
    path("office/rounds/<str:month>/export/", export, name="export_round"),
]
