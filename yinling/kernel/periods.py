"""Calendar months and quarters as values: `2026-10`, `2026Q3`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from yinling.kernel.errors import DomainError

# Beyond these nobody means a day, and reckoning from one may leave the calendar.
_YEARS = range(1900, 2200)


def spoken_day(day: date) -> str:
    """`2026年11月2日`, as in a letter: the form for everything that is read as a sentence."""
    return f"{day.year}年{day.month}月{day.day}日"


def read_day(text: str) -> date | None:
    """From `2026-10-20`; None for what is no day, or none that anybody means."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if day.year in _YEARS else None


class BadPeriod(DomainError):
    """Text that is neither `2026-10` nor `2026Q3`."""


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; ordered, hashable."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """From `2026-10`. Raises BadPeriod."""
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text.strip())
        if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) not in _YEARS:
            raise BadPeriod(f"“{text}”不是月份。请写成 2026-10 这样的形式。")
        return cls(int(found[1]), int(found[2]))

    @staticmethod
    def of(day: date) -> "Month":
        return _month_of(day)

    @property
    def first_on(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        return self.plus(1).first_on - timedelta(days=1)

    @property
    def quarter(self) -> "Quarter":
        return Quarter(self.year, (self.number + 2) // 3)

    @property
    def label(self) -> str:
        """`2026年10月`."""
        return f"{self.year}年{self.number}月"

    def plus(self, months: int) -> "Month":
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def until(self, last: "Month") -> Iterator["Month"]:
        """This month to `last`, both included."""
        month = self
        while month <= last:
            yield month
            month = month.plus(1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@lru_cache(maxsize=4096)
def _month_of(day: date) -> Month:
    """Kept, because a page may read ten thousand rows of the same two dozen months."""
    return Month(day.year, day.month)


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; its figures are those of its last month."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """From `2026Q3`. Raises BadPeriod."""
        found = re.fullmatch(r"([0-9]{4})[Qq]([1-4])", text.strip())
        if not found or int(found[1]) not in _YEARS:
            raise BadPeriod(f"“{text}”不是季度。请写成 2026Q3 这样的形式。")
        return cls(int(found[1]), int(found[2]))

    @property
    def last_month(self) -> Month:
        return Month(self.year, self.number * 3)

    @property
    def label(self) -> str:
        """`2026年第三季度`."""
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    def plus(self, quarters: int) -> "Quarter":
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}Q{self.number}"
