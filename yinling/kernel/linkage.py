"""What the rulebook gives to the linkage engine."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """Fitted shares: `m[comparison][level]` among pairs of one person, `u` among pairs of different people, counted
    in a registry of `people`; `twice` is the share of people that are expected to have a second file.

    Pairs of at least `sure_weight` bits are almost certainly one person, those of `review_weight` worth a look.
    """

    version: str
    people: int
    twice: float
    sure_weight: float
    review_weight: float
    m: Mapping[str, Mapping[str, float]]
    u: Mapping[str, Mapping[str, float]]
