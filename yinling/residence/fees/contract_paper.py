"""A contract's text filled with what was agreed."""

from datetime import date, datetime

from django.utils.timezone import localdate

from yinling.core.letters.papers import Article, Paper
from yinling.registry.choices import BedKind
from yinling.residence.choices import StayKind
from yinling.residence.fees.amounts import yuan
from yinling.residence.fees.computing import code_label
from yinling.residence.fees.prepaid import Monthly, monthly_price, rules_on
from yinling.residence.models import Contract, ContractVersion, Occupancy
from yinling.residence.models.fees.prices import FeeItem, PricePer
from yinling.residence.queries.prices import away_words
from yinling.rulebook import contracts
from yinling.rulebook.home_fees import terms_on

SIGNERS = ("甲方", "乙方", "丙方")


def paper_of(contract: Contract, version: ContractVersion, at: datetime) -> Paper:
    """The standard text of the version that was signed, with this stay's particulars."""
    texts = contracts.load()
    text = texts.get((contract.template, contract.template_version)) or contracts.latest(contract.template)
    blanks = _blanks(contract, version)

    def fill(line: str) -> str:
        return line.format_map(blanks)  # no unknown blank: each text was checked when it was loaded

    return Paper(
        title=text.name,
        number=contract.number or "",
        remark=text.illustrative,
        parties=[(p.label, [fill(line) for line in p.lines]) for p in text.parties],
        articles=[Article(a.title, [fill(c) for c in a.clauses]) for a in text.articles],
        closing=[fill(line) for line in text.closing],
        signers=SIGNERS,
        made_at=at,
    )


def _blanks(contract: Contract, version: ContractVersion) -> dict[str, str]:
    stay, place = contract.stay, contract.stay.place
    used = Occupancy.objects.filter(stay=stay).select_related("bed").order_by("since").first()
    prices = version.prices
    monthly = Monthly(
        monthly_price(prices, FeeItem.BED, used.bed.kind if used else ""),
        monthly_price(prices, FeeItem.CARE, version.care_level),
        monthly_price(prices, FeeItem.MEALS, version.meal_plan),
    )
    terms, rules = terms_on(contract.signed_on), rules_on(contract.signed_on)
    caps = {c.kind: c.months for c in rules.caps}
    mine = {
        ("bed", used.bed.kind if used else ""),
        ("care", version.care_level),
        ("meals", version.meal_plan),
    }
    table = [
        f"{code_label(i.kind, i.code)} {yuan(i.amount_fen)} {PricePer(i.per).label}"
        for i in prices.items.all()
        if (i.kind, i.code) in mine
    ]
    away = [away_words(t) for t in prices.away_terms.all()]
    return {
        "number": contract.number or "",
        "home": place.name,
        "operator": place.operator.name,
        "home_address": place.address or "（未登记）",
        "home_phone": place.phone or "（未登记）",
        "resident": stay.person.name,
        "file_number": stay.person.file_number,
        "signer": version.signed_by,
        "relation": contract.signer_relation,
        "signed_on": _day(version.signed_on),
        "stay_since": _day(localdate(stay.since)),
        "stay_kind": str(StayKind(stay.kind).label),
        "bed": f"{used.bed.code} 床" if used else "（未分配）",
        "bed_kind": str(BedKind(used.bed.kind).label) if used else "—",
        "care_level": version.care_level,
        "meal_plan": version.meal_plan or "不在机构用餐",
        "price_version": f"第 {prices.number} 版，{_day(prices.valid_from)}起执行",
        "price_table": "；".join(table) or "见价目表",
        "away_terms": f"离院期间：{'；'.join(away)}。" if away else "请假和住院期间照常收费。",
        "monthly_total": f" {yuan(monthly.total_fen)} 元",
        "deposit": f" {yuan(contract.deposit_fen)} 元",
        "deposit_cap": f" {yuan(monthly.bed_fen * caps['deposit'])} 元",
        "deposit_months": f" {caps['deposit']} ",
        "prepaid_months": f" {caps['service_fee']} ",
        "prepaid_cap": f" {yuan(monthly.total_fen * caps['service_fee'])} 元",
        "bill_due_days": f" {terms.bill_due_days} ",
        "refund_due_days": f" {terms.refund_due_days} ",
        "price_notice_days": f" {terms.price_notice_days} ",
        "custody_note": f"甲方收取的押金在 {rules.custody_days} 天内全额存入专用存款账户，由监管部门监督使用。",
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
