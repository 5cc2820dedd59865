"""Codes at beds and worn by residents: random, printed, replaced when lost."""

import secrets
from datetime import datetime

from django.db import transaction

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.registry.models import Place
from yinling.residence.care_checks import held_stay
from yinling.residence.checks import require_home
from yinling.residence.models import CareLabel, Stay


@transaction.atomic
def make_bed_labels(*, place: Place, by: Account | None, at: datetime) -> int:
    """A code for every bed that has none yet; returns how many are new. Raises NotPermitted, OutOfScope."""
    require_home(by, Permission.MANAGE_CARE, place)
    bare = place.beds.filter(valid_to=None).exclude(care_labels__retired_at=None, care_labels__isnull=False)
    beds = list(bare.order_by("pk").values_list("pk", flat=True))
    labels = [_label(place, at, by, bed_id=pk) for pk in beds]
    CareLabel.objects.bulk_create(labels, ignore_conflicts=True)
    if beds:
        after = {"床位": len(beds)}
        record(by=by, at=at, verb=AuditVerb.CREATE, act="make_care_labels", subject=place, after=after)
    return len(beds)


@transaction.atomic
def make_resident_label(*, stay: Stay, by: Account | None, at: datetime) -> CareLabel:
    """A code worn by the resident; the one before no longer works."""
    stay = held_stay(stay, by, Permission.MANAGE_CARE)
    CareLabel.objects.filter(stay=stay, retired_at=None).update(retired_at=at)
    label = _label(stay.place, at, by, stay_id=stay.pk)
    label.save()
    record(by=by, at=at, verb=AuditVerb.CREATE, act="make_resident_label", subject=stay)
    return label


@transaction.atomic
def replace_label(*, label: CareLabel, by: Account | None, at: datetime) -> CareLabel:
    """A lost or copied bed code stops working; a new one takes its place. One retired already gets none."""
    require_home(by, Permission.MANAGE_CARE, label.place)
    row = CareLabel.objects.select_for_update(of=("self",)).get(pk=label.pk)
    if row.retired_at is not None:
        return row
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    new = _label(label.place, at, by, bed_id=row.bed_id, stay_id=row.stay_id)
    new.save()
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="replace_care_label", subject=label.place)
    return new


def _label(
    place: Place, at: datetime, by: Account | None, *, bed_id: int | None = None, stay_id: int | None = None
) -> CareLabel:
    return CareLabel(
        place=place,
        division_path=place.division_path,
        token=secrets.token_urlsafe(15),
        bed_id=bed_id,
        stay_id=stay_id,
        made_at=at,
        made_by=by,
    )
