"""Which months the demo plays through, counted back from its date."""

from datetime import date

from yinling.kernel.periods import Month, Quarter


def current(as_of: date) -> Month:
    return Month.of(as_of)


def last_quarter(as_of: date) -> Quarter:
    """The newest quarter that is over."""
    return current(as_of).quarter.plus(-1)


def first_round(as_of: date) -> Month:
    """Rounds begin with the last month of the quarter before the last, so that the bulletin can compare."""
    return last_quarter(as_of).plus(-1).last_month


def trend(as_of: date) -> list[Month]:
    """The 24 months up to the current one."""
    return list(current(as_of).plus(-23).until(current(as_of)))
