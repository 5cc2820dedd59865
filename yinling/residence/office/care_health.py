"""Vital signs, medicines, rounds."""

from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.models import Place
from yinling.registry.office.choosing import chosen
from yinling.residence.care_checks import stay_of_code
from yinling.residence.care_choices import DoseOutcome, RoundState
from yinling.residence.care_forms import CorrectionForm, DoseForm, DueForm, OrderForm, VitalForm, WhyForm
from yinling.residence.care_reading import vital_kinds
from yinling.residence.models import MedicationLine, MedicationOrder, MedicationRound, Stay, VitalSign
from yinling.residence.office.care_common import acted, bed_of, chosen_home, home_in_reach, stay_in_reach
from yinling.residence.operations.care import medication as acts
from yinling.residence.operations.care.vitals import record_vital, strike_vital
from yinling.residence.queries import care_health as reads

GIVE, MANAGE = Permission.GIVE_CARE, Permission.MANAGE_CARE


@requires(GIVE)
def vitals(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    kind = chosen(request, "kind", list(vital_kinds()))
    context = {
        "stay": stay,
        "bed": bed_of(stay, request.now),
        "trends": reads.list_trends(actor=request.user, stay=stay),
        "rows": reads.list_vitals(actor=request.user, stay=stay, kind=kind),
        "kind": kind,
        "kinds": [(k.code, k.name) for k in vital_kinds().values()],
        "rules": vital_kinds(),
        "shown_value": reads.shown_value,
        "form": VitalForm(initial={"kind": kind}),
    }
    return page(request, "residence/vitals.html", context)


@require_POST
@requires(GIVE)
def vital_record(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_in_reach(request, pk), VitalForm(request.POST)

    def act() -> None:
        record_vital(stay=stay, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:vitals", said="已记下。", pk=pk)


@require_POST
@requires(GIVE)
def vital_strike(request: HttpRequest, pk: int) -> HttpResponse:
    seen = VitalSign.objects.visible_to(request.user).select_related("stay")
    vital, form = get_object_or_404(seen, pk=pk), WhyForm(request.POST)

    def act() -> None:
        strike_vital(vital=vital, why=form.cleaned_data["why"], by=request.user, at=request.now)

    return acted(request, form, act, to="residence:vitals", said="已作废。", pk=vital.stay_id)


@requires(GIVE)
def orders(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    context = {
        "stay": stay,
        "bed": bed_of(stay, request.now),
        "orders": reads.list_orders(actor=request.user, stay=stay),
        "doses": reads.list_doses(actor=request.user, stay=stay),
        "form": OrderForm(initial={"since": localdate(request.now)}),
        "may_manage": request.user.may(MANAGE) and stay.until is None,
    }
    return page(request, "residence/orders.html", context)


@require_POST
@requires(MANAGE)
def order_add(request: HttpRequest, pk: int) -> HttpResponse:
    stay, form = stay_in_reach(request, pk), OrderForm(request.POST)

    def act() -> None:
        order = acts.OrderInput(**form.cleaned_data)
        acts.add_order(stay=stay, order=order, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:orders", said="医嘱已登记。", pk=pk)


@require_POST
@requires(MANAGE)
def order_stop(request: HttpRequest, pk: int) -> HttpResponse:
    seen = MedicationOrder.objects.visible_to(request.user).select_related("stay")
    order, form = get_object_or_404(seen, pk=pk), WhyForm(request.POST)

    def act() -> None:
        acts.stop_order(order=order, why=form.cleaned_data["why"], by=request.user, at=request.now)

    return acted(request, form, act, to="residence:orders", said="医嘱已停用。", pk=order.stay_id)


@requires(GIVE)
def rounds(request: HttpRequest) -> HttpResponse:
    home, homes = chosen_home(request)
    day = _day(request)
    context = {
        "left": _left_open(request, home, day) if home else [],
        "home": home,
        "homes": homes,
        "day": day,
        "rows": reads.list_rounds(actor=request.user, place=home, day=day) if home else [],
        "now": request.now,
    }
    return page(request, "residence/rounds.html", context)


def _left_open(request: HttpRequest, home: Place, day: date) -> list[reads.RoundRow]:
    """Of the day before, when today is shown: a night shift goes over midnight."""
    if day != localdate(request.now):
        return []
    return reads.list_left_open(actor=request.user, place=home, day=day - timedelta(days=1))


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", "")[:10])
    except ValueError:
        return localdate(request.now)


@require_POST
@requires(GIVE)
def round_open(request: HttpRequest, pk: int) -> HttpResponse:
    home, form = home_in_reach(request, pk), DueForm(request.POST)
    opened: list[MedicationRound] = []

    def act() -> None:
        due: datetime = form.cleaned_data["due_at"]
        opened.append(acts.open_round(place=home, due_at=due, by=request.user, at=request.now))

    response = acted(request, form, act, to="residence:rounds", said="发药开始，逐条记明结果。")
    if opened:
        return HttpResponseRedirect(reverse("residence:round", args=[opened[0].pk]), status=303)
    return response


@requires(GIVE)
def round(request: HttpRequest, pk: int) -> HttpResponse:
    row = _round(request, pk)
    lines = reads.list_lines(actor=request.user, round=row)
    code = request.GET.get("code", "")[:32]
    scanned = _scanned(request, row, code) if code else None
    context = {
        "round": row,
        "lines": [x for x in lines if x.stay_id == scanned.pk] if scanned else [] if code else lines,
        "code": code,
        "scanned": scanned,
        "outcomes": DoseOutcome.choices,
        "open": row.state == RoundState.OPEN,
        "left": sum(not line.outcome for line in lines),
        "not_given": reads.count_not_given(lines),
        "may_manage": request.user.may(MANAGE),
        "me": request.user.pk,
    }
    return page(request, "residence/round.html", context)


def _scanned(request: HttpRequest, row: MedicationRound, code: str) -> Stay | None:
    """Whose code was read, in this home."""
    pk = stay_of_code(row.place_id, code, request.now)
    return (
        Stay.objects.visible_to(request.user).select_related("person").filter(pk=pk).first() if pk else None
    )


@require_POST
@requires(GIVE)
def dose_check(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    to = reverse("residence:round", args=[line.round_id]) + f"#line-{pk}"

    def act() -> None:
        acts.check_line(line=line, by=request.user, at=request.now)

    return after_act(request, act, to=to, said="核对已记下，请由另一位同事给药。")


@require_POST
@requires(GIVE)
def dose_record(request: HttpRequest, pk: int) -> HttpResponse:
    line, form = _line(request, pk), DoseForm(request.POST)
    code = request.POST.get("code", "")[:32]
    query = f"?{urlencode({'code': code})}" if code else ""
    to = reverse("residence:round", args=[line.round_id]) + f"{query}#line-{pk}"

    def act() -> None:
        if not form.is_valid():
            raise DomainError(form.first_error())
        acts.record_dose(line=line, **form.cleaned_data, by=request.user, at=request.now)

    return after_act(request, act, to=to, said="已记下。")


@require_POST
@requires(GIVE)
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    row = _round(request, pk)
    to = reverse("residence:round", args=[pk])

    def act() -> None:
        acts.close_round(round=row, by=request.user, at=request.now)

    return after_act(request, act, to=to, said="这一轮已关闭，记录不再改动。")


@require_POST
@requires(MANAGE)
def dose_correct(request: HttpRequest, pk: int) -> HttpResponse:
    line, form = _line(request, pk), CorrectionForm(request.POST)

    def act() -> None:
        acts.correct_dose(line=line, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:round", said="更正已加在原记录下。", pk=line.round_id)


def _round(request: HttpRequest, pk: int) -> MedicationRound:
    seen = MedicationRound.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("place", "opened_by", "closed_by"), pk=pk)


def _line(request: HttpRequest, pk: int) -> MedicationLine:
    return get_object_or_404(MedicationLine.objects.visible_to(request.user).select_related("stay"), pk=pk)


urlpatterns = [
    path("office/care/stays/<int:pk>/vitals/", vitals, name="vitals"),
    path("office/care/stays/<int:pk>/vitals/record/", vital_record, name="vital_record"),
    path("office/care/vitals/<int:pk>/strike/", vital_strike, name="vital_strike"),
    path("office/care/stays/<int:pk>/orders/", orders, name="orders"),
    path("office/care/stays/<int:pk>/orders/add/", order_add, name="order_add"),
    path("office/care/orders/<int:pk>/stop/", order_stop, name="order_stop"),
    path("office/care/rounds/", rounds, name="rounds"),
    path("office/care/rounds/open/<int:pk>/", round_open, name="round_open"),
    path("office/care/rounds/<int:pk>/", round, name="round"),
    path("office/care/rounds/<int:pk>/close/", round_close, name="round_close"),
    path("office/care/lines/<int:pk>/check/", dose_check, name="dose_check"),
    path("office/care/lines/<int:pk>/record/", dose_record, name="dose_record"),
    path("office/care/lines/<int:pk>/correct/", dose_correct, name="dose_correct"),
]
