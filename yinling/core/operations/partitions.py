"""Keep a partition ready for the years to come."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.audit import Act, record_all
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.partitions import ensure_year, yearly_tables


@transaction.atomic
def prepare_years(*, by: Account | None, at: datetime, ahead: int = 2) -> list[str]:
    """Make this year's partition and those of `ahead` more, of every table that has one a year.

    Returns the names of those made; usually none. Safe to run again.
    """
    year = localdate(at).year
    made = [
        f"{table}_{each}"
        for table in yearly_tables()
        for each in range(year, year + ahead + 1)
        if ensure_year(table, each)
    ]
    acts = [
        Act(
            verb=AuditVerb.CREATE,
            act="make_partition",
            subject_type="partition",
            subject_id=name,
            division_path="",
        )
        for name in made
    ]
    record_all(acts, by=by, at=at)
    return made
