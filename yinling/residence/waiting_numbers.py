"""Public numbers of applications: two digits of the year, six in order, one that shows a slip of the pen."""

from datetime import date

from django.db import connection

WIDTH = 9


def make_number(today: date) -> str:
    """A new one. The sequence leaves gaps and never repeats within the million."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('residence_application_number')")
        n = cursor.fetchone()[0]
    return number_of(today.year, n)


def number_of(year: int, n: int) -> str:
    first = f"{year % 100:02d}{n % 1_000_000:06d}"
    return first + _check_digit(first)


def read_number(text: str) -> str:
    """From what somebody typed, blanks and hyphens allowed; empty when it cannot be a number."""
    digits = "".join(c for c in text[:40] if c.isascii() and c.isdigit())
    right = len(digits) == WIDTH and _check_digit(digits[:-1]) == digits[-1]
    return digits if right else ""


def spaced(number: str) -> str:
    """`260 000 147`: three at a time, as it is read out."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def _check_digit(digits: str) -> str:
    """Weights 7, 3, 1: a wrong digit and most swapped neighbours are found."""
    total = sum(int(d) * (7, 3, 1)[i % 3] for i, d in enumerate(digits))
    return str(-total % 10)
