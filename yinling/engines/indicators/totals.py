"""Add up what scans returned: integers for the city, every district and every town."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yinling.engines.indicators.compiling import Scan

CITY = ""


@dataclass(frozen=True)
class Amount:
    """A numerator, and a denominator unless the indicator is a count. Integers, never rounded."""

    numerator: int
    denominator: int | None

    def plus(self, other: "Amount") -> "Amount":
        if self.denominator is None or other.denominator is None:
            return Amount(self.numerator + other.numerator, None)
        return Amount(self.numerator + other.numerator, self.denominator + other.denominator)


# By indicator id, then by code: CITY for the whole, else the code of a district, town or village.
Totals = dict[str, dict[str, Amount]]


def roll_up(results: Iterable[tuple[Scan, Iterable[Sequence[Any]]]]) -> Totals:
    """Sum rows into every level that their codes name. A row without a town adds to its district only."""
    totals: dict[str, dict[str, Amount]] = defaultdict(dict)
    for scan, rows in results:
        width = len(scan.keys)
        for key, is_ratio in zip(scan.ids, scan.are_ratios, strict=True):
            totals[key][CITY] = Amount(0, 0 if is_ratio else None)  # also where no row comes
        for row in rows:
            codes = [CITY, *(code for code in row[:width] if code)]
            for position, key in enumerate(scan.ids):
                numerator, denominator = row[width + 2 * position], row[width + 2 * position + 1]
                amount = Amount(int(numerator), None if denominator is None else int(denominator))
                at = totals[key]
                for code in codes:
                    at[code] = at[code].plus(amount) if code in at else amount
    return dict(totals)


def digest_of(totals: Totals) -> str:
    """SHA-256 of all values that are not nothing, the same for the same numbers from any engine."""
    rows = [
        [key, code, amount.numerator, amount.denominator]
        for key, by_code in sorted(totals.items())
        for code, amount in sorted(by_code.items())
        if amount.numerator or amount.denominator
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
