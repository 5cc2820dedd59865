"""The second factor: time-based one-time codes and recovery codes, stored and computed by django-allauth.

Secrets are sealed like personal data. Unlike allauth's own check, a code counts once for all processes:
the step of the last accepted code is kept in the row, under its lock.
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import transaction

from yinling.core.models import Account
from yinling.core.sealing import seal, unseal

ISSUER = "银龄"  # short: percent-encoded, a site's full name would make a code that phones scan badly
_STEPS_ASIDE = 1  # a clock may be half a minute off


class SealingAdapter(DefaultMFAAdapter):
    """How allauth keeps secrets here."""

    def encrypt(self, text: str) -> str:
        return b64encode(seal(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(b64decode(encrypted_text))

    def get_totp_issuer(self) -> str:
        return ISSUER


def new_secret() -> str:
    """Base32, for an authenticator app."""
    return str(generate_totp_secret())


def setup_address(account: Account, secret: str) -> str:
    """What the QR code says, `otpauth://totp/…`."""
    return str(SealingAdapter().build_totp_url(account, secret))


def matching_step(secret: str, code: str, *, at: datetime, after: int = -1) -> int | None:
    """The 30-second step whose code this is, later than `after`; None when there is none."""
    given = "".join(code.split())
    now = int(at.timestamp()) // app_settings.TOTP_PERIOD
    for step in range(now - _STEPS_ASIDE, now + _STEPS_ASIDE + 1):
        if step > after and hmac.compare_digest(
            format_hotp_value(hotp_value(secret, step)).encode(), given.encode()
        ):
            return step
    return None


def has_second_factor(account: Account) -> bool:
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()


def enrol(account: Account, secret: str, *, step: int) -> list[str]:
    """Keep the secret, whose code of `step` was shown; the recovery codes."""
    remove(account)
    authenticator = TOTP.activate(account, secret).instance
    authenticator.data["step"] = step
    authenticator.save(update_fields=["data"])
    return list(RecoveryCodes.activate(account).generate_codes())


def accept_code(account: Account, code: str, *, at: datetime) -> bool:
    """Use up a one-time or a recovery code. Only inside a transaction."""
    locked = {
        a.type: a for a in Authenticator.objects.select_for_update().filter(user=account).order_by("pk")
    }
    totp = locked.get(Authenticator.Type.TOTP)
    if totp is None:
        return False
    secret = SealingAdapter().decrypt(totp.data["secret"])
    step = matching_step(secret, code, at=at, after=totp.data.get("step", -1))
    if step is not None:
        totp.data["step"] = step
        totp.last_used_at = at
        totp.save(update_fields=["data", "last_used_at"])
        return True
    codes = locked.get(Authenticator.Type.RECOVERY_CODES)
    return codes is not None and bool(RecoveryCodes(codes).validate_code("".join(code.split())))


def recovery_codes_left(account: Account) -> int:
    found = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(found).get_unused_codes()) if found else 0


def remove(account: Account) -> bool:
    """Whether there was one."""
    return bool(Authenticator.objects.filter(user=account).delete()[0])


# ---- when keys change: see core/sealing/registered.py ----


def _sealed_parts(data: dict[str, object]) -> list[str]:
    return [name for name in ("secret", "seed") if isinstance(data.get(name), str)]


def _versions(data: dict[str, object]) -> set[int]:
    return {b64decode(str(data[name]))[0] for name in _sealed_parts(data)}


def uses_key(version: int) -> bool:
    """Whether any secret is sealed under this version."""
    rows = Authenticator.objects.values_list("data", flat=True).iterator()
    return any(version in _versions(data) for data in rows)


def outdated(version: int) -> bool:
    """Whether any secret is not."""
    rows = Authenticator.objects.values_list("data", flat=True).iterator()
    return any(_versions(data) - {version} for data in rows)


def reseal(at: datetime) -> None:
    """Every secret under the current key, row by row; may be killed and begun again."""
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            for name in _sealed_parts(row.data):
                row.data[name] = SealingAdapter().encrypt(SealingAdapter().decrypt(row.data[name]))
            row.save(update_fields=["data"])
