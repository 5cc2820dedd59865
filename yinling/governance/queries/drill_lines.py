"""Rows of the facts views, as a person reads them: names for ids, words for codes, people masked.

The views carry ids and codes only, since they are frozen too. Here the names of today are put beside them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from sqlglot import exp

from yinling.core.models import Division
from yinling.kernel.identity import mask_name
from yinling.kernel.indicators import Indicator
from yinling.registry.choices import BedKind, LivingSituation, Ownership, PlaceKind, Post, Sex
from yinling.registry.models import Bed, CareWorker, HomeCareBed, Person, Place
from yinling.residence.choices import StayKind
from yinling.residence.models import Application, HomeVisit, Stay
from yinling.residence.models.home_visits import HomeServiceKind

Row = Mapping[str, Any]

# How the codes of a view's columns are called. Divisions are named from the table instead.
CODES: dict[str, dict[str, dict[str, str]]] = {
    "place": {"kind": dict(PlaceKind.choices), "ownership": dict(Ownership.choices)},
    "bed": {"kind": dict(BedKind.choices), "place_kind": dict(PlaceKind.choices)},
    "worker": {"post": dict(Post.choices), "place_kind": dict(PlaceKind.choices)},
    "person": {"sex": dict(Sex.choices), "living": dict(LivingSituation.choices)},
    "stay": {"kind": dict(StayKind.choices), "place_ownership": dict(Ownership.choices)},
    "home_visit": {"kind": dict(HomeServiceKind.choices), "place_kind": dict(PlaceKind.choices)},
}
_SHOWN_ANYWAY = {
    "id",
    "district_code",
    "town_code",
    "village_code",
    "kind",
    "place_id",
    "person_id",
    "post",
    "place_kind",
}


@dataclass(frozen=True)
class Line:
    """`cells` in the order of the table's columns; `link` names the registry page of the row, as
    (`place` or `person`, key), for the first cell."""

    id: int
    cells: tuple[str, ...]
    link: tuple[str, int] | None = None


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def describe_rows(indicator: Indicator, rows: Sequence[Row], *, columns: Mapping[str, str]) -> Table:
    """`rows` of the indicator's view as a table to read; `columns` are the Chinese names of the view's columns.

    Takes a fixed number of queries, whatever the number of rows.
    """
    assert indicator.definition is not None
    view = indicator.definition.view
    heads, describe = _VIEWS[view]
    facts = [name for name in columns if name in _used(indicator) and name not in _SHOWN_ANYWAY]
    where = _division_names(rows)
    extra = ("有关事项",) if facts else ()
    lines = []
    for row, (cells, link) in zip(rows, describe(rows, where), strict=True):
        if facts:
            cells = (*cells, _facts(row, facts, columns, CODES.get(view, {})))
        lines.append(Line(row["id"], cells, link))
    return Table((*heads, *extra), tuple(lines))


def _used(indicator: Indicator) -> set[str]:
    """Columns that the definition looks at: they decide whether a row counts, so the reader sees them."""
    definition = indicator.definition
    assert definition is not None
    parts = [definition.filter, definition.numerator, definition.denominator]
    return {c.name for part in parts if part is not None for c in part.tree.find_all(exp.Column)}


def _facts(
    row: Row, names: Iterable[str], columns: Mapping[str, str], codes: Mapping[str, Mapping[str, str]]
) -> str:
    said = []
    for name in names:
        value = row[name]
        if isinstance(value, bool):
            said.append(f"{columns[name]}：{'是' if value else '否'}")
        elif value is None:
            said.append(f"{columns[name]}：无")
        else:
            said.append(f"{columns[name]}：{codes.get(name, {}).get(str(value), value)}")
    return "；".join(said)


def _division_names(rows: Sequence[Row]) -> dict[str, str]:
    """Names by code of every division that the rows mention."""
    keys = ("district_code", "town_code", "village_code")
    codes = {row[key] for row in rows for key in keys if row[key]}
    coded = Division.objects.filter(Q(nbs_code__in=codes) | Q(nbs_code=None, gb_code__in=codes))
    return {nbs or gb or "": name for nbs, gb, name in coded.values_list("nbs_code", "gb_code", "name")}


def _town(row: Row, where: Mapping[str, str]) -> str:
    names = [where.get(row[key], "") for key in ("district_code", "town_code") if row[key]]
    return " ".join(n for n in names if n) or "—"


def _by_id(rows: Sequence[Row], queryset: QuerySet[Any], *fields: str) -> dict[int, tuple[Any, ...]]:
    ids = [row["id"] for row in rows]
    return {row[0]: row[1:] for row in queryset.filter(pk__in=ids).values_list("pk", *fields)}


Described = Iterable[tuple[tuple[str, ...], tuple[str, int] | None]]
_GONE = "（已删除）"


def _places(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    kinds, ownerships = dict(PlaceKind.choices), dict(Ownership.choices)
    found = _by_id(rows, Place.objects, "name", "operator__name")
    for row in rows:
        name, operator = found.get(row["id"], (_GONE, "—"))
        run = f"{operator}（{ownerships.get(row['ownership'], '—')}）"
        cells = (name, kinds.get(row["kind"], row["kind"]), _town(row, where), run)
        yield cells, ("place", row["id"])


def _beds(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    kinds = dict(BedKind.choices)
    found = _by_id(rows, Bed.objects, "place__name", "code", "certified_on")
    for row in rows:
        home, code, certified_on = found.get(row["id"], (_GONE, "—", None))
        day = certified_on.isoformat() if certified_on and row["kind"] != "ordinary" else "—"
        yield (
            (home, code, kinds.get(row["kind"], row["kind"]), day, _town(row, where)),
            ("place", row["place_id"]),
        )


def _home_care_beds(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    found = _by_id(rows, HomeCareBed.objects, "person__name", "place__name", "valid_from")
    for row in rows:
        name, place, since = found.get(row["id"], (_GONE, "—", None))
        cells = (mask_name(name), place, since.isoformat() if since else "—", _town(row, where))
        yield cells, ("person", row["person_id"])


def _workers(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    posts = dict(Post.choices)
    found = _by_id(rows, CareWorker.objects, "person__name", "place__name", "valid_from")
    for row in rows:
        name, place, since = found.get(row["id"], (_GONE, "—", None))
        cells = (
            f"{mask_name(name)}（{place}）",
            posts.get(row["post"], row["post"]),
            since.isoformat() if since else "—",
            _town(row, where),
        )
        yield cells, ("place", row["place_id"])


def _people(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    sexes = dict(Sex.choices)
    found = _by_id(rows, Person.objects, "name", "file_number")
    for row in rows:
        name, file_number = found.get(row["id"], (_GONE, "—"))
        village = where.get(row["village_code"] or "", "")
        cells = (
            mask_name(name),
            file_number,
            sexes.get(row["sex"], "—"),
            f"{row['age']} 岁",
            f"{_town(row, where)} {village}".strip(),
        )
        yield cells, ("person", row["id"])


def _stays(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    kinds = dict(StayKind.choices)
    found = _by_id(rows, Stay.objects, "person__name", "place__name")
    for row in rows:
        name, place = found.get(row["id"], (_GONE, "—"))
        since = row["moved_in_on"]
        cells = (mask_name(name), place, kinds.get(row["kind"], row["kind"]), str(since), _town(row, where))
        yield cells, ("person", row["person_id"])


def _home_visits(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    kinds = dict(HomeServiceKind.choices)
    found = _by_id(rows, HomeVisit.objects, "place__name")
    for row in rows:
        (place,) = found.get(row["id"], (_GONE,))
        kind = kinds.get(row["kind"], row["kind"])
        cells = (place, kind, str(row["given_on"]), f"{row['people']} 人次", _town(row, where))
        yield cells, ("place", row["place_id"])


def _applications(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    found = _by_id(rows, Application.objects, "person__name", "number")
    for row in rows:
        name, number = found.get(row["id"], (_GONE, "—"))
        cells = (mask_name(name), number, str(row["applied_on"]), _town(row, where))
        yield cells, ("person", row["person_id"])


def _divisions(rows: Sequence[Row], where: Mapping[str, str]) -> Described:
    for row in rows:
        own = row["village_code"] or row["town_code"] or row["district_code"]
        above = " ".join(
            where.get(row[key], "") for key in ("district_code", "town_code") if row[key] and row[key] != own
        )
        yield (where.get(own or "", _GONE), row["kind"] or "—", above or "—"), None


_VIEWS: dict[str, tuple[tuple[str, ...], Callable[[Sequence[Row], Mapping[str, str]], Described]]] = {
    "place": (("名称", "类别", "所在地", "运营单位"), _places),
    "bed": (("机构", "床号", "类型", "认定日期", "所在地"), _beds),
    "home_care_bed": (("老年人", "服务机构", "开床日期", "居住地"), _home_care_beds),
    "worker": (("人员", "岗位", "到岗日期", "机构所在地"), _workers),
    "person": (("姓名", "档案号", "性别", "年龄", "居住地"), _people),
    "stay": (("老年人", "机构", "入住类型", "入住日期", "机构所在地"), _stays),
    "home_visit": (("机构", "服务类别", "日期", "数量", "机构所在地"), _home_visits),
    "application": (("老年人", "申请编号", "申请日期", "居住地"), _applications),
    "town": (("镇街", "类别", "所属区市"), _divisions),
    "village": (("村居", "类别", "所属镇街"), _divisions),
    "district": (("区市、开发区", "类别", "所属"), _divisions),
}
