"""The review queue of pairs, both files of a pair side by side, and where a merged file went."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from yinling.core.models import Account, Division
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import (
    CategoryKind,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PairState,
    PersonState,
    Post,
    Sex,
)
from yinling.registry.models import DuplicatePair, Merge, Person, PersonIdentifier
from yinling.registry.queries.paging import count_capped
from yinling.registry.queries.people import age_on, main_numbers
from yinling.rulebook import linkage

PAGE = 30
STRENGTHS = {"sure": "几乎可以确定", "likely": "很可能", "possible": "有可能"}
_LIKELY_BITS = 5.0  # below `sure` and above this: likely. Odds of thirty to one.


@dataclass(frozen=True)
class PairFilters:
    division: Division | None = None
    state: str = PairState.OPEN
    strength: str = ""
    source: str = ""


@dataclass(frozen=True)
class PairRow:
    """A line of the queue. Names are shown as in the list of people; numbers masked."""

    pk: int
    left: str
    right: str
    left_number: str
    right_number: str
    left_place: str
    right_place: str
    words: list[str]
    strength: str
    state: str
    weight: float


@dataclass(frozen=True)
class PairPage:
    rows: list[PairRow]
    next_after: str
    count: int
    capped: bool


def common_path(a: str, b: str) -> str:
    """The path of the nearest division over both: `1/3/` over `1/3/27/512/` and `1/3/28/530/`."""
    parts = []
    for x, y in zip(a.strip("/").split("/"), b.strip("/").split("/"), strict=False):
        if x != y:
            break
        parts.append(x)
    return "".join(f"{part}/" for part in parts)


def list_pairs(*, actor: Account, filters: PairFilters, after: str = "") -> PairPage:
    """A page of pairs that the actor decides about, the likeliest first."""
    found = _filtered(actor, filters)
    count, capped = count_capped(found)
    weight, _, pk = after.partition("|")
    try:
        key = float(weight), int(pk)
    except ValueError:
        pass
    else:
        found = found.filter(Q(weight__lt=key[0]) | Q(weight=key[0], pk__gt=key[1]))
    columns = ("pk", "weight", "state", "evidence", "left_id", "right_id", "left__name", "right__name",
               "left__division__name", "right__division__name",
               "left__division__parent__name", "right__division__parent__name")  # fmt: skip
    raw = list(found.order_by("-weight", "pk").values(*columns)[: PAGE + 1])
    shown = raw[:PAGE]
    numbers = main_numbers([r[side] for r in shown for side in ("left_id", "right_id")])
    rows = [
        PairRow(
            r["pk"],
            r["left__name"],
            r["right__name"],
            mask_id_number(numbers.get(r["left_id"], "")),
            mask_id_number(numbers.get(r["right_id"], "")),
            f"{r['left__division__parent__name'] or ''} {r['left__division__name']}",
            f"{r['right__division__parent__name'] or ''} {r['right__division__name']}",
            evidence_words(r["evidence"]),
            strength_of(r["weight"]),
            r["state"],
            r["weight"],
        )
        for r in shown
    ]
    next_after = f"{shown[-1]['weight']!r}|{shown[-1]['pk']}" if len(raw) > PAGE else ""
    return PairPage(rows, next_after, count, capped)


def count_open_pairs(*, actor: Account) -> int:
    """For the menu and the home page, up to 1,000."""
    return count_capped(_filtered(actor, PairFilters()))[0]


def next_open_pair(*, actor: Account, pair: DuplicatePair) -> int | None:
    """The next open pair after this one, to go on with."""
    waiting = _filtered(actor, PairFilters()).exclude(pk=pair.pk)
    later = waiting.filter(Q(weight__lt=pair.weight) | Q(weight=pair.weight, pk__gt=pair.pk))
    ordered = later.order_by("-weight", "pk").values_list("pk", flat=True)
    return ordered.first() or waiting.order_by("-weight", "pk").values_list("pk", flat=True).first()


def evidence_words(evidence: list[dict[str, Any]]) -> list[str]:
    """What speaks for one person; differences are left to the pair's page."""
    return [e["words"] for e in evidence if e["kind"] != "different"]


