"""Villages and communities by code, or by the names that people write: 东北村, 东北村居委会, 环翠楼/东北村居."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from yinling.core.choices import DivisionLevel
from yinling.core.models import Division
from yinling.registry.uploads.columns import Field
from yinling.registry.uploads.values import BadCell, cleaned, half_width
from yinling.rulebook import divisions as rulebook

_VILLAGE_TAIL = re.compile(
    r"(社区居民委员会|社区村民委员会|社区居委会|社区居委|居民委员会|村民委员会|村委会|居委会|居委|社区|村|居)$"
)
_TOWN_TAIL = re.compile(r"(街道办事处|办事处|街道|镇|乡)$")
_DISTRICT_TAIL = re.compile(r"(区|市|县)$")
_ABOVE = re.compile(r"^(中国)?(山东省|山东)?")


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A village or community. `names` are those of itself and of its town."""

    pk: int
    path: str
    names: tuple[str, str]
    district: str


@dataclass(slots=True)
class _Named:
    """A district or town with all the ways to write its name."""

    pk: int
    path: str
    name: str
    spellings: set[str] = field(default_factory=set)


class PlaceFinder:
    """Finds villages; made once for an upload, then only reads its own memory."""

    def __init__(self, divisions: Iterable[Division], scope_path: str) -> None:
        self._scope = scope_path
        self._districts: list[_Named] = []
        self._towns: list[_Named] = []
        self._by_code: dict[str, PlaceFound] = {}
        self._upper_codes: dict[str, str] = {}
        self._by_stem: dict[str, list[PlaceFound]] = defaultdict(list)
        self._cities: list[str] = []
        self._known: dict[tuple[str, ...], PlaceFound | tuple[Field, str]] = {}
        self._load(list(divisions))

    @classmethod
    def of_city(cls, scope_path: str) -> "PlaceFinder":
        return cls(Division.objects.order_by("path"), scope_path)

    def find(
        self, *, code: str = "", district: str = "", town: str = "", village: str = "", whole: str = ""
    ) -> PlaceFound:
        """By code if there is one, else by names. Raises BadCell with the nearest names."""
        key = (code, district, town, village, whole)
        known = self._known.get(key)
        if known is None:
            try:
                known = self._find(*(squeezed(text) for text in key))
            except BadCell as error:  # the words of it only: the error itself would hold on to a whole chunk
                known = (error.field, error.message)
            if len(self._known) < 100_000:
                self._known[key] = known
        if isinstance(known, tuple):
            raise BadCell(*known)
        return known

    def find_anywhere(self, text: str) -> int:
        """Any division inside the city, for where somebody is registered: its id. Raises BadCell."""
        wanted = squeezed(text)
        found = self._by_code.get(wanted)
        if found:
            return found.pk
        district, town, village = self._divided(wanted)
        try:
            if village:
                return self._by_names(district, town, village, anywhere=True).pk
            named = self._one_of(self._towns, town) if town else self._one_of(self._districts, district)
        except BadCell as error:
            raise BadCell(Field.HUKOU, f"{error.message.rstrip('。')}。市外户籍请留空。") from None
        if not named:
            raise BadCell(
                Field.HUKOU, f"没有找到户籍地“{wanted[:30]}”。请写明区市、镇街、村居；市外户籍请留空。"
            )
        return named[0].pk

    def _load(self, rows: list[Division]) -> None:
        full = {row.nbs_code: row.full_name for row in rulebook.load() if row.full_name != row.name}
        by_pk = {row.pk: row for row in rows}
        for row in rows:
            if row.level == DivisionLevel.CITY:
                self._cities += [row.name, row.name.removesuffix("市")]
            elif row.level in (DivisionLevel.DISTRICT, DivisionLevel.TOWN):
                self._add_upper(row, full.get(row.nbs_code or "", ""))
            else:
                self._add_village(row, by_pk)

    def _add_upper(self, row: Division, full_name: str) -> None:
        is_town = row.level == DivisionLevel.TOWN
        tail = _TOWN_TAIL if is_town else _DISTRICT_TAIL
        named = _Named(row.pk, row.path, row.name, {row.name, tail.sub("", row.name) or row.name})
        if full_name:
            named.spellings.add(full_name)
            for city in self._cities:
                named.spellings.add(full_name.removeprefix(city))
        (self._towns if is_town else self._districts).append(named)
        for code in (row.nbs_code, row.gb_code):
            if code:
                self._upper_codes.setdefault(code, row.name)

    def _add_village(self, row: Division, by_pk: dict[int, Division]) -> None:
        town = by_pk.get(row.parent_id or 0)
        district = by_pk.get(town.parent_id or 0) if town else None
        found = PlaceFound(
            row.pk, row.path, (row.name, town.name if town else ""), district.name if district else ""
        )
        for code in (row.nbs_code, row.gb_code):
            if code:
                self._by_code[code] = found
        for stem in stems(row.name):
            self._by_stem[stem].append(found)

    def _find(self, code: str, district: str, town: str, village: str, whole: str) -> PlaceFound:
        if code:
            return self._in_scope(self._of_code(code), Field.DIVISION_CODE)
        if whole and not village:
            parts = self._divided(whole)
            district, town, village = parts[0] or district, parts[1] or town, parts[2]
        elif village and not self._named(village, ("",)):
            parts = self._divided(village)
            if parts[2]:  # 环翠楼街道东北村 in the column of villages
                district, town, village = district or parts[0], town or parts[1], parts[2]
        if not village:
            raise BadCell(Field.VILLAGE, "没有填写村居。请填写村居名称或 12 位村居代码。")
        return self._in_scope(self._by_names(district, town, village), Field.VILLAGE)

    def _of_code(self, code: str) -> PlaceFound:
        found = self._by_code.get(code) or self._by_code.get(code.removesuffix(".0"))
        if found:
            return found
        upper = self._upper_codes.get(code.rstrip("0")) or self._upper_codes.get(code)
        if upper:
            raise BadCell(Field.DIVISION_CODE, f"代码 {code[:12]} 是“{upper}”的，请填到村居（12 位）。")
        near = get_close_matches(code, self._by_code, n=2, cutoff=0.8)
        hint = "、".join(f"{c}（{self._by_code[c].names[0]}）" for c in near)
        raise BadCell(
            Field.DIVISION_CODE,
            f"没有区划代码 {code[:20]}。" + (f"相近的有：{hint}。" if hint else "请核对。"),
        )

    def _by_names(self, district: str, town: str, village: str, *, anywhere: bool = False) -> PlaceFound:
        inside = [""]
        if district:
            inside = [d.path for d in self._one_of(self._districts, district)]
            if not inside:
                raise BadCell(
                    Field.DISTRICT, f"没有区市“{district[:20]}”。{self._near(district, self._districts)}"
                )
        if town:
            towns = [t for t in self._one_of(self._towns, town) if t.path.startswith(tuple(inside))]
            if not towns:
                near = [t for t in self._towns if t.path.startswith(tuple(inside))]
                raise BadCell(Field.TOWN, f"没有镇街“{town[:20]}”。{self._near(town, near)}")
            inside = [t.path for t in towns]
        found = self._named(village, tuple(inside))
        own = [f for f in found if f.path.startswith(self._scope)]
        if own and not anywhere:
            found = own
        found = _of_kind(village, found)
        if len(found) == 1:
            return found[0]
        if found:
            where = "、".join(f"{f.district}{f.names[1]}{f.names[0]}" for f in found[:3])
            raise BadCell(
                Field.VILLAGE,
                f"叫“{village[:20]}”的村居有 {len(found)} 个：{where}。请填写镇街或 12 位村居代码。",
            )
        raise BadCell(
            Field.VILLAGE, f"没有村居“{village[:20]}”。{self._near_village(village, tuple(inside))}"
        )

    def _named(self, village: str, inside: tuple[str, ...]) -> list[PlaceFound]:
        """By whole name first, then by stems, the longest first."""
        for stem in stems(village):
            found = [f for f in self._by_stem.get(stem, ()) if f.path.startswith(inside)]
            exact = [f for f in found if f.names[0] == village]
            if exact or found:
                return exact or found
        return []

    def _one_of(self, named: list[_Named], text: str) -> list[_Named]:
        return [n for n in named if text in n.spellings] or [
            n for n in named if _TOWN_TAIL.sub("", _DISTRICT_TAIL.sub("", text)) in n.spellings
        ]

    def _divided(self, text: str) -> tuple[str, str, str]:
        """District, town and village of a name path; what does not stand there is empty."""
        left = _ABOVE.sub("", text)
        for city in sorted(self._cities, key=len, reverse=True):
            if left.startswith(city) and not any(
                left.startswith(s) for d in self._districts for s in d.spellings if len(s) > len(city)
            ):
                left = left.removeprefix(city)
                break
        district, after = _cut(left, self._districts, 2)
        town, rest = _cut(left, self._towns, 3)
        if len(town) > len(district):  # 环翠楼街道, which begins as 环翠区 does
            return "", town, rest
        town, rest = _cut(after, self._towns, 3)
        return district, town, rest

    def _in_scope(self, found: PlaceFound, field_: Field) -> PlaceFound:
        if not found.path.startswith(self._scope):
            raise BadCell(
                field_, f"“{found.names[1]}{found.names[0]}”不在您的辖区内，不能导入。请报上级或所在地办理。"
            )
        return found

    def _near(self, text: str, among: list[_Named]) -> str:
        names = {s: n.name for n in among for s in n.spellings}
        near = list(dict.fromkeys(names[s] for s in get_close_matches(text, names, n=5, cutoff=0.4)))[:3]
        return f"相近的有：{'、'.join(near)}。" if near else "请核对名称，或填写 12 位村居代码。"

    def _near_village(self, village: str, inside: tuple[str, ...]) -> str:
        scope = [
            stem for stem, found in self._by_stem.items() if any(self._reachable(f, inside) for f in found)
        ]
        near = get_close_matches(stems(village)[-1], scope, n=4, cutoff=0.45)
        names = [f.names[0] for stem in near for f in self._by_stem[stem] if self._reachable(f, inside)]
        names = list(dict.fromkeys(names))[:3]
        return f"相近的有：{'、'.join(names)}。" if names else "请核对名称，或填写 12 位村居代码。"

    def _reachable(self, found: PlaceFound, inside: tuple[str, ...]) -> bool:
        return found.path.startswith(inside) and found.path.startswith(self._scope)


