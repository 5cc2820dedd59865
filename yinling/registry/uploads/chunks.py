"""Some thousand rows at a time, in a worker process: checked, compared with the files there are, sealed.

The outcome is all that the writer needs; it holds personal data only sealed or masked, but for `changes`, which never leave
the two processes.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from yinling.core.sealing.keyring import keyring
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name
from yinling.registry.bulk import BulkPerson, Lines, encode, reserve_ids
from yinling.registry.choices import LivingSituation, RowFate
from yinling.registry.uploads import hints
from yinling.registry.uploads.checking import EXAMPLE_MARK, Checker, Given
from yinling.registry.uploads.columns import LABELS, Field
from yinling.registry.uploads.comparing import Change, Comparer, on_file
from yinling.registry.uploads.csv_rows import Row
from yinling.registry.uploads.places import PlaceFinder


@dataclass(frozen=True)
class Plan:
    """What workers must know of the upload. `writes` is false in the dry run."""

    upload_id: int
    receipt: str
    mapping: list[str]
    scope_path: str
    by_id: int | None
    today: date
    epoch_1904: bool
    writes: bool


@dataclass(frozen=True)
class RawChunk:
    """`start` data rows stand before it. `repeats` tells of rows whose document stood in an earlier row."""

    start: int
    rows: list[Row]
    repeats: dict[int, int]


@dataclass
class Outcome:
    """`fates` has one letter a row. `details`: (row, fate, field, message, masked name, person)."""

    start: int
    first_row: int
    last_row: int
    fates: str
    details: list[tuple[int, str, str, str, str, int | None]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    lines: Lines | None = None
    key_version: int = field(default_factory=lambda: keyring().current.version)  # of the digests in `lines`

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.fates)


class Worker:
    """Reads chunks by one plan."""

    def __init__(self, plan: Plan, finder: PlaceFinder) -> None:
        self._plan = plan
        self._checker = Checker(
            plan.mapping, finder, today=plan.today, source=f"导入 {plan.receipt}", epoch_1904=plan.epoch_1904
        )

    def process(self, chunk: RawChunk) -> Outcome:
        fates = dict.fromkeys((number for number, _ in chunk.rows), RowFate.REFUSED.value)
        outcome = Outcome(chunk.start, chunk.rows[0][0], chunk.rows[-1][0], "")
        given = self._read(chunk, outcome)
        files = on_file(given.values())
        comparer = Comparer(self._plan.scope_path, self._plan.today)
        new: list[tuple[int, Given]] = []
        for number, row in given.items():
            file = files.get((str(row.identifier.kind), row.identifier.number))
            if file is None:
                fates[number] = RowFate.CREATED.value
                new.append((number, row))
                continue
            try:
                change = comparer.compare(row, file)
            except DomainError as error:
                self._refused(outcome, number, row.name, [("", error.message)])
                continue
            fates[number] = (RowFate.CHANGED if change else RowFate.UNCHANGED).value
            if change:
                outcome.changes.append(change)
                outcome.details.append(
                    (number, RowFate.CHANGED.value, "", _told(change), mask_name(row.name), file.pk)
                )
        if not self._plan.writes:
            self._hint(outcome, new)
        elif new:
            people = [self._person(row) for _, row in new]
            outcome.lines = encode(people, reserve_ids(len(people)), self._plan.today)
        outcome.fates = "".join(fates.values())
        return outcome

    def _read(self, chunk: RawChunk, outcome: Outcome) -> dict[int, Given]:
        given: dict[int, Given] = {}
        for number, cells in chunk.rows:
            earlier = chunk.repeats.get(number)
            if earlier is not None:
                message = f"证件号码与第 {earlier} 行重复。一人只留一行，请核对后删去一行。"
                self._refused(outcome, number, self._checker.shown_name(cells), [(Field.ID_NUMBER, message)])
                continue
            try:
                given[number] = self._checker.read(cells)
            except DomainError:
                shown = self._checker.shown_name(cells)
                self._refused(outcome, number, shown, self._checker.problems(cells))
        return given

    def _refused(self, outcome: Outcome, number: int, name: str, problems: list[tuple[str, str]]) -> None:
        words = [f"{LABELS[Field(f)]}：{message}" if f else message for f, message in problems]
        first = problems[0][0] if problems else ""
        name = name.removeprefix(EXAMPLE_MARK).strip()
        outcome.details.append(
            (number, RowFate.REFUSED.value, str(first), " ".join(words)[:300], _masked(name), None)
        )

    def _hint(self, outcome: Outcome, new: list[tuple[int, Given]]) -> None:
        likely = hints.likely_same([row for _, row in new], scope_path=self._plan.scope_path)
        for index, message in likely.items():
            number, row = new[index]
            outcome.details.append(
                (number, RowFate.CREATED.value, "", message[:300], mask_name(row.name), None)
            )

    def _person(self, row: Given) -> BulkPerson:
        return BulkPerson(
            name=row.name,
            id_number=row.identifier.number,
            identifier=row.identifier,
            born_on=row.born_on,
            sex=row.sex or None,
            division_id=row.place.pk,
            division_path=row.place.path,
            division_names=row.place.names,
            hukou_division_id=row.hukou_id,
            phone=row.phone,
            address=row.address,
            living=row.living or LivingSituation.WITH_FAMILY,
            insurance=row.insurance or "unknown",
            registered_on=row.registered_on or self._plan.today,
            categories=row.categories,
            contacts=row.contacts,
            verified_by_id=self._plan.by_id,
            upload_id=self._plan.upload_id,
        )


def _told(change: Change) -> str:
    """`联系电话：138****1234 → 139****5678；新增类别：低保`."""
    parts = [
        f"{label}：{change.before[label] or '（空）'} → {change.after[label]}" for label in change.before
    ]
    parts += [
        f"{label}：{'、'.join(value)}" for label, value in change.after.items() if label not in change.before
    ]
    return "；".join(parts)[:300]


def _masked(name: str) -> str:
    """Of a name that may be anything: the first character if it is a letter."""
    return mask_name(name[:20]) if name[:1].isalpha() else "（无）"
