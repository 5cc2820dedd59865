"""Rules of prepaid fees of homes: which kinds, how much, from whom, and where the money must lie. Money in fen."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PrepaidKind(StrEnum):
    SERVICE_FEE = "service_fee"
    DEPOSIT = "deposit"
    MEMBERSHIP = "membership"


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"


class Base(StrEnum):
    """What a cap is counted in months of."""

    BED_FEE = "bed_fee"
    SERVICE_FEE = "service_fee"


@dataclass(frozen=True)
class Cap:
    """Per resident and kind: at most `months` × the monthly fee `base`, over everything still held."""

    kind: PrepaidKind
    base: Base
    months: int


@dataclass(frozen=True)
class PrepaidRules:
    """`membership_barred` names facts of a home that forbid membership fees. `in_custody` kinds must lie whole in
    the custody account within `custody_days`; `reserve_percent` of them is kept back as reserve.

    `illustrative` names fields that are our own defaults and not law.
    """

    id: str
    name: str
    source: str
    valid_from: date
    caps: tuple[Cap, ...]
    membership_barred: dict[str, str]
    in_custody: frozenset[PrepaidKind]
    custody_days: int
    reserve_percent: int
    within_net_assets: bool
    severities: dict[str, Severity]
    illustrative: tuple[str, ...]
