"""Read frozen months: every figure recomputed from the Parquet files by the definitions frozen beside them.

Nothing here looks at the live registry, ledger or rulebook; only the `Snapshot` row is read, for its seal.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from yinling.engines.indicators import duck
from yinling.engines.indicators.assessing import (
    Area,
    Basis,
    BoardRow,
    LocalTarget,
    Reading,
    State,
    assess,
)
from yinling.engines.indicators.freezing import MANIFEST, Fault, faults, read_manifest, sha256
from yinling.engines.indicators.totals import CITY, Amount, Totals, digest_of
from yinling.governance.models import Snapshot
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import Indicator
from yinling.kernel.periods import Month
from yinling.rulebook import indicators as rulebook
from yinling.rulebook import policy_documents


class NoSnapshot(DomainError):
    """The month is not frozen."""


class SnapshotTouched(DomainError):
    """Files of the snapshot are not what was sealed; the message names them."""


@dataclass(frozen=True)
class Verification:
    """What verifying found: files touched, missing or added, and whether the values come out the same."""

    month: Month
    faults: tuple[Fault, ...]
    values_agree: bool | None  # None when the files could not be read

    @property
    def is_intact(self) -> bool:
        return not self.faults and self.values_agree is True

    @property
    def messages(self) -> list[str]:
        found = [fault.message for fault in self.faults]
        return found + (["数值与固化时不一致"] if self.values_agree is False else [])


@dataclass(frozen=True)
class FrozenMonth:
    """A frozen month's figures. `tasks`, `task_units` and `reports` are rows of `freezing.LEDGER`."""

    month: Month
    as_of: date
    manifest_sha256: str
    indicators: Mapping[str, Indicator]
    areas: Mapping[str, Area]  # by code: the city, its districts and towns
    parents: Mapping[str, str]
    basis: Basis
    tasks: Sequence[Mapping[str, Any]]
    task_units: Sequence[Mapping[str, Any]]
    reports: Sequence[Mapping[str, Any]]

    @property
    def city(self) -> Area:
        return next(a for a in self.areas.values() if a.level == "city")

    def board(self, code: str | None = None, *, with_context: bool = False) -> list[BoardRow]:
        """Every indicator of a division, by default the city; in the order of the documents."""
        area = self.areas[code] if code else self.city
        chosen = [i for i in self.indicators.values() if with_context or not i.is_context]
        return [assess(i, area, self.month, self.basis, as_of=self.as_of) for i in chosen]

    def by_division(self, indicator_id: str, code: str | None = None) -> list[BoardRow]:
        """One indicator for the parts of a division, by default the districts of the city."""
        parent = code or self.city.code
        parts = [a for a in self.areas.values() if self.parents.get(a.code) == parent]
        return [self.row(indicator_id, part.code) for part in parts]

    def row(self, indicator_id: str, code: str | None = None) -> BoardRow:
        area = self.areas[code] if code else self.city
        return assess(self.indicators[indicator_id], area, self.month, self.basis, as_of=self.as_of)


def folder_of(month: Month) -> Path:
    return Path(settings.SNAPSHOTS_DIR) / str(month)


def list_snapshots() -> list[Snapshot]:
    """Frozen months, the newest first."""
    return list(Snapshot.objects.select_related("taken_by"))


def get_snapshot(month: Month) -> Snapshot:
    """Raises NoSnapshot."""
    found = Snapshot.objects.filter(month=month.first_on).first()
    if found is None:
        raise NoSnapshot(f"{month.label}还没有固化。请先运行 yinling snapshot take --month {month}。")
    return found


def verify_snapshot(month: Month) -> Verification:
    """Compare every file with the seal and recompute all values. Raises NoSnapshot."""
    folder = folder_of(month)
    found = faults(folder, get_snapshot(month).manifest_sha256)
    if found:
        return Verification(month, tuple(found), None)
    agree = digest_of(_totals(folder)) == read_manifest(folder).values
    return Verification(month, (), agree)


