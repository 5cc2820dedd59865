"""What a snapshot holds besides the facts views: the ledger's own rows of the month, as SQL to copy out.

Each table: its columns with types, and the query that gives exactly these, in a fixed order. `{month}` is the
first day of the month, the only thing put in. Persons appear nowhere, not even as numbers.
"""

from dataclasses import dataclass

from yinling.kernel.expressions import ColumnType

_T, _I, _B, _D = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.BOOLEAN, ColumnType.DATE
_CODE = "coalesce(d.nbs_code, d.gb_code, d.id::text)"


@dataclass(frozen=True)
class LedgerTable:
    columns: dict[str, ColumnType]
    sql: str


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
