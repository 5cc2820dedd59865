"""Load the divisions of the rulebook into the database."""

from datetime import datetime

from django.db import connection, transaction

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division
from yinling.rulebook import divisions
from yinling.rulebook.divisions import DivisionRow


@transaction.atomic
def load_divisions(*, by: Account | None, at: datetime) -> int:
    """Add every division that is missing and bring names, codes and points up to date; returns how many changed.

    Rows are found again by nbs_code, so that a second load changes nothing.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    known = {d.nbs_code: d for d in Division.objects.all()}
    rows = divisions.load()
    missing = [row for row in rows if row.nbs_code not in known]
    changed = _update(known, rows)
    ids = _reserve_ids(len(missing))
    made = []
    for pk, row in zip(ids, missing, strict=True):
        parent = known[row.parent] if row.parent else None
        division = Division(
            pk=pk, parent=parent, path=f"{parent.path if parent else ''}{pk}/", **_fields(row)
        )
        known[row.nbs_code] = division
        made.append(division)
    Division.objects.bulk_create(made)
    if made or changed:
        record(
            by=by,
            at=at,
            verb=AuditVerb.CREATE,
            act="load_divisions",
            subject=known["371000"],
            division_path=known["371000"].path,
            after={"新增": len(made), "更新": changed},
        )
    return len(made) + changed


def _fields(row: DivisionRow) -> dict[str, object]:
    return {
        "name": row.name,
        "level": row.level,
        "kind": row.kind,
        "nbs_code": row.nbs_code,
        "gb_code": row.gb_code,
        "longitude": row.longitude,
        "latitude": row.latitude,
        "point_source": row.point_source,
    }


def _update(known: dict[str, Division], rows: tuple[DivisionRow, ...]) -> int:
    changed = []
    for row in rows:
        division = known.get(row.nbs_code)
        if division is None:
            continue
        new = {k: v for k, v in _fields(row).items() if getattr(division, k) != v}
        for key, value in new.items():
            setattr(division, key, value)
        if new:
            changed.append(division)
    fields = ["name", "level", "kind", "gb_code", "longitude", "latitude", "point_source"]
    Division.objects.bulk_update(changed, fields)
    return len(changed)


def _reserve_ids(count: int) -> list[int]:
    """Ids before rows: `path` is made of own ids and must be right at the first insert."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('core_division', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [pk for (pk,) in cursor.fetchall()]
