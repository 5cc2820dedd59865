"""Does a receipt keep to the rules, and does what a home holds? Each breach with its figures. Money in fen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from yinling.kernel.prepaid import Base, PrepaidKind, PrepaidRules, Severity


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one resident is about to pay. Monthly fees are those of the resident's contract."""

    kind: PrepaidKind
    amount_fen: int
    monthly_bed_fee_fen: int
    monthly_service_fee_fen: int


@dataclass(frozen=True, slots=True)
class HomeState:
    """What is true of a home: `facts` such as `public`; `held_fen` of all kinds from all residents; None for
    `net_fixed_assets_fen` when not known (then nothing is said of it)."""

    facts: frozenset[str]
    held_fen: int
    net_fixed_assets_fen: int | None


@dataclass(frozen=True, slots=True)
class Credited:
    """A receipt of a kind that must lie in custody: when it came, and when it was credited there, if it was."""

    amount_fen: int
    received_on: date
    credited_on: date | None


@dataclass(frozen=True, slots=True)
class Breach:
    code: str
    severity: Severity
    words: str


def check_receipt(
    rules: PrepaidRules, receipt: Receipt, held_of_resident: Mapping[PrepaidKind, int], home: HomeState
) -> list[Breach]:
    """`held_of_resident` is what the home still holds of this resident, by kind."""
    breaches = []
    cap = next(c for c in rules.caps if c.kind == receipt.kind)
    monthly = receipt.monthly_bed_fee_fen if cap.base is Base.BED_FEE else receipt.monthly_service_fee_fen
    allowed = monthly * cap.months
    after = held_of_resident.get(receipt.kind, 0) + receipt.amount_fen
    if after > allowed:
        fee = "床位费" if cap.base is Base.BED_FEE else "服务费"
        words = (
            f"收取后此项预收合计 {yuan(after)} 元，超过上限 {yuan(allowed)} 元（月{fee}的 {cap.months} 倍）。"
        )
        breaches.append(_breach(rules, "kind_cap", words))
    if receipt.kind is PrepaidKind.MEMBERSHIP:
        for fact, words in rules.membership_barred.items():
            if fact in home.facts:
                breaches.append(_breach(rules, "membership_barred", f"不得收取会员费：{words}。"))
    whole = home.held_fen + receipt.amount_fen
    if (
        rules.within_net_assets
        and home.net_fixed_assets_fen is not None
        and whole > home.net_fixed_assets_fen
    ):
        words = f"收取后机构预收总额 {yuan(whole)} 元，超过未抵押的固定资产净额 {yuan(home.net_fixed_assets_fen)} 元。"
        breaches.append(_breach(rules, "net_assets", words))
    return breaches


def check_custody(
    rules: PrepaidRules, credited: Iterable[Credited], reserve_fen: int, *, today: date
) -> list[Breach]:
    """Of the deposits and membership fees that a home holds: all in the account in time, the reserve whole."""
    rows = list(credited)
    late = [r for r in rows if ((r.credited_on or today) - r.received_on).days > rules.custody_days]
    breaches = []
    if late:
        words = f"有 {len(late)} 笔共 {yuan(sum(r.amount_fen for r in late))} 元未在 {rules.custody_days} 日内存入专用存款账户。"
        breaches.append(_breach(rules, "custody_late", words))
    held = sum(r.amount_fen for r in rows)
    needed = -(-held * rules.reserve_percent // 100)
    if reserve_fen < needed:
        words = f"风险保证金 {yuan(reserve_fen)} 元，少于应留的 {yuan(needed)} 元（余额的 {rules.reserve_percent}%）。"
        breaches.append(_breach(rules, "reserve_short", words))
    return breaches


def _breach(rules: PrepaidRules, code: str, words: str) -> Breach:
    return Breach(code, rules.severities[code], words)


def yuan(fen: int) -> str:
    """`123,456.70`."""
    return f"{fen // 100:,}.{fen % 100:02d}"
