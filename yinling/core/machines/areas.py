"""Divisions by their codes, as far as a key reaches."""

from yinling.core.models import Account, Division
from yinling.core.queries.divisions import find_division
from yinling.kernel.errors import DomainError


class UnknownDivision(DomainError):
    """No division has this code inside the key's scope."""


def division_in_scope(actor: Account, code: str) -> Division:
    """Raises UnknownDivision, the same for one that is not there and one that is elsewhere."""
    found = find_division(code)
    if found is None or not actor.division_path or not found.path.startswith(actor.division_path):
        raise UnknownDivision(f"没有编号为 {code} 的区划，或不在这个密钥的管辖范围内。")
    return found
