"""普惠: prices declared within their cap, and decided by supervisors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.registry.choices import BedKind
from yinling.registry.models import Place
from yinling.registry.refusals import explains
from yinling.residence.checks import require_home
from yinling.residence.fees.amounts import check_fen, yuan
from yinling.residence.models import DeclaredAid, DeclaredPrice, PriceDeclaration
from yinling.residence.models.fees.declarations import AidKind, DeclarationState
from yinling.rulebook.inclusive_prices import caps_on


class DeclarationIncomplete(DomainError):
    """No aid, no price, no source, or a kind of bed that has no cap."""


class DeclaredOverCap(DomainError):
    """A declared price above its cap."""


class DeclarationOpen(DomainError):
    """One declaration of a home is decided at a time."""


class DeclarationDecided(DomainError):
    """Decided already, or decided by who declared it, or another one holds from that day."""


@dataclass(frozen=True)
class AidInput:
    kind: AidKind
    source: str
    year: int
    amount_fen: int


_OPEN = DeclarationOpen("这家机构已有一份申报待核定，请等核定后再报。")


@explains(
    {
        "price_declaration_one_open": _OPEN,
        "declared_price_within_cap": DeclaredOverCap("申报价格超过上限，不能提交。请降低价格。"),
    }
)
@transaction.atomic
def declare_prices(
    *,
    place: Place,
    valid_from: date,
    aids: Sequence[AidInput],
    prices: dict[BedKind, int],
    by: Account | None,
    at: datetime,
) -> PriceDeclaration:
    """A home that took aid declares its monthly bed fee by kind. Raises DeclarationIncomplete, DeclaredOverCap,
    DeclarationOpen, BadAmount, OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, place)
    if not aids or not prices:
        raise DeclarationIncomplete("请填写得到的扶持和至少一种床位的价格。")
    for aid in aids:
        _check_aid(aid, localdate(at).year)
    caps = caps_on(valid_from)
    for kind, fen in prices.items():
        check_fen(fen)
        cap = caps.caps_fen.get(kind)
        if cap is None:
            raise DeclarationIncomplete(f"{BedKind(kind).label}没有普惠上限，不用申报。")
        if fen > cap:
            raise DeclaredOverCap(
                f"{BedKind(kind).label}每月 {yuan(fen)} 元，超过上限 {yuan(cap)} 元。请降低价格后再申报。"
            )
    made = PriceDeclaration.objects.create(
        place=place,
        division_path=place.division_path,
        valid_from=valid_from,
        rules=caps.id,
        declared_at=at,
        declared_by=by,
    )
    DeclaredAid.objects.bulk_create([DeclaredAid(declaration=made, **vars(aid)) for aid in aids])
    DeclaredPrice.objects.bulk_create(
        [
            DeclaredPrice(declaration=made, bed_kind=kind, price_fen=fen, cap_fen=caps.caps_fen[kind])
            for kind, fen in prices.items()
        ]
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="declare_prices",
        subject=made,
        after={
            "机构": place.name,
            "执行日期": valid_from.isoformat(),
            "价格": {str(BedKind(k).label): yuan(fen) for k, fen in prices.items()},
        },
    )
    return made


@explains(
    {"price_declaration_day_once": DeclarationDecided("这一天已有核定的申报。请退回，由机构另选执行日期。")}
)
@transaction.atomic
def decide_declaration(
    *, declaration: PriceDeclaration, approve: bool, decision: str = "", by: Account | None, at: datetime
) -> PriceDeclaration:
    """Supervisors approve a declaration, or send it back with a reason. Raises DeclarationDecided, ReasonMissing,
    OutOfScope."""
    require_home(by, Permission.REVIEW_PRICES, declaration.place)
    row = (
        PriceDeclaration.objects.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=declaration.pk)
    )
    if row.state != DeclarationState.DECLARED:
        raise DeclarationDecided("这份申报已经核定，请刷新页面。")
    if not approve and not decision.strip():
        raise ReasonMissing("退回申报的，请填写理由。")
    row.state = DeclarationState.APPROVED if approve else DeclarationState.REFUSED
    row.decided_at, row.decided_by, row.decision = at, by, decision.strip()[:200]
    row.save(update_fields=["state", "decided_at", "decided_by", "decision"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="decide_declaration",
        subject=row,
        after={"机构": row.place.name, "结果": row.get_state_display()},
        reason=decision,
    )
    return row


def _check_aid(aid: AidInput, this_year: int) -> None:
    if not aid.source.strip() or len(aid.source) > 100:
        raise DeclarationIncomplete("请填写扶持的来源，例如发放单位和文号。")
    if not 1990 <= aid.year <= this_year:
        raise DeclarationIncomplete("扶持的年度不对，请核对。")
    if not 0 <= aid.amount_fen <= 10**12:
        raise DeclarationIncomplete("扶持金额不能小于零，请核对。")
