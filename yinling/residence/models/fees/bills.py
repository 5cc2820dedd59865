"""Bills of residents. No day of a stay is billed twice for the same: the database refuses it."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, TextChoices, Value

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.registry.models.periods import same_code, same_key
from yinling.residence.models.fees.prices import FeeItem, Whereabouts
from yinling.residence.models.stays import OfStayQuerySet


class BillKind(TextChoices):
    MONTHLY = "monthly", "月度账单"
    SUPPLEMENT = "supplement", "补充账单"  # differences to what was billed before
    FINAL = "final", "离院账单"


class BillState(TextChoices):
    DRAFT = "draft", "草稿"
    ISSUED = "issued", "已开出"


class RunState(TextChoices):
    WAITING = "waiting", "等待中"
    RUNNING = "running", "正在生成"
    DONE = "done", "已完成"


class BillRun(models.Model):
    """Bills of one home and month. May run again at any time: what has not changed stays as it is."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="bill_runs")
    division_path = DivisionPathField()
    month = models.DateField("月份")  # its first day
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.WAITING)
    total = models.PositiveIntegerField("应出账人数", default=0)
    done = models.PositiveIntegerField("已处理人数", default=0)
    changed = models.PositiveIntegerField("新生成或更新", default=0)
    problems = models.JSONField("没有出账的", default=list)  # [[stay id, why], …]
    asked_at = models.DateTimeField("发起时间")
    asked_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "月度出账"
        constraints = [models.UniqueConstraint(fields=["place", "month"], name="bill_run_once")]


class Bill(models.Model):
    """`inputs` are frozen: what the engine was given, so that anyone can compute the lines again.

    `amount_fen` is the sum of the lines, below nought where a supplement gives back; `paid_fen` what receipts have
    covered of it.
    """

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="bills")
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="bills")
    division_path = DivisionPathField()
    month = models.DateField("月份")
    sequence = models.PositiveSmallIntegerField("次序", default=1)  # within the stay's month
    kind = models.CharField("类别", max_length=10, choices=BillKind)
    state = models.CharField("状态", max_length=8, choices=BillState, default=BillState.DRAFT)
    amount_fen = models.BigIntegerField("金额（分）")
    paid_fen = models.BigIntegerField("已付（分）", default=0)
    inputs = models.JSONField("计算依据")
    made_at = models.DateTimeField("生成时间")
    issued_at = models.DateTimeField("开出时间", null=True)
    issued_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    due_on = models.DateField("付款期限", null=True)
    entry = models.OneToOneField("core.LedgerEntry", models.PROTECT, null=True, related_name="+")

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "账单"
        indexes = [
            models.Index(fields=["place", "month", "id"], name="bill_of_place"),
            path_index("bill_scope", "id"),
            models.Index(
                fields=["stay", "id"],
                condition=Q(state="issued", amount_fen__gt=F("paid_fen")),
                name="bill_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["stay", "month", "sequence"], name="bill_sequence_once"),
            models.UniqueConstraint(
                fields=["stay", "month"], condition=Q(state="draft"), name="bill_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, paid_fen__gte=0, paid_fen__lte=F("amount_fen"))
                | Q(amount_fen__lt=0, paid_fen__lte=0, paid_fen__gte=F("amount_fen")),
                name="bill_paid_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", issued_at=None, paid_fen=0)
                | Q(state="issued", issued_at__isnull=False, due_on__isnull=False),
                name="bill_issued_says_when",
            ),
        ]


class BillLine(models.Model):
    """Days from `first_on` to `last_on` at one price. A correction does not change a line: a line of the next bill
    `reverses` it with the opposite amount, and it no longer is in `force`."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="lines")
    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField("项目", max_length=6, choices=FeeItem)
    code = models.CharField("名称", max_length=20)
    presence = models.CharField("情形", max_length=10, choices=Whereabouts)
    first_on = models.DateField("起")
    last_on = models.DateField("止")
    per = models.CharField("计价", max_length=6)
    price_fen = models.BigIntegerField("单价（分）")
    percent = models.PositiveSmallIntegerField("比例")
    version = models.ForeignKey("residence.PriceVersion", models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField("金额（分）")
    in_force = models.BooleanField(default=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        verbose_name = "账单明细"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="bill_line_position_once"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="bill_line_days_in_order"),
            models.CheckConstraint(
                condition=Q(reverses=None) | Q(in_force=False), name="bill_line_reversal_not_in_force"
            ),
            ExclusionConstraint(
                name="bill_line_day_once",
                expressions=[
                    (same_key("stay"), "&&"),
                    (same_code("kind"), "&&"),
                    (Func(F("first_on"), F("last_on"), Value("[]"), function="daterange"), "&&"),
                ],
                condition=Q(in_force=True),
            ),
        ]