def snapshot_values(month: Month) -> FrozenMonth:
    """All of a frozen month, recomputed from its files. Raises NoSnapshot, SnapshotTouched."""
    snapshot = get_snapshot(month)
    folder = folder_of(month)
    seal = folder / MANIFEST
    if not seal.is_file() or sha256(seal.read_bytes()) != snapshot.manifest_sha256:
        raise SnapshotTouched(
            f"{month.label}的快照清单不见了或被改动过，不能使用。请运行 yinling snapshot verify --month {month}。"
        )
    return _frozen(folder, snapshot.manifest_sha256)


@lru_cache(maxsize=8)
def _frozen(folder: Path, seal: str) -> FrozenMonth:
    """Kept by seal: a frozen month does not change, and files touched meanwhile are refused at first reading."""
    found = faults(folder, seal)
    if found:
        raise SnapshotTouched("快照不能使用：" + "；".join(fault.message for fault in found) + "。")
    manifest = read_manifest(folder)
    month = Month.parse(manifest.month)
    known = rulebook.load_frozen(folder / "rulebook")
    divisions = duck.read_rows(folder / "facts/division.parquet", "level <> 'village'")
    areas = {d["code"]: Area(d["code"], d["name"], d["level"]) for d in divisions}
    documents = policy_documents.load_from(folder / "rulebook/policy_documents.yaml")
    basis = Basis(
        readings=_readings(folder, known, areas, month),
        local_targets=_local_targets(folder),
        districts=[a.code for a in areas.values() if a.level == "district"],
        starts={d.key: d.starts_on for d in documents.values()},
    )
    return FrozenMonth(
        month=month,
        as_of=date.fromisoformat(manifest.as_of),
        manifest_sha256=seal,
        indicators=known,
        areas=areas,
        parents={d["code"]: d["parent_code"] for d in divisions if d["parent_code"]},
        basis=basis,
        tasks=duck.read_rows(folder / "ledger/task.parquet"),
        task_units=duck.read_rows(folder / "ledger/task_unit.parquet"),
        reports=duck.read_rows(folder / "ledger/report.parquet"),
    )


def _totals(folder: Path) -> Totals:
    known = rulebook.load_frozen(folder / "rulebook")
    definitions = {i.id: i.definition for i in known.values() if i.definition is not None}
    return duck.compute(folder / "facts", definitions)


def _readings(
    folder: Path, known: Mapping[str, Indicator], areas: Mapping[str, Area], month: Month
) -> dict[tuple[str, str], list[Reading]]:
    """This month's values from the facts, earlier ones and units' figures as they were kept."""
    found: dict[tuple[str, str], dict[Month, Reading]] = defaultdict(dict)
    for row in duck.read_rows(folder / "ledger/value.parquet"):
        at = Month.of(row["month"])
        reading = Reading(at, Amount(row["numerator"], row["denominator"]), State.COMPUTED)
        found[row["indicator_id"], row["code"]][at] = reading
    for row in duck.read_rows(folder / "ledger/figure.parquet"):
        at, state = Month.of(row["month"]), State(row["state"])
        key = (row["indicator_id"], row["code"])
        if at not in found[key] or state is State.PUBLISHED:
            found[key][at] = Reading(at, Amount(row["numerator"], row["denominator"]), state)
    for key, by_code in _totals(folder).items():
        nothing = Amount(0, None if by_code[CITY].denominator is None else 0)
        for area in areas.values():
            amount = by_code.get(CITY if area.level == "city" else area.code, nothing)
            found[key, area.code][month] = Reading(month, amount, State.COMPUTED)
    return {key: [months[m] for m in sorted(months)] for key, months in found.items()}


def _local_targets(folder: Path) -> dict[tuple[str, str], list[LocalTarget]]:
    found: dict[tuple[str, str], list[LocalTarget]] = defaultdict(list)
    for row in duck.read_rows(folder / "ledger/local_target.parquet"):
        target = LocalTarget(row["deadline"], Decimal(row["value"]))
        found[row["indicator_id"], row["code"]].append(target)
    return dict(found)
