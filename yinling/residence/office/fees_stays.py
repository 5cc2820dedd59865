"""One resident's fees: contract, bills, receipts, refunds."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, attached, error_page, page, requires
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month
from yinling.kernel.prepaid import PrepaidKind
from yinling.registry.office.filing import file_page
from yinling.residence import fee_forms as forms
from yinling.residence.fees.amounts import yuan
from yinling.residence.fees.inputs import prices_on
from yinling.residence.fees.prepaid import home_state, monthly_of, rules_on
from yinling.residence.models import Receipt, Stay
from yinling.residence.models.fees.bills import BillState
from yinling.residence.models.fees.money import Method, ReceiptKind, RefundCause
from yinling.residence.office.fees_prices import crumbs
from yinling.residence.operations.contract_papers import print_contract
from yinling.residence.operations.contracts import change_contract, make_contract
from yinling.residence.operations.receipts import receive, void_receipt
from yinling.residence.operations.refunds import ask_refund
from yinling.residence.queries import bills as reads

SEE, MANAGE = Permission.VIEW_FEES, Permission.MANAGE_FEES
Given = dict[str, Any]


def seen_stay(request: HttpRequest, pk: int) -> Stay:
    """A stay inside the reader's reach, or 404."""
    seen = Stay.objects.visible_to(request.user).select_related("person", "place__operator")
    return get_object_or_404(seen, pk=pk)


def stay_crumbs(stay: Stay) -> list[tuple[str, str]]:
    """As far as the resident's page, for pages below it."""
    return crumbs(stay.place, (stay.person.name, reverse("residence:stay_fees", args=[stay.pk])))


@never_cache
@requires(SEE)
def stay_fees(request: HttpRequest, pk: int) -> HttpResponse:
    stay = seen_stay(request, pk)
    context = {
        "stay": stay,
        **reads.account_of(stay, request.now),
        "crumbs": crumbs(stay.place, (stay.person.name, "")),
        "may_manage": request.user.may(MANAGE),
    }
    return page(request, "residence/stay_fees.html", context)


