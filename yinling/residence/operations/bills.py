"""A home's bills of a month: generated, issued, corrected by supplements."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.timezone import localdate

from yinling.core import ledger
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.ledger import About, Posting
from yinling.core.models import Account, LedgerEntry
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month
from yinling.registry.models import Place
from yinling.registry.refusals import explains
from yinling.residence.checks import require_home
from yinling.residence.fees import books
from yinling.residence.fees.amounts import yuan
from yinling.residence.fees.computing import Reckoned, code_label, compute, differences
from yinling.residence.fees.inputs import inputs_of
from yinling.residence.home_care import midnight
from yinling.residence.models import Bill, BillLine, BillRun, Stay
from yinling.residence.models.fees.bills import BillKind, BillState, RunState
from yinling.residence.models.fees.prices import FeeItem
from yinling.residence.operations.refunds import refund_what_is_left
from yinling.rulebook.home_fees import terms_on


class MonthNotOver(DomainError):
    """Bills are made when the month has ended, or the resident has left."""


class BillAlreadyIssued(DomainError):
    """Issued bills are corrected by a supplement, not changed."""


class BillOutOfDate(DomainError):
    """A draft that no longer says what the rows say."""


class NothingToBill(DomainError):
    """Nobody lived in the home in that month, or no draft is there to issue."""


@explains({"bill_run_once": NothingToBill("这个月正在出账，请稍候刷新页面。")})
@transaction.atomic
def ask_bill_run(*, place: Place, month: Month, by: Account | None, at: datetime) -> BillRun:
    """Note that the bills of the month are wanted; `run_bills` makes them. May be asked again.
    Raises MonthNotOver, NothingToBill, OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, place)
    if month.last_on >= localdate(at):
        raise MonthNotOver(f"{month.label}还没有结束，月末之后才能出账。提前离开的老年人在退住时结账。")
    total = _stays_of(place, month).count()
    if not total:
        raise NothingToBill(f"{month.label}没有老年人在这家机构入住，不用出账。")
    run, _ = BillRun.objects.select_for_update(of=("self",)).get_or_create(
        place=place,
        month=month.first_on,
        defaults={"division_path": place.division_path, "asked_at": at, "asked_by": by},
    )
    run.state, run.total, run.done, run.changed, run.problems = RunState.WAITING, total, 0, 0, []
    run.asked_at, run.asked_by, run.finished_at = at, by, None
    run.save()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="ask_bill_run",
        subject=run,
        after={"机构": place.name, "月份": month.label, "人数": total},
    )
    return run


