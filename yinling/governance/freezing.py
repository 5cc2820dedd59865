"""Write a month into a folder: the facts views, the ledger's own rows, the rulebook, and the manifest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from yinling.engines.indicators import duck
from yinling.engines.indicators.freezing import (
    FileRecord,
    Manifest,
    engine_versions,
    write_bytes,
    write_manifest,
    write_table,
)
from yinling.engines.indicators.totals import digest_of
from yinling.governance.queries.live import as_of, compute_live
from yinling.kernel.errors import DomainError
from yinling.kernel.expressions import ColumnType
from yinling.kernel.periods import Month
from yinling.rulebook import facts
from yinling.rulebook import indicators as rulebook

_T, _I, _B, _D = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.BOOLEAN, ColumnType.DATE
_LINES = 10_000  # to a piece of CSV: enough that handling pieces costs nothing
_CODE = "coalesce(d.nbs_code, d.gb_code, d.id::text)"


class SnapshotDisagrees(DomainError):
    """The frozen files give other values than the live database: nothing is kept."""


@dataclass(frozen=True)
class LedgerTable:
    """A table of the ledger: columns with types, and the query that gives exactly these, in a fixed order.

    `{month}` is the first day of the month, the only thing put in.
    """

    columns: dict[str, ColumnType]
    sql: str


# Persons appear in none of these, not even as numbers.
LEDGER: dict[str, LedgerTable] = {
    # Values of earlier months: for change, trend and the start of the line to a target.
    "value": LedgerTable(
        {"indicator_id": _T, "code": _T, "month": _D, "numerator": _I, "denominator": _I},
        f"""
        SELECT v.indicator_id, {_CODE} AS code, v.month, v.numerator, v.denominator
        FROM governance_indicatorvalue v JOIN core_division d ON d.id = v.division_id
        WHERE v.month < '{{month}}'
        ORDER BY v.indicator_id, code, v.month
        """,
    ),
    # Units' figures up to this month that were verified or published, and what is only reported so far.
    "figure": LedgerTable(
        {
            "indicator_id": _T,
            "code": _T,
            "month": _D,
            "state": _T,
            "numerator": _I,
            "denominator": _I,
        },
        f"""
        SELECT f.indicator_id, {_CODE} AS code, f.month, f.state, f.numerator, f.denominator
        FROM governance_figure f JOIN core_division d ON d.id = f.division_id
        WHERE f.month <= '{{month}}' AND f.state IN ('verified', 'published')
        ORDER BY f.indicator_id, code, f.month, f.state
        """,
    ),
    "local_target": LedgerTable(
        {"indicator_id": _T, "code": _T, "deadline": _D, "value": _T},
        f"""
        SELECT t.indicator_id, {_CODE} AS code, t.deadline, t.value::text AS value
        FROM governance_localtarget t JOIN core_division d ON d.id = t.division_id
        ORDER BY t.indicator_id, code, t.deadline
        """,
    ),
    "task": LedgerTable(
        {
            "id": _I,
            "document": _T,
            "measure": _I,
            "measure_title": _T,
            "title": _T,
            "indicator_id": _T,
            "due_on": _D,
            "state": _T,
            "progress": _I,
            "done_on": _D,
            "split_from_id": _I,
        },
        """
        SELECT t.id, p.key AS document, m.number AS measure, m.title AS measure_title, t.title,
            t.indicator_id, t.due_on, t.state, t.progress, t.done_on, t.split_from_id
        FROM governance_task t
        JOIN governance_measure m ON m.id = t.measure_id
        JOIN governance_policydocument p ON p.id = m.document_id
        WHERE t.withdrawn_at IS NULL
        ORDER BY t.id
        """,
    ),
    "task_unit": LedgerTable(
        {
            "task_id": _I,
            "organisation_id": _I,
            "organisation": _T,
            "organisation_kind": _T,
            "code": _T,
            "role": _T,
        },
        f"""
        SELECT u.task_id, o.id AS organisation_id, o.name AS organisation, o.kind AS organisation_kind,
            {_CODE} AS code, u.role
        FROM governance_taskunit u
        JOIN governance_task t ON t.id = u.task_id AND t.withdrawn_at IS NULL
        JOIN core_organisation o ON o.id = u.organisation_id
        JOIN core_division d ON d.id = o.division_id
        ORDER BY u.task_id, u.role, o.id
        """,
    ),
    "report": LedgerTable(
        {
            "organisation_id": _I,
            "organisation": _T,
            "organisation_kind": _T,
            "code": _T,
            "state": _T,
            "is_late": _B,
            "submitted_on": _D,
        },
        f"""
        SELECT o.id AS organisation_id, o.name AS organisation, o.kind AS organisation_kind, {_CODE} AS code,
            r.state, r.is_late, (r.submitted_at AT TIME ZONE 'Asia/Shanghai')::date AS submitted_on
        FROM governance_report r
        JOIN governance_round x ON x.id = r.round_id AND x.month = '{{month}}'
        JOIN core_organisation o ON o.id = r.organisation_id
        JOIN core_division d ON d.id = o.division_id
        ORDER BY o.id
        """,
    ),
}


def freeze(folder: Path, month: Month, day: date, at: datetime) -> str:
    """Write `month` as of `day` into `folder`; returns the seal, the manifest's SHA-256.

    Raises SnapshotDisagrees unless DuckDB over the files gives the very values of the live views.
    """
    records = [write_bytes(folder, f"rulebook/{p}", data) for p, data in rulebook.files().items()]
    computed = {i.id: i for i in rulebook.load().values() if i.is_computed}
    definitions = {key: i.definition for key, i in computed.items() if i.definition is not None}
    with as_of(day) as cursor:
        for view in facts.load().values():
            columns = ", ".join(f'"{name}"' for name in view.types)
            sql = f"SELECT {columns} FROM facts.{view.id} ORDER BY id"
            records.append(_copy(cursor, folder, f"facts/{view.id}.parquet", view.types, sql))
        for name, table in LEDGER.items():
            sql = table.sql.format(month=month.first_on.isoformat())
            records.append(_copy(cursor, folder, f"ledger/{name}.parquet", table.columns, sql))
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    values = digest_of(duck.compute(folder / "facts", definitions))
    if values != digest_of(compute_live(computed.values(), day)):
        raise SnapshotDisagrees(
            "固化的文件与数据库算出的数值不一致，没有保存。请重试；再次出现请联系系统管理员。"
        )
    manifest = Manifest(
        month=str(month),
        as_of=day.isoformat(),
        taken_at=at.isoformat(),
        definitions={i.id: i.digest for i in rulebook.load().values()},
        values=values,
        engines=engine_versions(postgresql=postgres.split()[0]),
        files=tuple(sorted(records, key=lambda record: record.path)),
    )
    return write_manifest(folder, manifest)


def _copy(
    cursor: CursorWrapper, folder: Path, path: str, columns: dict[str, ColumnType], sql: str
) -> FileRecord:
    def chunks() -> Iterator[bytes]:
        lines: list[bytes] = []
        with cursor.cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy:
            for line in copy:  # the server sends a piece a row
                lines.append(bytes(line))
                if len(lines) == _LINES:
                    yield b"".join(lines)
                    lines.clear()
        yield b"".join(lines)

    return write_table(folder, path, columns, chunks())
