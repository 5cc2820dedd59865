"""One-time codes for elders and families: sent seldom, tried a few times, good for some minutes, used once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from yinling.core.attempts import Limit, Taken, take
from yinling.core.models import Account, PhoneCode
from yinling.core.phone_gateway import phone_gateway
from yinling.core.phones import phone_digest, phone_digests
from yinling.core.sealing import digest, digests
from yinling.kernel.errors import DomainError
from yinling.rulebook.sign_in import sign_in_rules

_HOUR = timedelta(hours=1)
_DIGITS = 6


class TooManyCodes(DomainError):
    """Codes were asked for too often."""


@dataclass(frozen=True)
class CodeChecked:
    """`tries_left` is 0 when another code is needed: wrong too often, too late, or none was sent."""

    right: bool
    tries_left: int = 0


def send_code(*, phone: str, address: str, by: Account | None, at: datetime) -> str:
    """Send a code to a checked number, also to one that nobody here knows: the answer tells nothing. The code
    is returned for demo cities, which show it. Raises TooManyCodes, NoGateway, CodeNotSent."""
    rules, gateway = sign_in_rules(localdate(at)), phone_gateway()
    pause = timedelta(seconds=rules.code_pause_seconds)
    for limit, name in (
        (Limit("code pause", 1, pause, pause), phone),
        (Limit("codes phone", rules.codes_per_phone, _HOUR, _HOUR), phone),
        (Limit("codes address", rules.codes_per_address, _HOUR, _HOUR), address),
    ):
        _allowed(take(limit, name, at=at), at)
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    PhoneCode.objects.update_or_create(
        phone_digest=phone_digest(phone),
        defaults={
            "code_digest": _code_digest(phone, code),
            "sent_at": at,
            "valid_until": at + timedelta(minutes=rules.code_minutes),
            "tries": 0,
        },
    )
    gateway.send_code(phone, code)
    return code


@transaction.atomic
def check_code(*, phone: str, code: str, by: Account | None, at: datetime) -> CodeChecked:
    """Use up the code sent to a phone."""
    most = sign_in_rules(localdate(at)).code_tries
    sent = PhoneCode.objects.filter(phone_digest__in=phone_digests(phone), valid_until__gt=at, tries__lt=most)
    # The count goes first, in one statement: of many requests at once only so many are compared at all.
    if not sent.update(tries=F("tries") + 1):
        return CodeChecked(right=False)
    row = PhoneCode.objects.select_for_update().filter(phone_digest__in=phone_digests(phone)).first()
    given = _code_digests(phone, "".join(code.split()))
    if row is not None and bytes(row.code_digest) in given:
        row.delete()
        return CodeChecked(right=True)
    return CodeChecked(right=False, tries_left=max(most - row.tries, 0) if row else 0)


def _code_digest(phone: str, code: str) -> bytes:
    return digest("phone code", f"{phone} {code}")


def _code_digests(phone: str, code: str) -> list[bytes]:
    return digests("phone code", f"{phone} {code}")


def _allowed(taken: Taken, at: datetime) -> None:
    if taken.blocked_until is None:
        return
    seconds = int((taken.blocked_until - at).total_seconds()) + 1
    wait = f"{seconds} 秒" if seconds < 100 else f"{(seconds + 59) // 60} 分钟"
    raise TooManyCodes(f"验证码要得太勤了，请过 {wait}再试。着急的话，请打服务电话。")
