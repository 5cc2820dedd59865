"""What filters and forms of several pages read from the request."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import TextChoices
from django.http import HttpRequest

from yinling.core.models import Division
from yinling.core.queries.divisions import find_division


def chosen_division(request: HttpRequest, name: str = "division") -> Division | None:
    """The division named in the URL if the actor's scope covers it; anything else is as if not there."""
    code = request.GET.get(name, "").replace("\x00", "")[:12]
    division = find_division(code) if code else None
    if division is None or not division.path.startswith(request.user.division_path or "\x00"):
        return None
    return division


def chosen(
    request: HttpRequest, name: str, allowed: type[TextChoices] | Collection[str], default: str = ""
) -> str:
    """A value of a closed list from the URL."""
    value = request.GET.get(name, default)
    values = allowed.values if isinstance(allowed, type) else allowed
    return value if value in values else default


def key(request: HttpRequest, name: str = "after") -> int:
    """A keyset key from the URL; 0 for none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def leaf(request: HttpRequest, rows: Sequence[Any], size: int) -> dict[str, Any]:
    """A page of a list that is short enough to read whole, as `from` in the URL says: for a template `rows`, how many
    there are (`count`), and where the pages beside begin (`previous`, `next`; None where there is none)."""
    first = min(key(request, "from"), len(rows))
    return {
        "rows": rows[first : first + size],
        "count": len(rows),
        "previous": max(first - size, 0) if first else None,
        "next": first + size if first + size < len(rows) else None,
    }


def words(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip().replace("\x00", "")[:60]
