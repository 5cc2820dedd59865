"""Acts on an application of the waiting list, each a POST of its page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, requires
from yinling.registry.forms import StyledForm
from yinling.registry.office.people import checked
from yinling.residence.models import Application, Skip
from yinling.residence.office.waiting import seen_application
from yinling.residence.operations import applying, skips, verifying
from yinling.residence.queries.waiting import list_public_homes
from yinling.residence.waiting_choices import ApplicationEnd, SkipGround
from yinling.residence.waiting_forms import EndForm, SkipForm, WishesForm


@require_POST
@requires(Permission.MANAGE_QUEUE)
def waiting_verify(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_application(request, pk)

    def act() -> None:
        verifying.verify_application(application=row, by=request.user, at=request.now)

    return _back(request, row, act, "核实完成，已进入下一步。")


@require_POST
@requires(Permission.MANAGE_QUEUE)
def waiting_reject(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_application(request, pk), EndForm(request.POST, prefix="reject")

    def act() -> None:
        _end(request, row, ApplicationEnd.NOT_ELIGIBLE, form)

    return _back(request, row, checked(form, act), "已登记不符合条件，申请结束。")


@require_POST
@requires(Permission.APPLY_FOR_HOME)
def waiting_end(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_application(request, pk), EndForm(request.POST, prefix="end")

    def act() -> None:
        _end(request, row, ApplicationEnd.WITHDRAWN, form)

    return _back(request, row, checked(form, act), "已撤回，申请结束。")


@require_POST
@requires(Permission.MANAGE_QUEUE)
def waiting_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_application(request, pk), EndForm(request.POST, prefix="reopen")

    def act() -> None:
        reason = form.cleaned_data["reason"]
        applying.reopen_application(application=row, reason=reason, by=request.user, at=request.now)

    return _back(request, row, checked(form, act), "申请已恢复，申请时间不变。")


@require_POST
@requires(Permission.APPLY_FOR_HOME)
def waiting_wishes(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_application(request, pk)
    form = WishesForm(request.POST, homes=list_public_homes(localdate(request.now)))

    def act() -> None:
        applying.change_wishes(
            application=row, homes=form.homes(), bed_kinds=form.kinds(), by=request.user, at=request.now
        )

    return _back(request, row, checked(form, act), "志愿已更改，轮候次序不变。")


@require_POST
@requires(Permission.MANAGE_QUEUE)
def waiting_skip(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = seen_application(request, pk), SkipForm(request.POST, prefix="skip")

    def act() -> None:
        given = form.cleaned_data
        skips.propose_skip(
            application=row,
            ground=SkipGround(given["ground"]),
            particulars=given["particulars"],
            until=given["until"],
            by=request.user,
            at=request.now,
        )

    return _back(request, row, checked(form, act), "已提出，等另一位同事复核后生效。")


@require_POST
@requires(Permission.APPROVE_SKIP)
def skip_decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = _skip(request, pk)
    approve = request.POST.get("approve") == "1"

    def act() -> None:
        note = request.POST.get("note", "").replace("\x00", "")
        skips.decide_skip(skip=row, approve=approve, note=note, by=request.user, at=request.now)

    return _back(request, row.application, act, "已同意暂缓。" if approve else "已登记不同意暂缓。")


@require_POST
@requires(Permission.MANAGE_QUEUE)
def skip_lift(request: HttpRequest, pk: int) -> HttpResponse:
    row = _skip(request, pk)

    def act() -> None:
        skips.lift_skip(skip=row, by=request.user, at=request.now)

    return _back(request, row.application, act, "已解除暂缓，按原次序轮候。")


@require_POST
@requires(Permission.MANAGE_QUEUE)
def waiting_refresh(request: HttpRequest) -> HttpResponse:
    """Check every place against the facts now."""

    def act() -> None:
        verifying.refresh_queue(by=request.user, at=request.now)

    return after_act(request, act, to=reverse("residence:waiting"), said="已按现在的档案和评估核对全部次序。")


def _end(request: HttpRequest, row: Application, end: ApplicationEnd, form: StyledForm) -> None:
    reason = form.cleaned_data["reason"]
    applying.end_application(application=row, end=end, reason=reason, by=request.user, at=request.now)


def _skip(request: HttpRequest, pk: int) -> Skip:
    return get_object_or_404(Skip.objects.visible_to(request.user).select_related("application"), pk=pk)


def _back(request: HttpRequest, row: Application, act: Callable[[], None], said: str) -> HttpResponse:
    return after_act(request, act, to=reverse("residence:application", args=[row.pk]), said=said)


urlpatterns = [
    path("office/waiting/refresh/", waiting_refresh, name="waiting_refresh"),
    path("office/waiting/<int:pk>/verify/", waiting_verify, name="waiting_verify"),
    path("office/waiting/<int:pk>/reject/", waiting_reject, name="waiting_reject"),
    path("office/waiting/<int:pk>/end/", waiting_end, name="waiting_end"),
    path("office/waiting/<int:pk>/reopen/", waiting_reopen, name="waiting_reopen"),
    path("office/waiting/<int:pk>/wishes/", waiting_wishes, name="waiting_wishes"),
    path("office/waiting/<int:pk>/skip/", waiting_skip, name="waiting_skip"),
    path("office/waiting/skips/<int:pk>/decide/", skip_decide, name="skip_decide"),
    path("office/waiting/skips/<int:pk>/lift/", skip_lift, name="skip_lift"),
]
