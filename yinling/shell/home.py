"""Sections of the role home, in order. A section is left out when it has nothing for this role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Reach
from yinling.core.models import Account
from yinling.engines.indicators.status import Status
from yinling.governance.models import IndicatorValue, Round
from yinling.governance.queries.cockpit import count_statuses
from yinling.governance.queries.indicators import board
from yinling.governance.queries.work import LABELS, Pile, count_work
from yinling.kernel.periods import Month
from yinling.residence.queries.residents import list_due
from yinling.residence.queries.vacancy import HomeFilters, list_homes
from yinling.shell.navigation import open_links
from yinling.shell.statuses import status_of


@dataclass(frozen=True)
class Count:
    """A number that opens into its rows. `tone` as in components.html."""

    label: str
    value: int | str
    href: str = ""
    unit: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """A titled part of the home page: counts, links (text, href, note), large links (the same and an icon)."""

    title: str
    counts: list[Count] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    doors: list[tuple[str, str, str, str]] = field(default_factory=list)
    note: str = ""


_TONES = {Pile.LATE: "bad", Pile.RETURNED: "warn", Pile.TO_FILL: "warn", Pile.REVIEW: "warn"}


def work(*, actor: Account, at: datetime) -> Section | None:
    """What waits for me, each count opening its pile."""
    if not actor.may(Permission.FILL_REPORT):
        return None
    href = reverse("governance:my_work")
    counts = [
        Count(LABELS[pile], n, f"{href}?pile={pile}", "项", tone=_TONES.get(pile, "") if n else "calm")
        for pile, n in count_work(actor=actor, at=at).items()
    ]
    return Section("我的工作", counts)


def indicators(*, actor: Account, at: datetime) -> Section | None:
    """How the indicators of my division stand in the last month that has values."""
    if not actor.may(Permission.VIEW_COCKPIT):
        return None
    latest = (
        IndicatorValue.objects.filter(division=actor.division_id)
        .order_by("-month")
        .values_list("month", flat=True)
        .first()
    )
    if latest is None:
        return None
    month = Month.of(latest)
    found = count_statuses(board(actor=actor, month=month, division=actor.division, at=at))
    href = _address("governance:cockpit")
    tones = {Status.BEHIND: "warn", Status.OVERDUE: "bad", Status.NO_DATA: "calm"}
    counts = [
        Count(
            status_of(status, "indicator").text,
            n,
            f"{href}?{urlencode({'month': month, 'status': status})}" if href else "",
            "项",
            tone=tones.get(status, "good") if n else "calm",
        )
        for status, n in found.items()
    ]
    return Section(f"{actor.division.name}指标", counts, note=f"{month.label}")


def dispatch(*, actor: Account, at: datetime) -> Section | None:
    """The round that is open, and how long it stays so."""
    if not actor.may(Permission.VIEW_LEDGER):
        return None
    current = Round.objects.filter(state="open").order_by("-month").first()
    if current is None:
        return None
    month = Month.of(current.month)
    left = (current.due_on - localdate(at)).days
    note = f"还有 {left} 天截止" if left > 0 else "今天截止" if left == 0 else f"已截止 {-left} 天"
    href = _address("governance:round", month=str(month))
    return Section("月度调度", links=[(f"{month.label}调度正在填报", href or "", note)] if href else [])


def homes(*, actor: Account, at: datetime) -> Section | None:
    """The beds of the own homes, and what is due about their residents."""
    if actor.reach is not Reach.ORGANISATION or not actor.may(Permission.VIEW_RESIDENTS):
        return None
    rows = list_homes(actor=actor, filters=HomeFilters(), at=at)
    if not rows:
        return None
    due = list_due(actor=actor, at=at)
    late = sum(1 for row in due if row.late > 0)
    beds, residents = reverse("residence:homes"), reverse("residence:residents")
    counts = [
        Count("在住", sum(r.all_beds.lived_in for r in rows), residents, "人", "含请假、住院"),
        Count("空床", sum(r.all_beds.free for r in rows), beds, "张", tone="good"),
        Count(
            "到期和未返回",
            len(due),
            reverse("residence:stays_due"),
            "项",
            f"{late} 项已过期" if late else "",
            "bad" if late else "warn",
        ),
    ]
    return Section("住养", counts)


def doors(*, actor: Account, at: datetime) -> Section | None:
    """Everything else that this role may open."""
    found = [(item.label, href, item.note, item.icon) for item, href in open_links(actor) if item.note]
    return Section("我能做的事", doors=found)


def _address(name: str, **kwargs: str) -> str | None:
    try:
        return reverse(name, kwargs=kwargs or None)
    except NoReverseMatch:
        return None


_MAKERS: tuple[Callable[..., Section | None], ...] = (work, homes, indicators, dispatch, doors)


def sections(*, actor: Account, at: datetime) -> list[Section]:
    """The sections that this account sees."""
    made = [maker(actor=actor, at=at) for maker in _MAKERS]
    return [one for one in made if one is not None and (one.counts or one.links or one.doors)]
