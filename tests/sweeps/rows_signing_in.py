"""Signing in, one's own account, and the accounts that administrators keep."""

from types import SimpleNamespace

from tests.sweeps.table import Row
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role


def _nothing(world: SimpleNamespace) -> dict:
    return {}


def _account(world: SimpleNamespace) -> dict:
    return {"pk": world.accounts[Role.LEADER].pk}


def _change(world: SimpleNamespace) -> dict:
    return {"change-full_name": "于领导", "change-role": "leader", "change-unit": "市政府办公室"}


def _kept(name: str, data=_nothing) -> Row:
    """An act of an administrator upon an account."""
    return Row(name, P.MANAGE_ACCOUNTS, args=_account, data=data, status=303)


ROWS = [
    Row("shell:login", None),
    Row("shell:second_factor", None, status=303),  # nobody has given a password: back to the door
    Row("shell:stay", None, status=303, fragments=False),
    Row("shell:logout", None, data=_nothing, status=303),
    Row("shell:account", None, signed_in_only=True),
    Row("shell:session_end", None, data=_nothing, status=303, signed_in_only=True),
    Row("shell:second_factor_set_up", None, signed_in_only=True),
    Row("shell:second_factor_remove", None, data=_nothing, status=303, signed_in_only=True),
    Row("registry:sign_in", None),
    Row("registry:sign_in_code", None, status=303),  # no phone was given: back to the first question
    Row("registry:sign_in_again", None, data=_nothing, status=303),
    Row("registry:sign_in_name", None, status=303),
    Row("registry:sign_in_number", None, status=303),
    Row("registry:account", P.MANAGE_ACCOUNTS, args=_account),
    _kept("registry:account_change", _change),
    _kept("registry:account_active", lambda w: {"active": "0"}),
    _kept("registry:account_password", lambda w: {"password": "yinling-2027"}),
    _kept("registry:account_unlock"),
    _kept("registry:account_factor"),
    _kept("registry:account_sign_out"),
]
