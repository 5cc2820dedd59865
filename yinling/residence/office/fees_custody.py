"""Custody of a home's deposits, the reserve, and refunds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires, send_export
from yinling.registry.office.choosing import chosen, key
from yinling.registry.office.filing import file_page
from yinling.residence import fee_forms as forms
from yinling.residence.fees.amounts import yuan
from yinling.residence.models import Receipt, Refund
from yinling.residence.models.fees.money import Method, RefundState
from yinling.residence.office.fees_prices import crumbs, seen_home
from yinling.residence.operations.custody import credit_custody, move_reserve, note_standing
from yinling.residence.operations.fee_exports import export_custody
from yinling.residence.operations.refunds import decide_refund, pay_refund
from yinling.residence.queries import custody as reads
from yinling.residence.queries.refunds import list_refunds

SEE, MANAGE, REVIEW = Permission.VIEW_FEES, Permission.MANAGE_FEES, Permission.REVIEW_PRICES
Given = dict[str, Any]


@never_cache
@requires(SEE)
def home_custody(request: HttpRequest, pk: int) -> HttpResponse:
    place, today = seen_home(request, pk), localdate(request.now)
    rules = reads.rules_on(today)
    context = {
        "place": place,
        "position": reads.position_of(place.pk, rules),
        "rules": rules,
        "breaches": reads.breaches_of(place, today),
        "due": reads.list_due(place, today),
        "months": reads.list_statement(place, today),
        "standing": reads.standing_of(place),
        "today": today,
        "crumbs": crumbs(place, ("预收和存管", "")),
        "may_manage": request.user.may(MANAGE),
        "may_review": request.user.may(REVIEW),
    }
    return page(request, "residence/home_custody.html", context)


@require_POST
@requires(MANAGE)
def custody_credit(request: HttpRequest, pk: int) -> HttpResponse:
    place = seen_home(request, pk)
    ids = [int(x) for x in request.POST.getlist("receipt") if x.isascii() and x.isdigit() and len(x) < 19]
    rows = list(Receipt.objects.filter(pk__in=ids, place=place))

    def act() -> None:
        on = forms.read_form_day(request.POST.get("on", ""))
        credit_custody(place=place, receipts=rows, on=on, by=request.user, at=request.now)

    to = reverse("residence:home_custody", args=[place.pk])
    return after_act(request, act, to=to, said="已登记存入专用账户。")


@requires(MANAGE)
def reserve_move(request: HttpRequest, pk: int) -> HttpResponse:
    place = seen_home(request, pk)
    form = forms.ReserveForm(request.POST or None, initial={"on": localdate(request.now)})

    def act(given: Given) -> None:
        move_reserve(
            place=place,
            amount_fen=given["amount"],
            out=given["way"] == "out",
            on=given["on"],
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    to = reverse("residence:home_custody", args=[place.pk])
    return file_page(
        request, form, act, title="风险保证金", submit="登记", said="已登记。", to=to,
        crumbs=crumbs(place, ("预收和存管", to)),
    )  # fmt: skip


@requires(REVIEW)
def home_standing(request: HttpRequest, pk: int) -> HttpResponse:
    place = seen_home(request, pk)
    now = reads.standing_of(place)
    initial = {}
    if now is not None:
        net = now.net_fixed_assets_fen
        initial = {
            "unfinished": now.unfinished,
            "dishonest": now.dishonest,
            "net_fixed_assets": str(net // 100) if net is not None else "",
        }
    form = forms.StandingForm(request.POST or None, initial=initial)

    def act(given: Given) -> None:
        note_standing(
            place=place,
            unfinished=given["unfinished"],
            dishonest=given["dishonest"],
            net_fixed_assets_fen=given["net_fixed_assets"],
            source=given["source"],
            by=request.user,
            at=request.now,
        )

    to = reverse("residence:home_custody", args=[place.pk])
    return file_page(
        request, form, act, title="机构财务和信用", submit="登记", said="已登记，以后的收款按此核对。", to=to,
        crumbs=crumbs(place, ("预收和存管", to)),
    )  # fmt: skip


@requires(SEE)
def custody_export(request: HttpRequest, pk: int) -> HttpResponse:
    place = seen_home(request, pk)
    export = export_custody(place=place, by=request.user, at=request.now)
    return send_export(export)


@never_cache
@requires(SEE)
def custody(request: HttpRequest) -> HttpResponse:
    """Every home in reach that has to do with prepaid money, those with something wrong first."""
    today = localdate(request.now)
    homes = reads.list_positions(actor=request.user, today=today)
    rows = [home for home in homes if home.has_money or home.words]
    context = {
        "rows": rows,
        "rules": reads.rules_on(today),
        "wrong": sum(1 for r in rows if r.words),
        "held": sum(r.position.held_fen for r in rows),
        "due": sum(r.position.due_fen for r in rows),
        "in_custody": sum(r.position.custody_fen for r in rows),
    }
    return page(request, "residence/custody.html", context)


@never_cache
@requires(SEE)
def refunds(request: HttpRequest) -> HttpResponse:
    state = chosen(request, "state", RefundState, "")
    today = localdate(request.now)
    context = {
        "page": list_refunds(actor=request.user, state=state, today=today, after=key(request)),
        "state": state,
        "states": RefundState.choices,
        "may_decide": request.user.may(MANAGE) or request.user.may(REVIEW),
        "may_manage": request.user.may(MANAGE),
    }
    return page(request, "residence/refunds.html", context)


@require_POST
@requires(SEE)
def refund_decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = _refund(request, pk)
    approve = request.POST.get("approve") == "1"
    return after_act(
        request,
        lambda: decide_refund(
            refund=row,
            approve=approve,
            decision=request.POST.get("decision", ""),
            by=request.user,
            at=request.now,
        ),
        to=reverse("residence:refunds"),
        said="已批准，请办理付款。" if approve else "已登记不予退款。",
    )


@never_cache
@requires(MANAGE)
def refund_pay(request: HttpRequest, pk: int) -> HttpResponse:
    row = _refund(request, pk)
    form = forms.PayRefundForm(request.POST or None, initial={"paid_on": localdate(request.now)})

    def act(given: Given) -> None:
        pay_refund(
            refund=row,
            method=Method(given["method"]),
            paid_on=given["paid_on"],
            payee=given["payee"],
            by=request.user,
            at=request.now,
        )

    to = reverse("residence:refunds")
    return file_page(
        request, form, act, title="登记退费付款", submit="登记付款", said="付款已登记。", to=to,
        crumbs=crumbs(row.place, ("退费", to)), notes=[f"应退 {yuan(row.amount_fen)} 元"],
    )  # fmt: skip


def _refund(request: HttpRequest, pk: int) -> Refund:
    seen = Refund.objects.visible_to(request.user).select_related("place__operator", "stay__person")
    return get_object_or_404(seen, pk=pk)


urlpatterns = [
    path("office/fees/custody/", custody, name="custody"),
    path("office/fees/homes/<int:pk>/custody/", home_custody, name="home_custody"),
    path("office/fees/homes/<int:pk>/custody/credit/", custody_credit, name="custody_credit"),
    path("office/fees/homes/<int:pk>/custody/reserve/", reserve_move, name="reserve_move"),
    path("office/fees/homes/<int:pk>/custody/standing/", home_standing, name="home_standing"),
    path("office/fees/homes/<int:pk>/custody/export/", custody_export, name="custody_export"),
    path("office/fees/refunds/", refunds, name="refunds"),
    path("office/fees/refunds/<int:pk>/decide/", refund_decide, name="refund_decide"),
    path("office/fees/refunds/<int:pk>/pay/", refund_pay, name="refund_pay"),
]