def strength_of(weight: float) -> str:
    if weight >= linkage.load().sure_weight:
        return "sure"
    return "likely" if weight >= _LIKELY_BITS else "possible"


def _filtered(actor: Account, filters: PairFilters) -> QuerySet[DuplicatePair]:
    pairs = DuplicatePair.objects.visible_to(actor)
    if filters.division is not None:
        pairs = pairs.below(filters.division.path)
    if filters.state and filters.state != "all":
        pairs = pairs.filter(state=filters.state)
    if filters.state in (PairState.OPEN, PairState.LATER):
        # One of the two may have gone into a third file meanwhile: then there is nothing to decide.
        pairs = pairs.exclude(left__state=PersonState.MERGED).exclude(right__state=PersonState.MERGED)
    if filters.source:
        pairs = pairs.filter(source=filters.source)
    sure = linkage.load().sure_weight
    if filters.strength == "sure":
        pairs = pairs.filter(weight__gte=sure)
    elif filters.strength == "likely":
        pairs = pairs.filter(weight__lt=sure, weight__gte=_LIKELY_BITS)
    elif filters.strength == "possible":
        pairs = pairs.filter(weight__lt=_LIKELY_BITS)
    return pairs


@dataclass(frozen=True)
class Line:
    """One particular of both files. `choice` names the field to choose; without it there is nothing to choose.
    `parts` mark the characters in which the two differ: (text, differs)."""

    label: str
    left: list[tuple[str, bool]]
    right: list[tuple[str, bool]]
    differs: bool
    choice: str = ""


@dataclass(frozen=True)
class Side:
    """One of the two files, beside the lines."""

    person: Person
    facts: int
    state: str


def get_side(person: Person) -> Side:
    rows = (
        person.categories,
        person.contacts,
        person.home_care_beds,
        person.employments,
        person.certificates,
    )
    return Side(person, sum(r.count() for r in rows), str(PersonState(person.state).label))


def compare_files(left: Person, right: Person, today: date) -> list[Line]:
    """Both files line by line, numbers masked as everywhere."""
    numbers = {p.pk: list(_documents(p)) for p in (left, right)}
    main = main_numbers([left.pk, right.pk])
    a, b = _particulars(left, today), _particulars(right, today)
    lines = [
        _line("主要证件", _masked_pair(main.get(left.pk, ""), main.get(right.pk, "")), "document",
              main.get(left.pk) != main.get(right.pk)),
    ]  # fmt: skip
    lines += [_text_line(label, x, y, choice) for (label, x, choice), (_, y, _) in zip(a, b, strict=True)]
    lines += [
        _phone_line(left.phone, right.phone),
        _address_line(left, right),
        _text_line("全部证件", "；".join(numbers[left.pk]), "；".join(numbers[right.pk]), mark=False),
        _text_line("类别", _categories(left), _categories(right), mark=False),
        _text_line("联系人", _contacts(left), _contacts(right), mark=False),
        _text_line("任职和床位", _duties(left), _duties(right), mark=False),
    ]
    return lines


def get_merge_of(person: Person) -> Merge | None:
    """The merge that made a stub of the file."""
    merges = Merge.objects.filter(gone=person, undone_at=None).select_related("kept", "gone", "made_by")
    return merges.first()


def kept_file(person: Person) -> Person:
    """The file that a stub leads to, over as many merges as there were; the person's own where it is none."""
    seen = {person.pk}
    while person.state == PersonState.MERGED:
        merge = get_merge_of(person)
        if merge is None or merge.kept_id in seen:
            break
        person = merge.kept
        seen.add(person.pk)
    return person


def list_merges_into(person: Person) -> list[Merge]:
    """Merges into this file, the latest first, undone ones too."""
    return list(
        Merge.objects.filter(kept=person).select_related("gone", "made_by", "undone_by").order_by("-pk")[:20]
    )


