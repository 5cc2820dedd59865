"""One chronological list of a file: acts from the audit trail and dated facts, in plain Chinese."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import get_current_timezone, localtime, make_aware

from yinling.core.audit.wording import act_words
from yinling.core.choices import AuditVerb
from yinling.core.models import AuditEvent
from yinling.registry.choices import CategoryKind, ConsentGiver, PersonState, Post
from yinling.registry.models import Person
from yinling.registry.queries.readings import events_of
from yinling.rulebook.personal_data import purposes

PAGE = 20
KINDS = {"": "全部（不含查阅）", "changes": "办理和更正", "facts": "生效和终止的事项", "reads": "查阅和导出"}
RECENT = timedelta(days=366)


@dataclass(frozen=True)
class Entry:
    """`whole_day` when only the day is known; `key` orders entries and names a page's end."""

    at: datetime
    title: str
    text: str
    by: str
    whole_day: bool
    key: str

    @property
    def day(self) -> date:
        return localtime(self.at).date()


@dataclass(frozen=True)
class Page:
    """`next_before` is the key of the next page; `older` when there may be entries before the last year."""

    entries: list[Entry]
    next_before: str
    older: bool


def list_timeline(
    *, person: Person, at: datetime, kind: str = "", before: str = "", everything: bool = False
) -> Page:
    """Newest first, those older than the key `before`. Acts of the last year, unless `everything` is asked for:
    the trail is in a partition a year."""
    limit = _time_of(before)
    since = None if everything else at - RECENT
    found = list(_facts(person, at)) if kind in ("", "facts") else []
    if kind != "facts":
        found += _acts(person, kind, since, limit)
    found.sort(key=lambda e: e.key, reverse=True)
    if since is not None:
        found = [e for e in found if e.at >= since]
    rest = [e for e in found if not before or e.key < before]
    shown = rest[:PAGE]
    more = shown[-1].key if len(rest) > PAGE else ""
    return Page(shown, more, not everything and not more)


def _acts(person: Person, kind: str, since: datetime | None, limit: datetime | None) -> list[Entry]:
    events = events_of(person)
    if since is not None:
        events = events.filter(at__gte=since)
    if limit is not None:
        events = events.filter(at__lte=limit)
    reads = [AuditVerb.READ, AuditVerb.EXPORT]
    events = events.filter(verb__in=reads) if kind == "reads" else events.exclude(verb__in=reads)
    # Twice a page: some of the same moment as the key may have been shown before.
    found = events.select_related("actor").order_by("-at", "-id")[: 2 * PAGE + 1]
    hidden = person.anonymised_on is not None
    return [_act(event, hidden) for event in found]


def _act(event: AuditEvent, hidden: bool) -> Entry:
    text = "" if hidden else "；".join(t for t in (_changes(event), event.reason) if t)
    return Entry(
        event.at,
        act_words(event.act),
        text,
        str(event.actor) if event.actor else "系统",
        False,
        f"{localtime(event.at):%Y-%m-%dT%H:%M:%S.%f}|a{event.pk:012d}",
    )


def _changes(event: AuditEvent) -> str:
    """`居住状况：独居 → 与家人同住`."""
    before, after = event.before or {}, event.after or {}
    lines = []
    for name in {**before, **after}:
        old, new = _said(before.get(name)), _said(after.get(name))
        if name in before and name in after:
            lines.append(f"{name}：{old or '空'} → {new or '空'}")
        elif new or old:
            lines.append(f"{name}：{new or old}")
    return "，".join(lines)


def _said(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return "、".join(_said(v) for v in value)
    if isinstance(value, dict):
        return "、".join(f"{k} {_said(v)}" for k, v in value.items())
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _facts(person: Person, at: datetime) -> Iterable[Entry]:
    """Dated rows, each at its beginning and at its end; what lies in the future is left out."""
    today = localtime(at).date()
    found: list[tuple[date | None, str, str]] = [
        (person.registered_on, "建档", f"档案号 {person.file_number}")
    ]
    if person.left_on:
        where = f"迁往 {person.moved_to}" if person.moved_to else ""
        found.append((person.left_on, str(PersonState(person.state).label), where))
    for c in person.categories.all():
        label = str(CategoryKind(c.kind).label)
        found += [(c.valid_from, f"类别生效：{label}", c.source), (c.valid_to, f"类别终止：{label}", "")]
    for b in person.home_care_beds.select_related("place"):
        found += [
            (b.valid_from, "建立家庭养老床位", b.place.name),
            (b.valid_to, "终止家庭养老床位", b.place.name),
        ]
    for e in person.employments.select_related("place"):
        post = str(Post(e.post).label)
        found += [(e.valid_from, f"任职：{post}", e.place.name), (e.valid_to, f"离职：{post}", e.place.name)]
    for c in person.contacts.filter(is_guardian=True):
        found += [
            (c.valid_from, f"监护人：{c.name}", c.relation),
            (c.valid_to, f"不再是监护人：{c.name}", ""),
        ]
    labels = purposes(today)
    for k in person.consents.all():
        label = labels[k.purpose].label if k.purpose in labels else "其他目的"
        ended = "撤回同意" if k.withdrawn_on else "同意到期"
        found += [
            (k.valid_from, f"{ConsentGiver(k.given_by).label}同意：{label}", k.scope),
            (k.valid_to, f"{ended}：{label}", ""),
        ]
    dated = [(day, title, text) for day, title, text in found if day is not None and day <= today]
    for i, (day, title, text) in enumerate(dated):
        yield Entry(_midnight(day), title, text, "", True, f"{day}T00:00:00.000000|f{i:04d}")


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()), get_current_timezone())


def _time_of(key: str) -> datetime | None:
    try:
        return make_aware(datetime.fromisoformat(key.partition("|")[0]), get_current_timezone())
    except ValueError:
        return None
