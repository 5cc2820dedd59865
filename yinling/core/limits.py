"""How many wrong passwords and codes, by the rules in force."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from yinling.core.attempts import Limit
from yinling.rulebook.sign_in import sign_in_rules

_DAY = timedelta(days=1)


def account_limit(at: datetime) -> Limit:
    rules = sign_in_rules(localdate(at))
    return Limit("sign in account", rules.failures_per_account, _DAY, timedelta(minutes=rules.lock_minutes))


def factor_limit(at: datetime) -> Limit:
    rules = sign_in_rules(localdate(at))
    return Limit("sign in factor", rules.failures_per_account, _DAY, timedelta(minutes=rules.lock_minutes))


def address_limit(at: datetime) -> Limit:
    rules = sign_in_rules(localdate(at))
    lock = timedelta(minutes=rules.lock_minutes)
    return Limit("sign in address", rules.failures_per_address, lock, lock)
