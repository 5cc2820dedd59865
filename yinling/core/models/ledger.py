"""The one double-entry ledger: accounts in whole fen or whole minutes, entries that balance, lines never changed.

The database itself keeps the promises, whoever writes: an entry balances in each unit when its transaction commits,
nothing is updated or deleted, and no line joins an entry later (`core/migrations/0006_ledger.py`). See docs/adr/0033.
"""

from django.db import models
from django.db.models import F, Q

from yinling.core.choices import LedgerKind, LedgerUnit
from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index, run_by


class LedgerAccount(models.Model):
    """One account of a book. `book` names whose books (`place:12`), `code` the account in the room's own chart
    (`receivable`), `party` whom it is about when there is one account for each (`stay:34`), empty otherwise."""

    organisation = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, related_name="ledger_accounts", verbose_name="单位"
    )
    division_path = DivisionPathField()
    book = models.CharField("账簿", max_length=40)
    code = models.CharField("科目", max_length=40)
    party = models.CharField("往来对象", max_length=40, blank=True)
    name = models.CharField("科目名称", max_length=60)
    kind = models.CharField("性质", max_length=10, choices=LedgerKind)
    unit = models.CharField("计量单位", max_length=8, choices=LedgerUnit, default=LedgerUnit.FEN)
    opened_at = models.DateTimeField("开立时间")

    objects = run_by("organisation").as_manager()

    class Meta:
        verbose_name = "账户"
        indexes = [path_index("ledger_account_scope", "id")]
        constraints = [
            models.UniqueConstraint(fields=["book", "code", "party"], name="ledger_account_once"),
        ]

    def __str__(self) -> str:
        return self.name


class LedgerEntry(models.Model):
    """One movement. `key` makes it happen once, however often it is asked for. `room`, `act` and `about` say what it
    is for; `on` is the day it counts for, `at` when it was written. `division_path` as it was then."""

    key = models.CharField("唯一标识", max_length=160, unique=True)
    what = models.CharField("摘要", max_length=200)
    room = models.CharField(max_length=20)
    act = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True)
    division_path = DivisionPathField(blank=True)
    on = models.DateField("记账日期")
    at = models.DateTimeField("登记时间")
    by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    line_count = models.PositiveSmallIntegerField("分录行数")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="冲销"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "记账凭证"
        indexes = [
            models.Index(fields=["room", "act", "about"], name="ledger_entry_about"),
            path_index("ledger_entry_scope", "id"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(line_count__gte=2), name="ledger_entry_two_sides"),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="ledger_entry_not_own_reversal"),
        ]


class LedgerLine(models.Model):
    """One side: `amount` above nought is debit 借, below is credit 贷. `first_on` to `last_on`, both included, are
    the days of service that it is for, where it is for days."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()  # from 1
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="lines", db_index=False)
    amount = models.BigIntegerField("金额（分）或时长（分钟）")
    on = models.DateField("记账日期")  # the entry's
    note = models.CharField("说明", max_length=100, blank=True)
    first_on = models.DateField("服务起", null=True)
    last_on = models.DateField("服务止", null=True)

    class Meta:
        verbose_name = "分录"
        indexes = [
            models.Index(fields=["account", "on", "id"], include=["amount"], name="ledger_line_account")
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="ledger_line_position_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_not_nought"),
            models.CheckConstraint(
                condition=Q(first_on=None, last_on=None) | Q(last_on__gte=F("first_on")),
                name="ledger_line_days_in_order",
            ),
        ]
