"""Keys by which other systems use the interface, what they used of their rate, and acts asked for twice."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ApiKey(models.Model):
    """A key of another system. The system is an Account of its own (`is_machine`), so that role, scope and
    audit trail are those of every actor; `rights` narrows what this key may of it. The key itself is kept
    nowhere: `hint` is its beginning, to tell keys apart, and `digest` finds it.
    """

    account = models.ForeignKey(
        "core.Account", models.PROTECT, related_name="api_keys", verbose_name="接入系统"
    )
    hint = models.CharField("密钥开头", max_length=8)
    digest = models.BinaryField(max_length=33, unique=True)  # keyed, of the whole key
    rights = ArrayField(models.CharField(max_length=40), verbose_name="权限")
    networks = ArrayField(
        models.CharField(max_length=43), default=list, verbose_name="允许的地址"
    )  # CIDR; empty is any
    per_minute = models.PositiveIntegerField("每分钟次数上限", default=600)
    valid_until = models.DateField("有效期至")  # the last day
    issued_at = models.DateTimeField("发放时间")
    issued_by = models.ForeignKey(
        "core.Account", models.PROTECT, null=True, related_name="+", verbose_name="发放人"
    )
    revoked_at = models.DateTimeField("收回时间", null=True)
    last_used_on = models.DateField("最近使用", null=True)

    class Meta:
        verbose_name = "对接密钥"
        ordering = ["-id"]


class ApiAllowance(models.Model):
    """How often a key was used in its present minute. An unlogged table: a crash may forget it."""

    key = models.OneToOneField(ApiKey, models.CASCADE, primary_key=True)
    minute = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        verbose_name = "对接用量"


class ApiRequest(models.Model):
    """An act that a system may ask for again without its being done twice: its Idempotency-Key, and what
    came of it. `fingerprint` is keyed and of the content, which itself is not kept."""

    account = models.ForeignKey("core.Account", models.CASCADE, related_name="+")
    token = models.BinaryField(max_length=33)
    fingerprint = models.BinaryField(max_length=33)
    subject_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = "对接请求"
        constraints = [models.UniqueConstraint(fields=["account", "token"], name="api_request_once")]
        indexes = [models.Index(fields=["asked_at"], name="api_request_age")]
