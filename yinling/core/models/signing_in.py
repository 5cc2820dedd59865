"""What signing in leaves behind: counted attempts, former passwords, codes sent by phone."""

from django.db import models


class Attempt(models.Model):
    """How often something was tried: wrong passwords of an account, codes sent to a phone.

    `key` is a keyed digest, so the table names neither accounts nor addresses nor phones.
    """

    key = models.BinaryField(max_length=33, primary_key=True)
    count = models.PositiveIntegerField()
    since = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "尝试次数"
        indexes = [models.Index(fields=["since"], name="attempt_since")]


class FormerPassword(models.Model):
    """An encoded password that the account had."""

    account = models.ForeignKey("core.Account", models.CASCADE, related_name="former_passwords")
    encoded = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = "用过的密码"


class PhoneCode(models.Model):
    """The last code sent to a phone, as a keyed digest; gone once it was used."""

    phone_digest = models.BinaryField(max_length=33, primary_key=True)
    code_digest = models.BinaryField(max_length=33)
    sent_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "短信验证码"
