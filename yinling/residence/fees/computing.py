"""Lines of a bill from frozen inputs, and what has changed against what was billed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinling.engines.billing.month import bill as reckon
from yinling.registry.choices import BedKind
from yinling.residence.fees.inputs import read_inputs
from yinling.residence.models import BillLine


@dataclass(frozen=True)
class Reckoned:
    """A line as the engine gives it, `version` the id of the price list."""

    kind: str
    code: str
    presence: str
    first_on: date
    last_on: date
    per: str
    price_fen: int
    percent: int
    version_id: int
    amount_fen: int


def compute(frozen: dict[str, Any]) -> list[Reckoned]:
    """What `inputs_of` gave, in money. The same inputs give the same lines. Raises DayInTwoStays, NoPrice."""
    month, stays, aways, prices = read_inputs(frozen)
    return [
        Reckoned(
            str(line.kind),
            line.code,
            str(line.presence),
            line.first_on,
            line.last_on,
            str(line.price.per),
            line.price.amount_fen,
            line.percent,
            int(line.version),
            line.amount_fen,
        )
        for line in reckon(month, stays, aways, prices)
    ]


def as_reckoned(line: BillLine) -> Reckoned:
    return Reckoned(
        line.kind,
        line.code,
        line.presence,
        line.first_on,
        line.last_on,
        line.per,
        line.price_fen,
        line.percent,
        line.version_id,
        line.amount_fen,
    )


def differences(
    held: Iterable[BillLine], wanted: Iterable[Reckoned]
) -> tuple[list[BillLine], list[Reckoned]]:
    """Lines in force that are no longer right, and those that are missing."""
    wanted = list(wanted)
    missing = Counter(wanted)
    wrong = []
    for line in held:
        told = as_reckoned(line)
        if missing[told]:
            missing[told] -= 1
        else:
            wrong.append(line)
    return wrong, [line for line in wanted if missing.pop(line, 0)]


def code_label(kind: str, code: str) -> str:
    """`护理型床位`, or the home's own name of a care level or meal plan."""
    return str(BedKind(code).label) if kind == "bed" and code in BedKind.values else code
