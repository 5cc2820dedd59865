"""Money that must not lie in the home's own account: into custody, and the reserve kept beside it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core import ledger
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.ledger import About, Posting
from yinling.core.models import Account
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.kernel.prepaid import PrepaidKind
from yinling.registry.models import Place
from yinling.residence.checks import require_home
from yinling.residence.fees import books
from yinling.residence.fees.amounts import check_fen, yuan
from yinling.residence.fees.prepaid import rules_on
from yinling.residence.models import HomeStanding, Receipt, ReserveMove
from yinling.residence.models.fees.money import Method, ReceiptKind


class NotForCustody(DomainError):
    """Not a receipt that belongs into custody, or it is there already, or a day that does not fit."""


class ReserveTooSmall(DomainError):
    """More is to be taken out than is there."""


@transaction.atomic
def credit_custody(
    *, place: Place, receipts: Sequence[Receipt], on: date, by: Account | None, at: datetime
) -> list[Receipt]:
    """The bank has credited these deposits and membership fees to the custody account on the day.
    Raises NotForCustody, OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, place)
    ids = [r.pk for r in receipts]
    for stay_id in sorted(
        set(Receipt.objects.filter(pk__in=ids, place=place).values_list("stay_id", flat=True))
    ):
        books.locked_stay(stay_id)
    books.lock_home_money(place.pk)
    rows = list(
        Receipt.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, place=place)
        .select_related("stay__place")
        .order_by("pk")
    )
    if not rows:
        raise NotForCustody("请勾选已存入专用账户的款项。")
    kinds = rules_on(localdate(at)).in_custody
    for row in rows:
        if row.kind == ReceiptKind.BILL or PrepaidKind(row.kind) not in kinds:
            raise NotForCustody("只有押金和会员费需要存入专用账户。")
        if row.credited_on is not None or row.voided_at is not None:
            raise NotForCustody("所选款项里有已经存入或作废的，没有重复记账。请刷新页面。")
        if not row.received_on <= on <= localdate(at):
            raise NotForCustody("存入日期应在收款日期以后、今天以前，请核对。")
        _move(row, on, by, at)
        row.credited_on = on
        row.save(update_fields=["credited_on"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="credit_custody",
        subject=place,
        after={"笔数": len(rows), "金额": yuan(sum(r.amount_fen for r in rows)), "日期": on.isoformat()},
    )
    return rows


@transaction.atomic
def move_reserve(
    *,
    place: Place,
    amount_fen: int,
    out: bool = False,
    on: date,
    reason: str,
    by: Account | None,
    at: datetime,
) -> ReserveMove:
    """Into the reserve, or with `out` back to the home's account. Raises BadAmount, ReserveTooSmall, ReasonMissing,
    NotForCustody, OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, place)
    books.lock_home_money(place.pk)
    check_fen(amount_fen)
    if not reason.strip():
        raise ReasonMissing("请填写说明。")
    if on > localdate(at):
        raise NotForCustody("日期还没有到，请改正。")
    reserve, bank = (books.home_account(place, chart, at) for chart in (books.RESERVE, books.BANK))
    if out and ledger.balance(reserve) < amount_fen:
        raise ReserveTooSmall(f"风险保证金只有 {yuan(ledger.balance(reserve))} 元，不能转出这么多。")
    signed = -amount_fen if out else amount_fen
    count = ReserveMove.objects.filter(place=place).count()
    entry = ledger.post_entry(
        key=f"residence reserve {place.pk} {count + 1}",
        what="转出风险保证金" if out else "存入风险保证金",
        lines=[Posting(reserve, signed), Posting(bank, -signed)],
        on=on,
        about=About("residence", "move_reserve", place.pk),
        by=by,
        at=at,
    )
    move = ReserveMove.objects.create(
        place=place,
        division_path=place.division_path,
        amount_fen=signed,
        moved_on=on,
        reason=reason.strip()[:200],
        entry=entry,
        made_by=by,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="move_reserve",
        subject=place,
        after={"风险保证金": yuan(signed), "日期": on.isoformat()},
        reason=reason,
    )
    return move


@transaction.atomic
def note_standing(
    *,
    place: Place,
    unfinished: bool,
    dishonest: bool,
    net_fixed_assets_fen: int | None,
    source: str,
    by: Account | None,
    at: datetime,
) -> HomeStanding:
    """What supervisors know of a home's means and credit; receipts from now on are checked against it.
    Raises ReasonMissing, BadAmount, OutOfScope."""
    require_home(by, Permission.REVIEW_PRICES, place)
    if not source.strip():
        raise ReasonMissing("请填写依据，例如审计报告、公示文书。")
    if net_fixed_assets_fen is not None and not 0 <= net_fixed_assets_fen <= 10**13:
        raise NotForCustody("固定资产净额不能小于零，请核对。")
    standing = HomeStanding.objects.create(
        place=place,
        division_path=place.division_path,
        unfinished=unfinished,
        dishonest=dishonest,
        net_fixed_assets_fen=net_fixed_assets_fen,
        source=source.strip()[:100],
        noted_at=at,
        noted_by=by,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="note_standing",
        subject=place,
        after={
            "尚未建成": unfinished,
            "列入失信名单": dishonest,
            "固定资产净额": yuan(net_fixed_assets_fen),
            "依据": source.strip(),
        },
    )
    return standing


def _move(receipt: Receipt, on: date, by: Account | None, at: datetime) -> None:
    """The part of the receipt that is still held: what was given back before is not due."""
    stay = receipt.stay
    part = min(receipt.amount_fen, books.outside_custody(stay))
    if part <= 0:
        raise NotForCustody("所选款项里有已经退还的，不用再存入。请刷新页面。")
    till = books.home_account(stay.place, books.TILLS[Method(receipt.method)], at)
    ledger.post_entry(
        key=f"residence custody {receipt.pk}",
        what=f"存入专用账户：{ReceiptKind(receipt.kind).label}",
        lines=[
            Posting(books.stay_account(stay, books.CUSTODY, at), part),
            Posting(till, -part),
        ],
        on=on,
        about=About("residence", "credit_custody", receipt.pk),
        by=by,
        at=at,
    )