@never_cache
@requires(MANAGE)
def contract_new(request: HttpRequest, pk: int) -> HttpResponse:
    stay = seen_stay(request, pk)
    try:
        prices = prices_on(stay.place, localdate(stay.since))
    except DomainError as error:
        return error_page(request, 409, error.message)
    form = forms.ContractForm(
        request.POST or None,
        prices=prices,
        initial={"signed_on": localdate(request.now)},
    )

    def act(given: Given) -> None:
        make_contract(
            stay=stay,
            care_level=given["care_level"],
            meal_plan=given["meal_plan"],
            deposit_fen=given["deposit"] or 0,
            signed_on=given["signed_on"],
            signed_by=given["signed_by"],
            signer_relation=given["signer_relation"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, title="登记服务合同", submit="登记合同", said="合同已登记，可以下载打印签字。",
        to=reverse("residence:stay_fees", args=[stay.pk]), crumbs=stay_crumbs(stay),
        lead=f"{stay.person.name}，{stay.place.name}，{localdate(stay.since):%Y年%m月%d日}入住",
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def contract_change(request: HttpRequest, pk: int) -> HttpResponse:
    stay = seen_stay(request, pk)
    contract = getattr(stay, "contract", None)
    if contract is None:
        raise Http404
    last = contract.versions.order_by("-valid_from").first()
    form = forms.ContractChangeForm(
        request.POST or None,
        prices=prices_on(stay.place, localdate(request.now)),
        initial={
            "care_level": last.care_level,
            "meal_plan": last.meal_plan,
            "valid_from": localdate(request.now),
            "signed_on": localdate(request.now),
        },
    )

    def act(given: Given) -> None:
        change_contract(contract=contract, **given, by=request.user, at=request.now)

    return file_page(
        request, form, act, title="变更护理等级或餐食", submit="登记变更", said="变更已登记。",
        to=reverse("residence:stay_fees", args=[stay.pk]), crumbs=stay_crumbs(stay),
    )  # fmt: skip


@never_cache
@requires(SEE)
def contract_word(request: HttpRequest, pk: int) -> HttpResponse:
    return _contract_file(request, pk, pdf=False)


@never_cache
@requires(SEE)
def contract_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _contract_file(request, pk, pdf=True)


def _contract_file(request: HttpRequest, pk: int, *, pdf: bool) -> HttpResponse:
    contract = getattr(seen_stay(request, pk), "contract", None)
    if contract is None:
        raise Http404
    name, kind, data = print_contract(contract=contract, pdf=pdf, by=request.user, at=request.now)
    return attached(HttpResponse(data, content_type=kind), name)


@never_cache
@requires(MANAGE)
def receipt_new(request: HttpRequest, pk: int) -> HttpResponse:
    stay = seen_stay(request, pk)
    open_bills = [
        b for b in stay.bills.filter(state=BillState.ISSUED).order_by("month") if b.amount_fen > b.paid_fen
    ]
    choices = [
        (str(b.pk), f"{Month.of(b.month).label}，还差 {yuan(b.amount_fen - b.paid_fen)} 元")
        for b in open_bills
    ]
    wanted = request.GET.get("bill", "")
    first = next((b for b in open_bills if str(b.pk) == wanted), None)
    initial = {"received_on": localdate(request.now), "key": uuid4(), "method": Method.TRANSFER}
    if first is not None:
        left = (first.amount_fen - first.paid_fen) / 100
        initial |= {"kind": ReceiptKind.BILL, "bill": wanted, "amount": f"{left:.2f}"}
    form = forms.ReceiptForm(request.POST or None, bills=choices, initial=initial)

    def act(given: Given) -> None:
        chosen = next((b for b in open_bills if str(b.pk) == given["bill"]), None)
        receive(
            stay=stay,
            kind=ReceiptKind(given["kind"]),
            method=Method(given["method"]),
            amount_fen=given["amount"],
            received_on=given["received_on"],
            key=given["key"],
            bill=chosen,
            payer=given["payer"],
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, title="登记收款", submit="登记收款", said="收款已登记。",
        to=reverse("residence:stay_fees", args=[stay.pk]), crumbs=stay_crumbs(stay), notes=_caps(stay, request),
    )  # fmt: skip


@require_POST
@requires(MANAGE)
def receipt_void(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Receipt.objects.visible_to(request.user)
    row = get_object_or_404(seen, pk=pk)
    return after_act(
        request,
        lambda: void_receipt(
            receipt=row, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=reverse("residence:stay_fees", args=[row.stay_id]),
        said="收款已作废，账已冲销。",
    )


@never_cache
@requires(MANAGE)
def refund_new(request: HttpRequest, pk: int) -> HttpResponse:
    stay = seen_stay(request, pk)
    form = forms.RefundForm(request.POST or None)

    def act(given: Given) -> None:
        amounts = {
            PrepaidKind.SERVICE_FEE: given["service_fee"] or 0,
            PrepaidKind.DEPOSIT: given["deposit"] or 0,
            PrepaidKind.MEMBERSHIP: given["membership"] or 0,
        }
        ask_refund(
            stay=stay,
            cause=RefundCause(given["cause"]),
            amounts=None if given["whole"] else amounts,
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    told = reads.account_of(stay, request.now)
    return file_page(
        request, form, act, title="提出退费", submit="提出退费", said="已提出，请另一人审批。",
        to=reverse("residence:stay_fees", args=[stay.pk]), crumbs=stay_crumbs(stay),
        notes=[*(f"{label}现有 {yuan(fen)} 元" for label, fen in told["held"] if fen),
               f"欠费 {yuan(max(0, told['owed_fen']))} 元"],
    )  # fmt: skip


def _caps(stay: Stay, request: HttpRequest) -> list[str]:
    """What may be taken as prepaid, in words."""
    today = localdate(request.now)
    try:
        monthly = monthly_of(stay, today)
    except DomainError as error:
        return [error.message]
    if monthly is None:
        return ["还没有登记服务合同：可以收账单，不能收押金和预收款。"]
    rules, facts = rules_on(today), home_state(stay.place).facts
    barred = [words for fact, words in rules.membership_barred.items() if fact in facts]
    fees = {"bed_fee": monthly.bed_fen, "service_fee": monthly.total_fen}
    most = {c.kind: f"最多 {yuan(fees[c.base] * c.months)} 元（含已收未退的）" for c in rules.caps}
    if barred:
        most[PrepaidKind.MEMBERSHIP] = f"不得收取：{'、'.join(barred)}"
    return [
        *(f"{ReceiptKind(kind).label}{words}" for kind, words in most.items()),
        f"依据：{rules.source}。",
    ]


urlpatterns = [
    path("office/fees/stays/<int:pk>/", stay_fees, name="stay_fees"),
    path("office/fees/stays/<int:pk>/contract/", contract_new, name="contract_new"),
    path("office/fees/stays/<int:pk>/contract/change/", contract_change, name="contract_change"),
    path("office/fees/stays/<int:pk>/contract/word/", contract_word, name="contract_word"),
    path("office/fees/stays/<int:pk>/contract/pdf/", contract_pdf, name="contract_pdf"),
    path("office/fees/stays/<int:pk>/receive/", receipt_new, name="receipt_new"),
    path("office/fees/stays/<int:pk>/refund/", refund_new, name="refund_new"),
    path("office/fees/receipts/<int:pk>/void/", receipt_void, name="receipt_void"),
]
