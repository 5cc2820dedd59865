"""The service contract of a stay. What changes in it is a new version; none is written over."""

from django.db import models
from django.db.models import Q

from yinling.core.models.scope import DivisionPathField
from yinling.residence.models.stays import OfStayQuerySet


class OfContractQuerySet(OfStayQuerySet):
    organisation_lookup = "contract__stay__place__operator"
    access_lookup = "contract__stay__person__accesses"


class Contract(models.Model):
    """`template` and `template_version` name the text in `rulebook/contracts`. `deposit_fen` as agreed."""

    stay = models.OneToOneField("residence.Stay", models.PROTECT, related_name="contract")
    division_path = DivisionPathField()
    number = models.CharField("合同编号", max_length=30, unique=True, null=True)
    template = models.CharField("合同文本", max_length=40)
    template_version = models.CharField("文本版次", max_length=20)
    deposit_fen = models.BigIntegerField("约定押金（分）", default=0)
    signed_on = models.DateField("签订日期")
    signed_by = models.CharField("老年人一方签字人", max_length=60)
    signer_relation = models.CharField("与老年人关系", max_length=20)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "服务合同"
        constraints = [
            models.CheckConstraint(condition=Q(deposit_fen__gte=0), name="contract_deposit_not_negative")
        ]


class ContractVersion(models.Model):
    """What was agreed from `valid_from` until the next version: care level and meal plan (empty: no meals), by the
    names of the home's price list; `prices` is the list shown when it was signed."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    valid_from = models.DateField("起始日期")
    care_level = models.CharField("护理等级", max_length=20)
    meal_plan = models.CharField("餐食", max_length=20, blank=True)
    prices = models.ForeignKey("residence.PriceVersion", models.PROTECT, related_name="+")
    reason = models.CharField("变更原因", max_length=200, blank=True)
    signed_on = models.DateField("签字日期")
    signed_by = models.CharField("签字人", max_length=60)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = OfContractQuerySet.as_manager()

    class Meta:
        verbose_name = "合同版次"
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contract_version_number_once"),
            models.UniqueConstraint(fields=["contract", "valid_from"], name="contract_version_day_once"),
        ]
