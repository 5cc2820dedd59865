"""How people sign in: lengths, limits and times, dated; sign_in.yaml."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "sign_in.yaml"


@dataclass(frozen=True)
class SignInRules:
    """Units are in the names; what each limits stands beside it in sign_in.yaml."""

    valid_from: date
    illustrative: bool
    law: str
    password_length: int
    password_classes: int
    password_history: int
    password_days: int
    failures_per_account: int
    failures_per_address: int
    lock_minutes: int
    idle_minutes: int
    idle_warning_minutes: int
    session_hours: int
    code_minutes: int
    code_tries: int
    code_pause_seconds: int
    codes_per_phone: int
    codes_per_address: int
    links_per_phone: int
    links_per_address: int
    inactive_days: int


@lru_cache(maxsize=1)
def _rows() -> list[SignInRules]:
    rows = [SignInRules(**row) for row in yaml.safe_load(_FILE.read_text(encoding="utf-8"))]
    return sorted(rows, key=lambda rules: rules.valid_from)


def sign_in_rules(on: date) -> SignInRules:
    """Those in force on the day. Raises LookupError before the first."""
    found = [rules for rules in _rows() if rules.valid_from <= on]
    if not found:
        raise LookupError(f"no rules for signing in on {on}")
    return found[-1]
