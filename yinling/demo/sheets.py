"""Filled-in assessment sheets of every severity: drawn once from the seed, scored by the engine, and used again and
again, since thousands of people are assessed. All made up."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from yinling.assessment.scoring import as_kept
from yinling.engines.assessment.scoring import conditions_of, score
from yinling.kernel.instruments import Instrument, Item
from yinling.rulebook.instruments import load

GB, LTCI = "gbt42195-2022", "ltci37-2021"
_DEMENTIA = "A.4.1.F00"
_DISEASES = "A.4.1"
_SPREAD = 0.13  # how far one item lies from the sheet's severity
_DRAWN = 420


@dataclass(frozen=True)
class Sheet:
    """`kept` is the result as an assessment keeps it."""

    instrument: str
    answers: dict[str, int]
    particulars: dict[str, Any]
    level: int
    grounds: list[str]
    kept: dict[str, Any]

    @property
    def changes(self) -> dict[str, Any]:
        """As somebody fills them in."""
        return {**self.particulars, **self.answers}


def sheets_by_level(seed: int, instrument: str = GB) -> Mapping[int, list[Sheet]]:
    """Sheets with answers, by the level that they come to; every level of the instrument has some."""
    return _drawn(seed, instrument)


def draw_level(rng: Random, *, disabled: bool, dementia: bool) -> int:
    """The level of GB/T 42195 that somebody has who is known as disabled, as demented, or as neither."""
    if disabled:
        return rng.choices((2, 3, 4), (42, 36, 22))[0]
    if dementia:
        return rng.choices((1, 2, 3), (30, 45, 25))[0]
    return rng.choices((0, 1, 2), (28, 62, 10))[0]


@lru_cache(maxsize=4)
def _drawn(seed: int, name: str) -> Mapping[int, list[Sheet]]:
    rng, instrument = Random(f"{seed} sheets {name}"), load()[name]
    found: dict[int, list[Sheet]] = defaultdict(list)
    for n in range(_DRAWN):
        severity = 0.0 if n % 12 == 0 else n / _DRAWN
        found[(made := _sheet(rng, instrument, severity)).level].append(made)
    return found


def _sheet(rng: Random, instrument: Instrument, severity: float) -> Sheet:
    answers = {item.code: _answer(rng, item, severity) for item in instrument.items}
    particulars: dict[str, Any] = {
        q.code: min(q.by_score) for q in instrument.questions if q.required and q.options
    }
    if _DISEASES in instrument.questions_by_code:
        particulars[_DISEASES] = sorted(rng.sample((1, 2, 3, 5, 7, 18, 20), rng.choice((0, 1, 1, 2, 3))))
        if not particulars[_DISEASES]:
            del particulars[_DISEASES]
        particulars[_DEMENTIA] = int(severity > 0.35 and rng.random() < 0.2)
        particulars["A.3"] = rng.choice((1, 1, 2, 3, 3))
    conditions = conditions_of(instrument, particulars)
    result = score(instrument, answers, conditions)
    return Sheet(
        instrument.id,
        answers,
        particulars,
        result.level,
        list(result.adjusted_by),
        as_kept(instrument, result),
    )


def _answer(rng: Random, item: Item, severity: float) -> int:
    """The best option where nothing is wrong at all; else near the severity."""
    options = sorted(item.by_score, reverse=True)
    if severity == 0.0:
        return options[0]
    place = (severity + rng.gauss(0, _SPREAD)) * (len(options) - 1)
    return options[min(max(round(place), 0), len(options) - 1)]
