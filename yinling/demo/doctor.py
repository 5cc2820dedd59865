"""A check that the demo adds: its accounts' password is printed in the README."""

from collections.abc import Iterator

from django.conf import settings

from yinling.core.doctor import Finding, Patient, bad, check, ok, warn
from yinling.core.models import Account
from yinling.demo.accounts import PASSWORD, SHOWN
from yinling.demo.models import DemoRun


@check("演示数据", slow=True)
def demo(patient: Patient) -> Iterator[Finding]:
    city = DemoRun.objects.exists()
    names = [a.username for a in _demo_accounts() if a.check_password(PASSWORD)]
    if names and settings.SESSION_COOKIE_SECURE:
        yield bad(
            "演示数据",
            f"账号 {'、'.join(names)} 还在用公开的演示密码",
            "请停用这些账号或更换密码；正式使用请用新的空数据库，不要在演示城市里录入真实档案。",
        )
    elif city:
        yield warn("演示数据", "库里是合成的演示城市", "正式使用请另建空数据库；试用可以不管。")
    else:
        yield ok("演示数据", "没有")


def _demo_accounts() -> list[Account]:
    return list(Account.objects.filter(username__in=[s.username for s in SHOWN], is_active=True))
