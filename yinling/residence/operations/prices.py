"""Price lists of a home: published in versions, never changed; one that is not in force yet may be withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.choices import BedKind
from yinling.registry.models import Place
from yinling.registry.refusals import explains
from yinling.registry.rules import WITH_BEDS
from yinling.residence.checks import require_home
from yinling.residence.fees.amounts import check_fen, yuan
from yinling.residence.fees.declared import declaration_in_force
from yinling.residence.fees.inputs import versions_in_force
from yinling.residence.models import (
    AwayTerm,
    Bill,
    ContractVersion,
    DeclaredPrice,
    PriceItem,
    PriceVersion,
)
from yinling.residence.models.fees.prices import FeeItem, PricePer, Whereabouts
from yinling.rulebook.home_fees import terms_on


class PricesOverlap(DomainError):
    """Not after the version before, or of a time that bills already speak of."""


class PricesIncomplete(DomainError):
    """No bed price, the same name twice, or a price missing that contracts in force need."""


class PriceOverCap(DomainError):
    """A home bound by an approved declaration publishes more than its cap, or more than it declared."""


class PriceNoticeMissing(DomainError):
    """Residents pay another price now and were not told in time."""


class PricesInForce(DomainError):
    """In force already: a newer version replaces it, it is not withdrawn."""


@dataclass(frozen=True)
class ItemInput:
    kind: FeeItem
    code: str
    per: PricePer
    amount_fen: int


@dataclass(frozen=True)
class AwayInput:
    presence: Whereabouts
    kind: FeeItem
    from_day: int
    percent: int


_OVERLAP = PricesOverlap("这一天已有一版价目表开始执行。请刷新页面，另选执行日期。")


@explains({"price_version_day_once": _OVERLAP, "price_version_number_once": _OVERLAP})
@transaction.atomic
def publish_prices(
    *,
    place: Place,
    valid_from: date,
    items: Sequence[ItemInput],
    away: Sequence[AwayInput] = (),
    note: str = "",
    by: Account | None,
    at: datetime,
) -> PriceVersion:
    """Publish the next version, in force from `valid_from`. Raises PricesOverlap, PricesIncomplete, PriceOverCap,
    PriceNoticeMissing, BadAmount, OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, place)
    place = Place.objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)
    _check_items(place, items, away)
    _check_day(place, valid_from, by, at)
    _check_contracts(place, items)
    _check_declaration(place, valid_from, items)
    number = PriceVersion.objects.filter(place=place).aggregate(n=Max("number"))["n"] or 0
    version = PriceVersion.objects.create(
        place=place,
        division_path=place.division_path,
        number=number + 1,
        valid_from=valid_from,
        note=note.strip()[:200],
        published_at=at,
        published_by=by,
    )
    PriceItem.objects.bulk_create([PriceItem(version=version, **vars(item)) for item in items])
    AwayTerm.objects.bulk_create([AwayTerm(version=version, **vars(term)) for term in away])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="publish_prices",
        subject=version,
        after={
            "机构": place.name,
            "版次": version.number,
            "执行日期": valid_from.isoformat(),
            "价目": len(items),
        },
    )
    return version


