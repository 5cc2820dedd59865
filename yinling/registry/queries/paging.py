"""Keyset pages and capped counts over scoped rows, in an order that the scope's own index already has."""

from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import OrderBy

CAP = 1000


class _PatternOrder(OrderBy):
    """`ORDER BY path USING ~<~`: byte order, as the index with varchar_pattern_ops keeps it.

    Django looks for the word ASC or DESC in every ordering; the comment gives it one.
    """

    template = "%(expression)s USING ~<~ /* ASC */"


class _AtLeast(Func):
    """`path ~>=~ x` in the same byte order."""

    template = "(%(expressions)s)"
    arg_joiner = " ~>=~ "
    output_field = BooleanField()


def scope_ordered(rows: QuerySet[Any], after: str) -> QuerySet[Any]:
    """Rows by division path and id, those after the key `path|id`; a key that cannot be read is no key."""
    path, _, pk = after.partition("|")
    if path and pk.isascii() and pk.isdigit() and len(pk) < 19:
        rows = rows.filter(_AtLeast(F("division_path"), Value(path)))
        rows = rows.exclude(Q(division_path=path) & Q(pk__lte=int(pk)))
    return rows.order_by(_PatternOrder(F("division_path")), "pk")


def count_capped(rows: QuerySet[Any], cap: int = CAP) -> tuple[int, bool]:
    """How many, and whether there are more than `cap`, which is then the number."""
    found = rows.order_by()[: cap + 1].count()
    return min(found, cap), found > cap
