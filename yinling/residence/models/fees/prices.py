"""Price lists of a home in versions. A version is in force from `valid_from` until the next one; none is changed."""

from django.db import models
from django.db.models import Q, TextChoices

from yinling.core.models.scope import DivisionPathField, run_by


class FeeItem(TextChoices):
    """Values as `kernel.fees.FeeKind`."""

    BED = "bed", "床位费"
    CARE = "care", "护理费"
    MEALS = "meals", "餐费"


class PricePer(TextChoices):
    DAY = "day", "元/天"
    MONTH = "month", "元/月"


class Whereabouts(TextChoices):
    PRESENT = "present", "在院"
    LEAVE = "leave", "请假"
    HOSPITAL = "hospital", "住院"


class PriceVersion(models.Model):
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="price_versions")
    division_path = DivisionPathField()
    number = models.PositiveSmallIntegerField("版次")
    valid_from = models.DateField("执行日期")
    note = models.CharField("调整说明", max_length=200, blank=True)
    published_at = models.DateTimeField("公布时间")
    published_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "价目表"
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="price_version_number_once"),
            models.UniqueConstraint(
                fields=["place", "valid_from"],
                condition=Q(withdrawn_at=None),
                name="price_version_day_once",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版"


class PriceItem(models.Model):
    """`code` is a BedKind of the bed, or the home's own name of a care level or meal plan."""

    version = models.ForeignKey(PriceVersion, models.CASCADE, related_name="items")
    kind = models.CharField("项目", max_length=6, choices=FeeItem)
    code = models.CharField("名称", max_length=20)
    per = models.CharField("计价", max_length=6, choices=PricePer)
    amount_fen = models.BigIntegerField("单价（分）")

    class Meta:
        verbose_name = "价目"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind", "code"], name="price_item_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__range=(0, 10_000_000)), name="price_item_sensible"
            ),
        ]


class AwayTerm(models.Model):
    """From the `from_day`-th day away in a row on, `percent` of the price."""

    version = models.ForeignKey(PriceVersion, models.CASCADE, related_name="away_terms")
    presence = models.CharField("情形", max_length=10, choices=Whereabouts)
    kind = models.CharField("项目", max_length=6, choices=FeeItem)
    from_day = models.PositiveSmallIntegerField("从第几天起")
    percent = models.PositiveSmallIntegerField("按单价的百分之几收")

    class Meta:
        verbose_name = "离院期间收费"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "presence", "kind", "from_day"], name="away_term_once"
            ),
            models.CheckConstraint(
                condition=Q(presence__in=["leave", "hospital"], from_day__range=(1, 366), percent__lte=100),
                name="away_term_sensible",
            ),
        ]
