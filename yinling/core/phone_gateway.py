"""How a one-time code reaches a phone. A city's own sender is a class named by the setting PHONE_GATEWAY."""

import sys
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from yinling.core.provenance import data_remark
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_phone


class PhoneGateway(Protocol):
    """Sends within a few seconds or raises CodeNotSent."""

    def send_code(self, phone: str, code: str) -> None: ...


class CodeNotSent(DomainError):
    """The operator did not take the message."""


class NoGateway(DomainError):
    """Nobody can send a code from this installation."""


class ConsoleGateway:
    """For development and demo cities: the code goes to the console, the phone masked."""

    def send_code(self, phone: str, code: str) -> None:
        sys.stderr.write(f"验证码 {code}，发给 {mask_phone(phone)}（演示，不真正发送）\n")


def phone_gateway() -> PhoneGateway:
    """The sender of this installation. Raises NoGateway: a real one never writes codes to its logs."""
    if settings.PHONE_GATEWAY:
        gateway: PhoneGateway = import_string(settings.PHONE_GATEWAY)()
        return gateway
    if settings.DEBUG or shows_codes():
        return ConsoleGateway()
    raise NoGateway("这里还没有接通短信，不能用手机登录。请到村居、镇街窗口办理，或者打服务电话。")


def shows_codes() -> bool:
    """Whether pages may show the code: only where every phone is made up and none could receive it."""
    return bool(data_remark()) and not settings.PHONE_GATEWAY