@transaction.atomic
def withdraw_prices(*, version: PriceVersion, reason: str, by: Account | None, at: datetime) -> PriceVersion:
    """Take back a version before its day. Raises PricesInForce, OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, version.place)
    version = PriceVersion.objects.select_for_update(of=("self",)).select_related("place").get(pk=version.pk)
    if version.withdrawn_at is not None:
        raise PricesInForce("这一版已经撤回。")
    if version.valid_from <= localdate(at):
        raise PricesInForce("这一版已经开始执行，不能撤回。要调整价格，请公布新的一版。")
    version.withdrawn_at = at
    version.save(update_fields=["withdrawn_at"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_prices",
        subject=version,
        after={"机构": version.place.name, "版次": version.number},
        reason=reason,
    )
    return version


def _check_items(place: Place, items: Sequence[ItemInput], away: Sequence[AwayInput]) -> None:
    if place.kind not in WITH_BEDS:
        raise PricesIncomplete("只有设床位的机构公布这种价目表。")
    names = [(item.kind, item.code) for item in items]
    if len(set(names)) < len(names):
        raise PricesIncomplete("同一项目写了两次，请合并后再公布。")
    if not any(item.kind == FeeItem.BED for item in items):
        raise PricesIncomplete("至少要有一种床位的价格。")
    for item in items:
        check_fen(item.amount_fen, nought=item.kind != FeeItem.BED)
        if item.kind == FeeItem.BED and item.code not in BedKind.values:
            raise PricesIncomplete("床位价格请按床位类型填写。")
        if not item.code.strip() or len(item.code) > 20:
            raise PricesIncomplete("项目名称不能为空，最多二十个字。")
    terms = [(t.presence, t.kind, t.from_day) for t in away]
    if len(set(terms)) < len(terms):
        raise PricesIncomplete("同一种离院情形写了两次，请合并后再公布。")
    if any(not (1 <= t.from_day <= 366 and 0 <= t.percent <= 100) for t in away):
        raise PricesIncomplete("离院收费请填写从第几天起（1—366）、按百分之几（0—100）。")


def _check_day(place: Place, valid_from: date, by: Account | None, at: datetime) -> None:
    last = PriceVersion.objects.filter(place=place, withdrawn_at=None).order_by("-valid_from").first()
    if last is None:
        return
    if valid_from <= last.valid_from:
        raise PricesOverlap(
            f"第 {last.number} 版从 {last.valid_from} 起执行，新的一版应晚于这一天。尚未执行的可以先撤回。"
        )
    billed = Bill.objects.filter(place=place, month__gte=valid_from.replace(day=1)).order_by("-month").first()
    if billed is not None:
        raise PricesOverlap(
            f"{billed.month:%Y年%m月}的账单已经生成，价目不能往前改。请把执行日期定在已出账的月份之后。"
        )
    days = terms_on(localdate(at)).price_notice_days
    going_on = place.stays.filter(until=None).exists()
    if by is not None and going_on and (valid_from - localdate(at)).days < days:
        raise PriceNoticeMissing(f"已有老年人入住，调价要提前 {days} 天公示。请改执行日期。")


def _check_contracts(place: Place, items: Sequence[ItemInput]) -> None:
    """What residents' contracts and beds in use are called must have a price."""
    names = {(str(item.kind), item.code) for item in items}
    needed: set[tuple[str, str]] = set()
    for care, meals in _contracted(place):
        needed |= {("care", care), *([("meals", meals)] if meals else [])}
    before = versions_in_force(place.pk)
    if before and place.stays.filter(until=None).exists():
        used = place.stays.filter(until=None, occupancies__until=None).values_list(
            "occupancies__bed__kind", flat=True
        )
        needed |= {("bed", kind) for kind in used.distinct() if kind}
    missing = sorted(str(BedKind(code).label) if kind == "bed" else code for kind, code in needed - names)
    if missing:
        raise PricesIncomplete(f"在住老年人正在用的项目没有价格：{'、'.join(missing)}。请补上后再公布。")


def _contracted(place: Place) -> QuerySet[ContractVersion, tuple[str, str]]:
    versions = ContractVersion.objects.filter(contract__stay__place=place, contract__stay__until=None)
    return versions.order_by().values_list("care_level", "meal_plan").distinct()


def _check_declaration(place: Place, valid_from: date, items: Sequence[ItemInput]) -> None:
    declared = declaration_in_force(place, valid_from)
    if declared is None:
        return
    bound = {p.bed_kind: p for p in DeclaredPrice.objects.filter(declaration=declared)}
    for item in items:
        if item.kind != FeeItem.BED or item.code not in bound:
            continue
        price = bound[item.code]
        # The longest month is what a price by the day may come to.
        monthly = item.amount_fen * (31 if item.per == PricePer.DAY else 1)
        label = BedKind(item.code).label
        if monthly > price.cap_fen:
            raise PriceOverCap(
                f"{label}每月 {yuan(monthly)} 元，超过普惠上限 {yuan(price.cap_fen)} 元，不能公布。请降低价格。"
            )
        if monthly > price.price_fen:
            raise PriceOverCap(
                f"{label}每月 {yuan(monthly)} 元，超过申报并核定的 {yuan(price.price_fen)} 元。请降低价格，或先重新申报。"
            )
