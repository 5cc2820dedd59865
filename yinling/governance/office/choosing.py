"""What the cockpit's pages read from the address: month, division, and how to say them back."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.timezone import localdate

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.core.queries.divisions import find_division
from yinling.governance.queries.cockpit import list_months
from yinling.kernel.periods import Month

_RECENT = 24  # months that the select offers


@dataclass(frozen=True)
class Choice:
    """The month and division of a page. `months` are those that can be chosen, newest first."""

    month: Month
    division: Division
    months: list[Month]

    @property
    def query(self) -> dict[str, str]:
        """For links that stay with this month and division."""
        return {"month": str(self.month), "division": self.division.code}


def read_choice(request: HttpRequest, *, at: datetime) -> Choice:
    """`?month=2026-10&division=371002`; without them the newest month with values, and the actor's own division.

    A division that is unknown or outside the actor's scope is 404; a month that is none is refused (BadPeriod).
    """
    actor = request.user
    code = request.GET.get("division", "")
    division = find_division(code) if code else actor.division
    if division is None or not division.path.startswith(actor.division_path):
        raise Http404
    known = list_months(division)
    current = Month.of(localdate(at))
    text = request.GET.get("month", "")
    month = Month.parse(text) if text else next((m for m in known if m <= current), current)
    offered = sorted({*known, *(current.plus(-n) for n in range(3)), month}, reverse=True)
    return Choice(month, division, offered[:_RECENT])


def division_options(actor: Account) -> list[tuple[str, str]]:
    """The actor's own division and those below it down to towns, indented by level."""
    below = Division.objects.visible_to(actor).exclude(level=DivisionLevel.VILLAGE)
    rows = list(below.only("pk", "name", "path", "level", "nbs_code", "gb_code"))
    by_path = {d.path: d for d in rows}
    ordered = sorted(rows, key=lambda d: [int(step) for step in d.path.strip("/").split("/")])
    own = min((d.path.count("/") for d in by_path.values()), default=0)
    return [(d.code, "　" * (d.path.count("/") - own) + d.name) for d in ordered]
