"""Money that came in, what of it must lie in custody, and money given back. Amounts in fen."""

import uuid

from django.db import models
from django.db.models import F, Q, TextChoices

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.residence.models.stays import OfStayQuerySet


class ReceiptKind(TextChoices):
    """The last three are values of `kernel.prepaid.PrepaidKind`."""

    BILL = "bill", "账单"
    SERVICE_FEE = "service_fee", "预收服务费"
    DEPOSIT = "deposit", "押金"
    MEMBERSHIP = "membership", "会员费"


class Method(TextChoices):
    CASH = "cash", "现金"
    TRANSFER = "transfer", "转账"
    PREPAID = "prepaid", "从预存中扣"
    OFFSET = "offset", "退费时抵扣"


class Receipt(models.Model):
    """Money from a resident. `key` makes it count once, however often the form is sent. `breaches` are those rules
    that it broke with a warning, with the `reason` why it was taken all the same. `credited_on`: in the custody
    account since."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="receipts")
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="receipts")
    division_path = DivisionPathField()
    kind = models.CharField("款项", max_length=12, choices=ReceiptKind)
    method = models.CharField("收款方式", max_length=10, choices=Method)
    bill = models.ForeignKey("residence.Bill", models.PROTECT, null=True, related_name="receipts")
    amount_fen = models.BigIntegerField("金额（分）")
    received_on = models.DateField("收款日期")
    payer = models.CharField("付款人", max_length=60, blank=True)
    rules = models.CharField("预收费规则", max_length=40, blank=True)
    breaches = models.JSONField("提醒", default=list)
    reason = models.CharField("说明", max_length=200, blank=True)
    credited_on = models.DateField("存入专户日期", null=True)
    entry = models.OneToOneField("core.LedgerEntry", models.PROTECT, related_name="+")
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "收款"
        indexes = [
            models.Index(fields=["place", "id"], name="receipt_of_place"),
            path_index("receipt_scope", "id"),
            models.Index(
                fields=["place", "received_on"],
                condition=Q(credited_on=None, voided_at=None, kind__in=["deposit", "membership"]),
                name="receipt_not_in_custody",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="receipt_above_nought"),
            models.CheckConstraint(
                condition=Q(kind="bill", bill__isnull=False) | (~Q(kind="bill") & Q(bill=None)),
                name="receipt_bill_named",
            ),
            models.CheckConstraint(
                condition=~Q(method__in=["prepaid", "offset"]) | Q(kind="bill"),
                name="receipt_prepaid_pays_bills",
            ),
            models.CheckConstraint(
                condition=Q(credited_on=None) | Q(credited_on__gte=F("received_on")),
                name="receipt_credited_after_received",
            ),
        ]


class ReserveMove(models.Model):
    """Into the reserve kept for a home's custody account, or out of it (below nought)."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="reserve_moves")
    division_path = DivisionPathField()
    amount_fen = models.BigIntegerField("金额（分）")
    moved_on = models.DateField("日期")
    reason = models.CharField("说明", max_length=200)
    entry = models.OneToOneField("core.LedgerEntry", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "风险保证金变动"
        constraints = [models.CheckConstraint(condition=~Q(amount_fen=0), name="reserve_move_not_nought")]


class RefundState(TextChoices):
    ASKED = "asked", "待审批"
    APPROVED = "approved", "待付款"
    PAID = "paid", "已退款"
    REFUSED = "refused", "不予退款"


class RefundCause(TextChoices):
    LEFT = "left", "退住"
    CLOSED = "closed", "机构停办"
    ASKED = "asked", "老年人申请"
    OVERPAID = "overpaid", "多收"


class Refund(models.Model):
    """Money to be given back. Amounts are what the ledger said when it was asked for, and again when approved:
    held of each kind, less `offset_fen`, what the resident still owed. Who asks does not approve."""

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="refunds")
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="refunds")
    division_path = DivisionPathField()
    cause = models.CharField("事由", max_length=10, choices=RefundCause)
    state = models.CharField("状态", max_length=10, choices=RefundState, default=RefundState.ASKED)
    whole = models.BooleanField("全部结清", default=True)  # all that is held, whatever it is at approval
    service_fee_fen = models.BigIntegerField("预收服务费（分）", default=0)
    deposit_fen = models.BigIntegerField("押金（分）", default=0)
    membership_fen = models.BigIntegerField("会员费（分）", default=0)
    offset_fen = models.BigIntegerField("抵扣欠费（分）", default=0)
    amount_fen = models.BigIntegerField("应退（分）", default=0)
    due_on = models.DateField("最迟退款日期")
    reason = models.CharField("说明", max_length=200, blank=True)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("审批时间", null=True)
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decision = models.CharField("审批意见", max_length=200, blank=True)
    paid_on = models.DateField("付款日期", null=True)
    paid_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    payee = models.CharField("收款人", max_length=60, blank=True)
    approval_entry = models.OneToOneField("core.LedgerEntry", models.PROTECT, null=True, related_name="+")
    payment_entry = models.OneToOneField("core.LedgerEntry", models.PROTECT, null=True, related_name="+")

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "退费"
        indexes = [
            models.Index(fields=["place", "state", "due_on"], name="refund_of_place"),
            path_index("refund_scope", "id"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["stay"], condition=Q(state__in=["asked", "approved"]), name="refund_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
                name="refund_two_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    service_fee_fen__gte=0,
                    deposit_fen__gte=0,
                    membership_fen__gte=0,
                    offset_fen__gte=0,
                    amount_fen__gte=0,
                    amount_fen=F("service_fee_fen")
                    + F("deposit_fen")
                    + F("membership_fen")
                    - F("offset_fen"),
                ),
                name="refund_adds_up",
            ),
        ]