def _particulars(p: Person, today: date) -> list[tuple[str, str, str]]:
    """(label, value, name of the choice)"""
    parent = p.division.parent
    hukou = p.hukou_division.name if p.hukou_division else p.hukou_elsewhere
    known = p.insurance != InsuranceKind.UNKNOWN
    insurance = str(InsuranceKind(p.insurance).label) if known else ""
    return [
        ("姓名", p.name, "name"),
        ("性别", str(Sex(p.sex).label), ""),
        ("出生日期", f"{p.born_on:%Y-%m-%d}（{age_on(p.born_on, today)} 岁）", ""),
        ("居住地", f"{parent.name if parent else ''} {p.division.name}".strip(), "division"),
        ("户籍地", hukou, "hukou"),
        ("居住状况", str(LivingSituation(p.living).label), "living"),
        ("医疗保险", insurance, "insurance"),
    ]


def _line(label: str, pair: tuple[str, str], choice: str, differs: bool) -> Line:
    return Line(
        label, _marked(pair[0], pair[1]), _marked(pair[1], pair[0]), differs, choice if differs else ""
    )


def _text_line(label: str, a: str, b: str, choice: str = "", mark: bool = True) -> Line:
    if mark:
        return _line(label, (a, b), choice if a and b else "", a != b)
    return Line(label, _whole(a), _whole(b), a != b)


def _phone_line(a: str, b: str) -> Line:
    line = _line("联系电话", (mask_phone(a), mask_phone(b)), "phone" if a and b else "", a != b)
    same_looks = mask_phone(a) == mask_phone(b) and a != b
    return Line(line.label, _hidden(line.left), _hidden(line.right), True, "phone") if same_looks else line


def _address_line(left: Person, right: Person) -> Line:
    a, b = ("已登记" if p.address else "" for p in (left, right))
    differs = left.address != right.address
    if a and b and differs:
        a, b = "已登记（与另一份不同）", "已登记（与另一份不同）"
    return Line("居住地址", _whole(a), _whole(b), differs, "address" if differs and a and b else "")


def _whole(text: str) -> list[tuple[str, bool]]:
    return [(text, False)] if text else []


def _hidden(parts: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return [*parts, ("（隐去的数字不同）", True)]


def _masked_pair(a: str, b: str) -> tuple[str, str]:
    x, y = mask_id_number(a), mask_id_number(b)
    if x == y and a != b:
        return f"{x}（隐去的数字不同）", f"{y}（隐去的数字不同）"
    return x, y


def _marked(text: str, other: str) -> list[tuple[str, bool]]:
    """Runs of characters with whether they differ from the other's at the same place."""
    parts: list[tuple[str, bool]] = []
    for i, c in enumerate(text):
        differs = bool(other) and (i >= len(other) or other[i] != c)
        if parts and parts[-1][1] == differs:
            parts[-1] = (parts[-1][0] + c, differs)
        else:
            parts.append((c, differs))
    return parts


def _documents(person: Person) -> list[str]:
    found = PersonIdentifier.objects.filter(person=person).order_by("-is_main", "pk")
    return [f"{IdentifierKind(i.kind).label} {mask_id_number(i.number)}" for i in found]


def _categories(person: Person) -> str:
    rows = person.categories.order_by("kind", "valid_from")
    return "；".join(f"{CategoryKind(c.kind).label}（{c.valid_from}—{c.valid_to or '今'}）" for c in rows)


def _contacts(person: Person) -> str:
    rows = person.contacts.order_by("-is_guardian", "pk")
    return "；".join(f"{c.relation} {c.name}{'（监护人）' if c.is_guardian else ''}" for c in rows)


def _duties(person: Person) -> str:
    posts = [f"{Post(e.post).label}（{e.valid_from} 起）" for e in person.employments.order_by("valid_from")]
    beds = [f"家庭养老床位（{b.valid_from} 起）" for b in person.home_care_beds.order_by("valid_from")]
    return "；".join([*posts, *beds])
