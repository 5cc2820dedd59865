"""The acts on a stay, each a form on a page of its own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate, localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, requires
from yinling.registry.models import Bed, Place
from yinling.registry.office.filing import file_page
from yinling.residence import stay_forms as forms
from yinling.residence.choices import StayEnd
from yinling.residence.limits import ENTERED_BACK_DAYS, LEAVE_DAYS, LIVED_IN, RESPITE_DAYS, TRIAL_DAYS
from yinling.residence.models import Stay
from yinling.residence.office.residents import stay_or_404
from yinling.residence.operations import absences, leaving, reinstating, stays
from yinling.residence.queries.bed_map import free_beds

MANAGE = Permission.MANAGE_RESIDENTS
Given = dict[str, Any]


def _page(
    request: HttpRequest,
    stay: Stay,
    form: forms.StyledForm,
    act: Callable[[Given], object],
    title: str,
    submit: str,
    said: str,
    **more: Any,
) -> HttpResponse:
    back = reverse("residence:resident", args=[stay.pk])
    crumbs = [
        (stay.place.name, reverse("residence:bed_map", args=[stay.place_id])),
        (stay.person.name, back),
    ]
    return file_page(
        request, form, act, title=title, submit=submit, said=said, to=back, crumbs=crumbs, **more
    )


@never_cache
@requires(MANAGE)
def stay_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """To a free bed of the same home, or of another home of the same operator."""
    stay = stay_or_404(request, pk)
    seen = Place.objects.visible_to(request.user).filter(kind__in=LIVED_IN, valid_to=None)
    beds = free_beds(stay.place, request.now)
    for other in seen.exclude(pk=stay.place_id).order_by("name")[:10]:
        beds += [(pk, f"{other.name}　{words}") for pk, words in free_beds(other, request.now)]
    form = forms.TransferForm(request.POST or None, beds=beds, now=request.now)

    def act(given: Given) -> None:
        bed = get_object_or_404(Bed, pk=given["bed"], place__in=seen)
        since = forms.moment(given["since"], request.now)
        stays.transfer(
            stay=stay, bed=bed, since=since, reason=given["reason"], by=request.user, at=request.now
        )

    lead = "同一家机构调床，入住继续；转到本单位的另一家机构，在同一时刻转出、转入。"
    return _page(request, stay, form, act, "调床或转机构", "调换", "已调换床位。", lead=lead)


@never_cache
@requires(MANAGE)
def stay_leave(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.LeaveForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        given["since"] = forms.moment(given["since"], request.now)
        absences.start_leave(stay=stay, **given, by=request.user, at=request.now)

    lead = f"床位保留。一次请假最长 {LEAVE_DAYS} 天（演示默认），要延长的可以续假。"
    return _page(request, stay, form, act, "请假外出", "登记请假", "已登记请假。", lead=lead)


@never_cache
@requires(MANAGE)
def stay_hospital(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.HospitalForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        given["since"] = forms.moment(given["since"], request.now)
        absences.go_to_hospital(stay=stay, **given, by=request.user, at=request.now)

    return _page(
        request,
        stay,
        form,
        act,
        "住院",
        "登记住院",
        "已登记住院。",
        lead="床位保留。正在请假的，请假同时结束。",
    )


@never_cache
@requires(MANAGE)
def stay_return(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.ReturnForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        until = forms.moment(given["until"], request.now)
        absences.return_from_absence(stay=stay, until=until, by=request.user, at=request.now)

    return _page(request, stay, form, act, "登记返回", "已返回", "已登记返回。")


@never_cache
@requires(MANAGE)
def stay_expect(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.DayForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        absences.expect_back(stay=stay, on=given["on"], by=request.user, at=request.now)

    return _page(request, stay, form, act, "调整预计返回日期", "保存", "已调整。")


@never_cache
@requires(MANAGE)
def stay_extend(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.DayForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        stays.extend_stay(stay=stay, planned_until=given["on"], by=request.user, at=request.now)

    first = localdate(stay.since)
    lead = (
        f"从 {first} 起算：短期托养最长 {RESPITE_DAYS} 天（到 {first + timedelta(days=RESPITE_DAYS - 1)}），"
        f"试住最长 {TRIAL_DAYS} 天（演示默认）。"
    )
    return _page(request, stay, form, act, "调整计划到期日", "保存", "已调整。", lead=lead)


@require_POST
@requires(MANAGE)
def stay_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_or_404(request, pk)
    return after_act(
        request,
        lambda: stays.confirm_stay(stay=stay, by=request.user, at=request.now),
        to=reverse("residence:resident", args=[stay.pk]),
        said="已转为长期入住。",
    )


@never_cache
@requires(MANAGE)
def stay_end(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.EndStayForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        leaving.end_stay(
            stay=stay,
            how=StayEnd(given["how"]),
            until=forms.moment(given["until"], request.now),
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    lead = "床位从离开的时刻起空出。去世的，会提醒户籍管理的村居和镇街核实、办理离册。"
    return _page(
        request, stay, form, act, "办理离开", "办理离开", "已办理，床位已空出。", lead=lead, tone="danger"
    )


@never_cache
@requires(MANAGE)
def stay_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.ReasonForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        leaving.reverse_admission(stay=stay, reason=given["reason"], by=request.user, at=request.now)

    lead = "只在登记当天可以撤销。登记仍留有记录，但不占床位、不计天数。"
    return _page(request, stay, form, act, "撤销入住登记", "撤销", "已撤销。", lead=lead, tone="danger")


@never_cache
@requires(MANAGE)
def stay_reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_or_404(request, pk), forms.ReasonForm(request.POST or None, now=request.now)

    def act(given: Given) -> None:
        reinstating.reverse_end(stay=stay, reason=given["reason"], by=request.user, at=request.now)

    lead = (
        f"离开后 {ENTERED_BACK_DAYS} 天以内、原床位还空着时可以撤销，入住记录接着算。"
        "随离开停掉的照护计划和用药，请重新确认。"
    )
    return _page(
        request, stay, form, act, "撤销离开登记", "撤销", "已撤销，仍在原床位。", lead=lead, tone="danger"
    )


@never_cache
@requires(MANAGE)
def stay_correct(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_or_404(request, pk)
    form = forms.CorrectForm(request.POST or None, now=request.now, initial={"since": localtime(stay.since)})

    def act(given: Given) -> None:
        since = forms.moment(given["since"], request.now)
        leaving.correct_since(stay=stay, since=since, reason=given["reason"], by=request.user, at=request.now)

    return _page(request, stay, form, act, "更正入住时间", "更正", "已更正。")


_ONE = "office/residents/<int:pk>/"
urlpatterns = [
    path(f"{_ONE}transfer/", stay_transfer, name="stay_transfer"),
    path(f"{_ONE}leave/", stay_leave, name="stay_leave"),
    path(f"{_ONE}hospital/", stay_hospital, name="stay_hospital"),
    path(f"{_ONE}return/", stay_return, name="stay_return"),
    path(f"{_ONE}expect/", stay_expect, name="stay_expect"),
    path(f"{_ONE}extend/", stay_extend, name="stay_extend"),
    path(f"{_ONE}confirm/", stay_confirm, name="stay_confirm"),
    path(f"{_ONE}end/", stay_end, name="stay_end"),
    path(f"{_ONE}reverse/", stay_reverse, name="stay_reverse"),
    path(f"{_ONE}reinstate/", stay_reinstate, name="stay_reinstate"),
    path(f"{_ONE}correct/", stay_correct, name="stay_correct"),
]
