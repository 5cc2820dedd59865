"""How many elders live where and how old they are: exact in total, believable in detail.

Totals are those of the census of 2020-11-01 (793,416 of 60 and over, 559,847 of 65 and over). Shares of the
districts and the shape by single years are DEMO DEFAULT, illustrative only.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

CENSUS_60 = 793_416
CENSUS_65 = 559_847
# 60 and over by district; reconciles with the city's total. Illustrative.
DISTRICT_60 = {
    "371002": 98_162,
    "371003": 193_295,
    "371082": 224_905,
    "371083": 151_204,
    "371071": 57_350,
    "371072": 46_900,
    "371073": 21_600,
}
# Above 1: an older population. Illustrative.
_OLDER = {"371002": 0.99, "371003": 1.01, "371082": 1.01, "371083": 1.02, "371071": 0.96, "371072": 0.97}
# Shares of five-year bands among those of 60 and over, from 65 on as parts of the 65 and over.
_BANDS_65 = {65: 26.5, 70: 20.0, 75: 12.06, 80: 7.0, 85: 3.6, 90: 1.15, 95: 0.23, 100: 0.02}
_MALE = {60: 0.492, 65: 0.485, 70: 0.472, 75: 0.452, 80: 0.418, 85: 0.372, 90: 0.315, 95: 0.25, 100: 0.20}
DEATHS_A_YEAR = 0.026  # of those of 60 and over


@dataclass(frozen=True)
class AgeYear:
    """People of one year of age: positions `start` to before `start + count` in the district's ranking."""

    age: int
    start: int
    count: int


@dataclass(frozen=True)
class DistrictPlan:
    """`people` living elders and `dead` who died in the last two years. `rank(i)` spreads ages over villages."""

    code: str
    index: int
    people: int
    dead: int
    years: tuple[AgeYear, ...]
    stride: int

    def rank(self, i: int) -> int:
        """A permutation of 0..people-1, so that every village has its share of each age."""
        return (i * self.stride + self.index) % self.people

    def age_year(self, rank: int) -> AgeYear:
        low, high = 0, len(self.years)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.years[middle].start <= rank else (low, middle)
        return self.years[low]


def plan_districts(people: int) -> list[DistrictPlan]:
    """Plans that add up to `people` of 60 and over, and to the census's share of 65 and over, exactly."""
    counts = apportion(people, list(DISTRICT_60.values()))
    older_total = round(people * CENSUS_65 / CENSUS_60)
    older = apportion(
        older_total, [n * _OLDER.get(code, 1.0) for code, n in zip(DISTRICT_60, counts, strict=True)]
    )
    plans = []
    for index, (code, count, count_65) in enumerate(zip(DISTRICT_60, counts, older, strict=True)):
        count_65 = min(count_65, count)
        years = _years(count - count_65, count_65)
        dead = round(count * DEATHS_A_YEAR * 2)
        plans.append(DistrictPlan(code, index, count, dead, years, _stride(count)))
    return plans


def apportion(total: int, weights: list[float]) -> list[int]:
    """`total` in whole parts by weight, largest remainders first; equal remainders in order."""
    if not weights or sum(weights) == 0:
        return [0] * len(weights)
    exact = [total * w / sum(weights) for w in weights]
    parts = [int(x) for x in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def village_weights(rng: Random, kinds: list[str]) -> list[float]:
    """Communities hold several times as many as villages; sizes vary widely."""
    return [(7.0 if kind == "社区" else 1.0) * rng.lognormvariate(0, 0.55) for kind in kinds]


def male_share(age: int) -> float:
    return _MALE[min(max(age // 5 * 5, 60), 100)]


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def birth(plan: DistrictPlan, rank: int, as_of: date) -> tuple[date, int, int]:
    """Birth date, age on `as_of`, and how many of the district with a lower rank were born the same day.

    Birthdays lie evenly over each year of age; integers only, so that the third value is exact and an
    identity number made from it is unique.
    """
    year = plan.age_year(rank)
    latest = years_before(as_of, year.age)
    span = (latest - years_before(as_of, year.age + 1)).days
    position = rank - year.start
    day = position * span // year.count
    first_of_day = -(-day * year.count // span)
    return date.fromordinal(latest.toordinal() - day), year.age, position - first_of_day


def _years(count_60: int, count_65: int) -> tuple[AgeYear, ...]:
    """Single years: the young cohorts evenly, then falling within each band of five."""
    weights_60 = {60 + i: 1.0 for i in range(5)}
    weights_65: dict[int, float] = {}
    for start, share in _BANDS_65.items():
        falling = [1.25, 1.12, 1.0, 0.88, 0.75] if start < 100 else [2.2, 1.4, 0.8, 0.4, 0.2]
        weights_65 |= {start + i: share * part for i, part in enumerate(falling)}
    counts = dict(zip(weights_60, apportion(count_60, list(weights_60.values())), strict=True))
    counts |= dict(zip(weights_65, apportion(count_65, list(weights_65.values())), strict=True))
    years, start = [], 0
    for age, count in counts.items():
        if count:
            years.append(AgeYear(age, start, count))
            start += count
    return tuple(years)


def _stride(count: int) -> int:
    """A step without common divisor with `count`, near the golden ratio, so that neighbours differ in age."""
    from math import gcd

    step = max(int(count * 0.6180339887), 1)
    while gcd(step, count) != 1:
        step += 1
    return step