def _of_kind(village: str, found: list[PlaceFound]) -> list[PlaceFound]:
    """Of a village and a community of one name the one that was meant: 逍遥村 is no 逍遥社区."""
    if len(found) < 2 or not village.endswith(("村", "社区")):
        return found
    is_village = village.endswith("村")
    same = [f for f in found if f.names[0].endswith(("村委会", "村民委员会")) == is_village]
    return same or found


def _cut(text: str, named: list[_Named], least: int) -> tuple[str, str]:
    """The longest name that `text` begins with, and what follows it."""
    best = max(
        (s for n in named for s in n.spellings if len(s) >= least and text.startswith(s)), key=len, default=""
    )
    left = text[len(best) :]
    for tail in ("街道办事处", "办事处") if best else ():
        left = left.removeprefix(tail)
    return best, left


@lru_cache(maxsize=20_000)
def squeezed(text: str) -> str:
    """Half-width and without spaces and divisors."""
    return re.sub(r"[\s/\\>、,，\-—()（）]+", "", half_width(cleaned(text)))


def stems(name: str) -> list[str]:
    """`东北村居委会` → itself, `东北村`, `东北`: from the whole to the shortest."""
    found = [name]
    while len(found) < 4:
        shorter = _VILLAGE_TAIL.sub("", found[-1])
        if len(shorter) < 1 or shorter == found[-1]:
            break
        found.append(shorter)
    return found
