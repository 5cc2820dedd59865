"""普惠: a home that took public aid declares its prices within a cap. And what supervisors know of a home's means."""

from django.db import models
from django.db.models import F, Q, TextChoices

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.registry.choices import BedKind


class AidKind(TextChoices):
    CONSTRUCTION = "construction", "建设补助"
    OPERATION = "operation", "运营补助"
    PREMISES = "premises", "无偿或低偿使用场地"
    OTHER = "other", "其他扶持"


class DeclarationState(TextChoices):
    DECLARED = "declared", "待核定"
    APPROVED = "approved", "已核定"
    REFUSED = "refused", "退回"


class PriceDeclaration(models.Model):
    """`rules` names the caps in `rulebook/inclusive_prices`. In force from `valid_from` once approved, until the
    next approved one."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="price_declarations")
    division_path = DivisionPathField()
    state = models.CharField(
        "状态", max_length=10, choices=DeclarationState, default=DeclarationState.DECLARED
    )
    valid_from = models.DateField("执行日期")
    rules = models.CharField("上限依据", max_length=40)
    declared_at = models.DateTimeField("申报时间")
    declared_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("核定时间", null=True)
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decision = models.CharField("核定意见", max_length=200, blank=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "普惠价格申报"
        indexes = [path_index("price_declaration_scope", "id")]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(state="declared"), name="price_declaration_one_open"
            ),
            models.UniqueConstraint(
                fields=["place", "valid_from"],
                condition=Q(state="approved"),
                name="price_declaration_day_once",
            ),
        ]


class DeclaredAid(models.Model):
    declaration = models.ForeignKey(PriceDeclaration, models.CASCADE, related_name="aids")
    kind = models.CharField("扶持方式", max_length=14, choices=AidKind)
    source = models.CharField("来源", max_length=100)
    year = models.PositiveSmallIntegerField("年度")
    amount_fen = models.BigIntegerField("金额或折算金额（分）")

    class Meta:
        verbose_name = "所获扶持"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="declared_aid_not_negative")
        ]


class DeclaredPrice(models.Model):
    """Bed fee by the month. `cap_fen` as the rules said on the day of declaring."""

    declaration = models.ForeignKey(PriceDeclaration, models.CASCADE, related_name="prices")
    bed_kind = models.CharField("床位类型", max_length=10, choices=BedKind)
    price_fen = models.BigIntegerField("申报月价（分）")
    cap_fen = models.BigIntegerField("月价上限（分）")

    class Meta:
        verbose_name = "申报价格"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "bed_kind"], name="declared_price_once"),
            models.CheckConstraint(
                condition=Q(price_fen__gt=0, price_fen__lte=F("cap_fen")), name="declared_price_within_cap"
            ),
        ]


class HomeStanding(models.Model):
    """What supervisors know and receipts are checked against; the latest row holds."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="standings")
    division_path = DivisionPathField()
    unfinished = models.BooleanField("尚未建成", default=False)
    dishonest = models.BooleanField("列入失信名单", default=False)
    net_fixed_assets_fen = models.BigIntegerField("未抵押的固定资产净额（分）", null=True)
    source = models.CharField("依据", max_length=100)
    noted_at = models.DateTimeField("登记时间")
    noted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "机构财务和信用"
        indexes = [models.Index(fields=["place", "-id"], name="home_standing_latest")]