def run_bills(*, run: BillRun, by: Account | None, at: datetime) -> BillRun:
    """Make or renew the bills of a run, one resident at a time: whoever cannot be billed stops nobody else.
    Running again changes nothing where nothing has changed. Raises OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, run.place)
    month = Month.of(run.month)
    stays = list(_stays_of(run.place, month).order_by("pk").values_list("pk", flat=True))
    run.state, run.total, run.done, run.changed, run.problems = RunState.RUNNING, len(stays), 0, 0, []
    run.save(update_fields=["state", "total", "done", "changed", "problems"])
    for n, stay_id in enumerate(stays, 1):
        try:
            made = make_bill(stay=Stay(pk=stay_id), month=month, by=by, at=at)
        except DomainError as error:
            run.problems.append([stay_id, error.message])
        else:
            run.changed += made is not None
        run.done = n
        if n % 20 == 0 or n == len(stays):
            run.save(update_fields=["done", "changed", "problems"])
    run.state, run.finished_at = RunState.DONE, at
    run.save(update_fields=["state", "finished_at"])
    return run


@explains(
    {
        "bill_line_day_once": BillAlreadyIssued("这段时间已经有账单，没有重复生成。请刷新页面核对。"),
        "bill_one_draft": BillAlreadyIssued("这个月的账单正在由另一人生成，请刷新页面。"),
        "bill_sequence_once": BillAlreadyIssued("这个月的账单正在由另一人生成，请刷新页面。"),
    }
)
@transaction.atomic
def make_bill(
    *, stay: Stay, month: Month, final: bool = False, by: Account | None, at: datetime
) -> Bill | None:
    """The draft of what the month is and was not billed yet: the whole month, or the differences to issued bills.
    None when nothing is to be changed. Raises MonthNotOver, NoContract, NoPrice, DayInTwoStays, OutOfScope."""
    stay = books.locked_stay(stay.pk)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    left = stay.until is not None and localdate(stay.until) <= month.last_on
    if month.last_on >= localdate(at) and not left:
        raise MonthNotOver(f"{month.label}还没有结束，月末之后才能出账。")
    frozen = inputs_of(stay, month)
    wanted = compute(frozen)
    draft = (
        Bill.objects.select_for_update()
        .filter(stay=stay, month=month.first_on, state=BillState.DRAFT)
        .first()
    )
    if draft is not None and draft.inputs == frozen:
        return None
    if draft is not None:
        _drop(draft)
    held = list(BillLine.objects.filter(bill__stay=stay, bill__month=month.first_on, in_force=True))
    wrong, missing = differences(held, wanted)
    if not wrong and not missing:
        return None
    return _write(stay, month, final or left, frozen, wrong, missing, by, at)


@transaction.atomic
def issue_bill(*, bill: Bill, by: Account | None, at: datetime) -> Bill:
    """Make a draft binding: it goes to the ledger and gets a day by which to pay. What a supplement gives back
    becomes prepaid money. Raises BillAlreadyIssued, BillOutOfDate, OutOfScope."""
    stay = books.locked_stay(bill.stay_id)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    bill = Bill.objects.select_for_update().filter(pk=bill.pk).first()
    if bill is None:
        raise BillOutOfDate("这份草稿已经更新，请刷新页面核对后再开出。")
    if bill.state != BillState.DRAFT:
        raise BillAlreadyIssued("这份账单已经开出，没有重复记账。")
    if inputs_of(stay, Month.of(bill.month)) != bill.inputs:
        raise BillOutOfDate("生成草稿以后，入住、请假、合同或价目有变动。请重新生成，再开出。")
    today = localdate(at)
    bill.entry = _post(bill, stay, today, by, at)
    bill.state, bill.issued_at, bill.issued_by = BillState.ISSUED, at, by
    bill.due_on = today + timedelta(days=terms_on(today).bill_due_days)
    if bill.amount_fen < 0:
        bill.paid_fen = bill.amount_fen
    bill.save(update_fields=["state", "issued_at", "issued_by", "due_on", "paid_fen", "entry"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="issue_bill",
        subject=bill,
        after={
            "月份": Month.of(bill.month).label,
            "类别": BillKind(bill.kind).label,
            "金额": yuan(bill.amount_fen),
            "付款期限": bill.due_on.isoformat(),
        },
    )
    if bill.amount_fen < 0:
        refund_what_is_left(stay=stay, by=by, at=at)
    return bill


def issue_bills(*, place: Place, month: Month, by: Account | None, at: datetime) -> tuple[int, list[str]]:
    """Issue every draft of the month; how many, and why others were not. Raises NothingToBill, OutOfScope."""
    require_home(by, Permission.MANAGE_FEES, place)
    drafts = list(
        Bill.objects.filter(place=place, month=month.first_on, state=BillState.DRAFT).order_by("pk")
    )
    if not drafts:
        raise NothingToBill("没有待开出的草稿。")
    issued, refused = 0, []
    for bill in drafts:
        try:
            issue_bill(bill=bill, by=by, at=at)
            issued += 1
        except DomainError as error:
            refused.append(error.message)
    return issued, refused


def _stays_of(place: Place, month: Month) -> QuerySet[Stay]:
    """Those with an evening in the month, and those billed before who should not have been."""
    start, end = midnight(month.first_on), midnight(month.last_on + timedelta(days=1))
    lived = Q(since__lt=end) & (Q(until=None) | Q(until__gt=start))
    billed = Bill.objects.filter(place=place, month=month.first_on).values("stay")
    return Stay.objects.filter(place=place).filter(lived | Q(pk__in=billed))


def _drop(draft: Bill) -> None:
    """A draft leaves no trace: the lines that it would have replaced are in force again."""
    replaced = list(draft.lines.exclude(reverses=None).values_list("reverses_id", flat=True))
    draft.lines.all().delete()
    BillLine.objects.filter(pk__in=replaced).update(in_force=True)
    draft.delete()


def _write(
    stay: Stay,
    month: Month,
    final: bool,
    frozen: dict,
    wrong: Sequence[BillLine],
    missing: Sequence[Reckoned],
    by: Account | None,
    at: datetime,
) -> Bill:
    before = Bill.objects.filter(stay=stay, month=month.first_on)
    kind = BillKind.SUPPLEMENT if before.exists() else (BillKind.FINAL if final else BillKind.MONTHLY)
    bill = Bill.objects.create(
        stay=stay,
        place=stay.place,
        division_path=stay.division_path,
        month=month.first_on,
        sequence=(before.aggregate(n=Max("sequence"))["n"] or 0) + 1,
        kind=kind,
        amount_fen=sum(x.amount_fen for x in missing) - sum(x.amount_fen for x in wrong),
        inputs=frozen,
        made_at=at,
    )
    BillLine.objects.filter(pk__in=[line.pk for line in wrong]).update(in_force=False)
    lines = [
        BillLine(
            kind=x.kind,
            code=x.code,
            presence=x.presence,
            first_on=x.first_on,
            last_on=x.last_on,
            per=x.per,
            price_fen=x.price_fen,
            percent=x.percent,
            version_id=x.version_id,
            amount_fen=-x.amount_fen if isinstance(x, BillLine) else x.amount_fen,
            in_force=not isinstance(x, BillLine),
            reverses=x if isinstance(x, BillLine) else None,
        )
        for x in (*wrong, *missing)
    ]
    for position, line in enumerate(lines, 1):
        line.bill, line.stay, line.position = bill, stay, position
    BillLine.objects.bulk_create(lines)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="make_bill",
        subject=bill,
        after={"月份": month.label, "类别": kind.label, "金额": yuan(bill.amount_fen)},
    )
    return bill


def _post(bill: Bill, stay: Stay, on: date, by: Account | None, at: datetime) -> LedgerEntry | None:
    """Income by what it is for, each with its days of service; the other side is owed, or given back as prepaid."""
    postings = [
        Posting(
            books.home_account(stay.place, books.INCOME[FeeItem(line.kind)], at),
            -line.amount_fen,
            code_label(line.kind, line.code),
            line.first_on,
            line.last_on,
        )
        for line in bill.lines.all()
        if line.amount_fen
    ]
    if not postings:
        return None
    if bill.amount_fen:
        other = books.RECEIVABLE if bill.amount_fen > 0 else books.SERVICE_FEE
        postings.append(
            Posting(books.stay_account(stay, other, at), bill.amount_fen, BillKind(bill.kind).label)
        )
    month = Month.of(bill.month).label
    return ledger.post_entry(
        key=f"residence bill {bill.pk}",
        what=f"{month}{BillKind(bill.kind).label}",
        lines=postings,
        on=on,
        about=About("residence", "issue_bill", bill.pk),
        by=by,
        at=at,
    )
