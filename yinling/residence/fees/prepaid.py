"""Which rules of prepaid fees hold, and what they are checked against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yinling.engines.prepaid.checking import Credited, HomeState
from yinling.kernel.home_fees import HomeFeeTerms
from yinling.kernel.prepaid import PrepaidRules
from yinling.registry.choices import Ownership
from yinling.registry.models import Place
from yinling.residence.fees import books
from yinling.residence.fees.inputs import prices_on
from yinling.residence.models import ContractVersion, HomeStanding, Occupancy, Receipt, Stay
from yinling.residence.models.fees.money import ReceiptKind
from yinling.residence.models.fees.prices import FeeItem, PricePer, PriceVersion
from yinling.rulebook import prepaid
from yinling.rulebook.home_fees import terms_on

DAYS_OF_A_MONTH = 30  # a price by the day, as a monthly fee


@dataclass(frozen=True)
class Monthly:
    """What a resident pays in a month at home prices, by the contract in force."""

    bed_fen: int
    care_fen: int
    meals_fen: int

    @property
    def total_fen(self) -> int:
        return self.bed_fen + self.care_fen + self.meals_fen


def rules_on(day: date) -> PrepaidRules:
    versions = sorted(prepaid.load().values(), key=lambda r: r.valid_from)
    return next((r for r in reversed(versions) if r.valid_from <= day), versions[0])


def fee_terms(day: date) -> HomeFeeTerms:
    return terms_on(day)


def monthly_of(stay: Stay, day: date) -> Monthly | None:
    """By the contract and the bed on the day; None without a contract. Raises NoPriceList."""
    versions = ContractVersion.objects.filter(contract__stay=stay).order_by("valid_from")
    version = versions.filter(valid_from__lte=day).last() or versions.first()
    if version is None:
        return None
    used = Occupancy.objects.filter(stay=stay).select_related("bed").order_by("-since").first()
    prices = prices_on(stay.place, day)
    return Monthly(
        monthly_price(prices, FeeItem.BED, used.bed.kind if used else ""),
        monthly_price(prices, FeeItem.CARE, version.care_level),
        monthly_price(prices, FeeItem.MEALS, version.meal_plan),
    )


def monthly_price(prices: PriceVersion, kind: FeeItem, code: str) -> int:
    """Nought where the list has no such price."""
    item = next((i for i in prices.items.all() if i.kind == kind and i.code == code), None)
    if item is None:
        return 0
    return item.amount_fen * (DAYS_OF_A_MONTH if item.per == PricePer.DAY else 1)


def home_state(place: Place) -> HomeState:
    standing = HomeStanding.objects.filter(place=place).order_by("-pk").first()
    facts = {
        "public": place.ownership in (Ownership.PUBLIC, Ownership.PUBLIC_BUILT),
        "unfinished": standing is not None and standing.unfinished,
        "dishonest": standing is not None and standing.dishonest,
    }
    return HomeState(
        frozenset(name for name, true in facts.items() if true),
        sum(books.held_by_home(place.pk).values()),
        standing.net_fixed_assets_fen if standing else None,
    )


def not_in_custody(places: Sequence[int], kinds: frozenset[str]) -> list[Receipt]:
    """Receipts that must lie in custody and do not yet, oldest first; money that was given back is not due."""
    rows = Receipt.objects.filter(place__in=places, kind__in=kinds, credited_on=None, voided_at=None)
    told = books.outside_custody_by_stay(places)
    due = []
    for row in rows.select_related("stay__person").order_by("received_on", "pk"):
        open_fen = told.get(row.stay_id, 0)
        if open_fen > 0:
            told[row.stay_id] = open_fen - row.amount_fen
            due.append(row)
    return due


def credited_rows(place: Place, rules: PrepaidRules, today: date) -> list[Credited]:
    """What the home holds of the kinds that must lie in custody, as the engine takes it."""
    kinds = frozenset(map(str, rules.in_custody))
    held = books.held_by_home(place.pk)
    whole = sum(held[k] for k in rules.in_custody)
    late = [Credited(r.amount_fen, r.received_on, None) for r in not_in_custody([place.pk], kinds)]
    rest = whole - sum(r.amount_fen for r in late)
    return [*late, *([Credited(rest, today, today)] if rest > 0 else [])]


def prepaid_kinds() -> tuple[ReceiptKind, ...]:
    return (ReceiptKind.SERVICE_FEE, ReceiptKind.DEPOSIT, ReceiptKind.MEMBERSHIP)
