"""The contract of a stay, and its changes."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.kernel.prepaid import PrepaidKind
from yinling.registry.models import Place
from yinling.registry.refusals import explains
from yinling.residence.checks import require_home
from yinling.residence.fees.amounts import check_fen, yuan
from yinling.residence.fees.books import locked_stay
from yinling.residence.fees.inputs import prices_on
from yinling.residence.fees.prepaid import monthly_price, rules_on
from yinling.residence.models import Contract, ContractVersion, Occupancy, PriceVersion, Stay
from yinling.residence.models.fees.prices import FeeItem
from yinling.rulebook.contracts import latest

TEMPLATE = "home-service"


class ContractAlreadyMade(DomainError):
    """A stay has one contract; changes are versions of it."""


class ContractIncomplete(DomainError):
    """Nobody signed, or a care level or meal plan that the price list does not have."""


class ContractDayWrong(DomainError):
    """A day outside the stay, to come, or the same as another version's."""


class DepositOverCap(DomainError):
    """More is agreed as deposit than may be taken."""


_MADE = ContractAlreadyMade("这次入住已经登记了合同。要改护理等级或餐食，请办理变更。")
_SAME_DAY = ContractDayWrong("这一天已有一次变更。请刷新页面核对，另选起始日期。")


@explains({"residence_contract_stay_id_key": _MADE})
@transaction.atomic
def make_contract(
    *,
    stay: Stay,
    care_level: str,
    meal_plan: str = "",
    deposit_fen: int = 0,
    signed_on: date,
    signed_by: str,
    signer_relation: str,
    by: Account | None,
    at: datetime,
) -> Contract:
    """Record the signed contract, in force from the first day of the stay.
    Raises ContractAlreadyMade, ContractIncomplete, ContractDayWrong, DepositOverCap, NoPriceList, BadAmount,
    OutOfScope."""
    stay = locked_stay(stay.pk)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    if Contract.objects.filter(stay=stay).exists():
        raise ContractAlreadyMade(_MADE.message)
    check_fen(deposit_fen, nought=True)
    if not signed_by.strip() or not signer_relation.strip():
        raise ContractIncomplete("请填写签字人和与老年人的关系。")
    if signed_on > localdate(at):
        raise ContractDayWrong("签订日期还没有到，请改正。")
    first = localdate(stay.since)
    prices = _check_names(stay.place, care_level, meal_plan, first)
    _check_deposit(stay, prices, deposit_fen, signed_on)
    text = latest(TEMPLATE)
    contract = Contract.objects.create(
        stay=stay,
        division_path=stay.division_path,
        template=text.id,
        template_version=text.version,
        deposit_fen=deposit_fen,
        signed_on=signed_on,
        signed_by=signed_by.strip(),
        signer_relation=signer_relation.strip(),
        made_at=at,
        made_by=by,
    )
    contract.number = f"YL{signed_on:%Y}{contract.pk:07d}"
    contract.save(update_fields=["number"])
    ContractVersion.objects.create(
        contract=contract,
        number=1,
        valid_from=first,
        care_level=care_level,
        meal_plan=meal_plan,
        prices=prices,
        signed_on=signed_on,
        signed_by=signed_by.strip(),
        made_at=at,
        made_by=by,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="make_contract",
        subject=contract,
        after={
            "合同编号": contract.number,
            "护理等级": care_level,
            "餐食": meal_plan or "不用餐",
            "签订日期": signed_on.isoformat(),
        },
    )
    return contract


@explains({"contract_version_day_once": _SAME_DAY, "contract_version_number_once": _SAME_DAY})
@transaction.atomic
def change_contract(
    *,
    contract: Contract,
    valid_from: date,
    care_level: str,
    meal_plan: str,
    reason: str,
    signed_on: date,
    signed_by: str,
    by: Account | None,
    at: datetime,
) -> ContractVersion:
    """Another care level or meal plan from `valid_from` on. What was billed already is corrected by a supplement.
    Raises ContractIncomplete, ContractDayWrong, OutOfScope."""
    stay = locked_stay(contract.stay_id)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    last = ContractVersion.objects.filter(contract=contract).order_by("-valid_from").first()
    if not reason.strip() or not signed_by.strip():
        raise ContractIncomplete("请填写变更原因和签字人。")
    if signed_on > localdate(at):
        raise ContractDayWrong("签字日期还没有到，请改正。")
    if valid_from <= last.valid_from:
        raise ContractDayWrong(f"上一版从 {last.valid_from} 起，变更应晚于这一天。")
    if stay.until is not None and valid_from >= localdate(stay.until):
        raise ContractDayWrong("此人已离开机构，变更的起始日期应在离开以前。")
    if (care_level, meal_plan) == (last.care_level, last.meal_plan):
        raise ContractIncomplete("护理等级和餐食都没有变，不用登记变更。")
    prices = _check_names(stay.place, care_level, meal_plan, valid_from)
    version = ContractVersion.objects.create(
        contract=contract,
        number=last.number + 1,
        valid_from=valid_from,
        care_level=care_level,
        meal_plan=meal_plan,
        prices=prices,
        reason=reason.strip()[:200],
        signed_on=signed_on,
        signed_by=signed_by.strip(),
        made_at=at,
        made_by=by,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="change_contract",
        subject=contract,
        before={"护理等级": last.care_level, "餐食": last.meal_plan or "不用餐"},
        after={"护理等级": care_level, "餐食": meal_plan or "不用餐", "起始日期": valid_from.isoformat()},
        reason=reason,
    )
    return version


def _check_deposit(stay: Stay, prices: PriceVersion, deposit_fen: int, day: date) -> None:
    """By the rule that each receipt is checked against later, so that nobody signs what cannot be taken."""
    used = Occupancy.objects.filter(stay=stay).select_related("bed").order_by("since").first()
    monthly = monthly_price(prices, FeeItem.BED, used.bed.kind if used else "")
    cap = next(c for c in rules_on(day).caps if c.kind is PrepaidKind.DEPOSIT)
    if deposit_fen > monthly * cap.months:
        raise DepositOverCap(
            f"约定押金 {yuan(deposit_fen)} 元，超过上限 {yuan(monthly * cap.months)} 元"
            f"（月床位费 {yuan(monthly)} 元的 {cap.months} 倍）。请降低押金。"
        )


def _check_names(place: Place, care_level: str, meal_plan: str, day: date) -> PriceVersion:
    prices = prices_on(place, day)
    names = {(item.kind, item.code) for item in prices.items.all()}
    if (FeeItem.CARE, care_level) not in names:
        raise ContractIncomplete("请选择价目表里有的护理等级。")
    if meal_plan and (FeeItem.MEALS, meal_plan) not in names:
        raise ContractIncomplete("请选择价目表里有的餐食，或选不用餐。")
    return prices
