"""Smart homes 智慧养老院: the home hands in proofs, the district reviews them and recognises the home.

Whether a home counts on a day is never written anywhere: the facts view derives it from the recognition and the
proofs in force, so what runs out falls away by itself.
"""

from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.files import store_stream
from yinling.core.models import Account
from yinling.engines.queueing.refusing import months_later
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.registry.checks import PlaceClosed
from yinling.registry.choices import PlaceKind
from yinling.registry.models import Place
from yinling.registry.refusals import WrongDates, explains
from yinling.residence.checks import require_home
from yinling.residence.models import SmartHomeEvidence, SmartHomeRecognition
from yinling.residence.models.smart_home import EvidenceState
from yinling.residence.queries.smart_homes import item_name, missing_items
from yinling.rulebook.smart_homes import in_force

HOMES = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME)


class ItemUnknown(DomainError):
    """The checklist in force has no such item."""


class EvidenceWaiting(DomainError):
    """A proof of the same item waits for review."""


class EvidenceDecided(DomainError):
    """The proof was reviewed before."""


class ProofsMissing(DomainError):
    """Required items without a proof in force."""


class RecognisedAlready(DomainError):
    """The home is recognised."""


@explains(
    {
        "smart_evidence_one_waiting": EvidenceWaiting(
            "这一项已有佐证在等审核。请等审核结果，或请区市退回后再交。"
        )
    }
)
@transaction.atomic
def submit_evidence(
    *,
    place: Place,
    item: str,
    content: BinaryIO,
    filename: str,
    valid_from: date,
    valid_to: date,
    note: str = "",
    by: Account | None,
    at: datetime,
) -> SmartHomeEvidence:
    """Hand in a proof of one item of the checklist in force today; the file is sealed. Only the system may enter one
    that has run out. Raises ItemUnknown, EvidenceWaiting, WrongDates, FileRefused."""
    place = _home(place)
    require_home(by, Permission.RUN_HOME, place)
    today = localdate(at)
    standard = in_force(today)
    known = standard.by_key.get(item)
    if known is None:
        raise ItemUnknown("清单里没有这一项，请刷新页面重选。")
    longest = months_later(valid_from, known.months)
    if valid_from > today or valid_to <= (max(today, valid_from) if by is not None else valid_from):
        raise WrongDates("起始日期不能晚于今天，有效期应到今天以后。")
    if valid_to > longest:
        raise WrongDates(f"这一项的佐证最长有效 {known.months} 个月，最晚填 {longest}。")
    file = store_stream(content, name=filename, by=by, at=at, division_path=place.division_path)
    made = SmartHomeEvidence.objects.create(
        place=place,
        division_path=place.division_path,
        standard=standard.id,
        item=item,
        file=file,
        note=note.strip()[:200],
        valid_from=valid_from,
        valid_to=valid_to,
        submitted_by=by,
        submitted_at=at,
    )
    after = {"条目": known.name, "有效期至": valid_to.isoformat()}
    record(by=by, at=at, verb=AuditVerb.CREATE, act="submit_smart_evidence", subject=place, after=after)
    return made


@transaction.atomic
def review_evidence(
    *, evidence: SmartHomeEvidence, accept: bool, reason: str = "", by: Account | None, at: datetime
) -> SmartHomeEvidence:
    """Accept a proof, or give it back with the reason. Raises EvidenceDecided, ReasonMissing."""
    require(by, Permission.REVIEW_HOMES)
    require_scope(by, evidence.division_path)
    row = (
        SmartHomeEvidence.objects.select_for_update(of=("self",)).select_related("place").get(pk=evidence.pk)
    )
    if row.state != EvidenceState.WAITING:
        raise EvidenceDecided("这份佐证已经审核过了，请刷新页面。")
    if not accept and len(reason.strip()) < 4:
        raise ReasonMissing("退回要写明理由（至少 4 个字），机构好照着补。")
    row.state = EvidenceState.ACCEPTED if accept else EvidenceState.RETURNED
    row.decided_by, row.decided_at, row.reason = by, at, reason.strip()[:200]
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    after = {"条目": item_name(row), "结果": EvidenceState(row.state).label}
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="review_smart_evidence",
        subject=row.place,
        after=after,
        reason=reason,
    )
    return row


@transaction.atomic
def cancel_evidence(
    *, evidence: SmartHomeEvidence, reason: str, by: Account | None, at: datetime
) -> SmartHomeEvidence:
    """An accepted proof holds no more from today: the device is gone, or the paper was wrong. Raises EvidenceDecided,
    ReasonMissing."""
    require(by, Permission.REVIEW_HOMES)
    require_scope(by, evidence.division_path)
    row = (
        SmartHomeEvidence.objects.select_for_update(of=("self",)).select_related("place").get(pk=evidence.pk)
    )
    today = localdate(at)
    if row.state != EvidenceState.ACCEPTED or row.valid_to <= today:
        raise EvidenceDecided("这份佐证现在不在有效期内，不用作废。")
    if len(reason.strip()) < 4:
        raise ReasonMissing("作废要写明理由（至少 4 个字）。")
    row.valid_to, row.reason = max(today, row.valid_from), reason.strip()[:200]
    row.save(update_fields=["valid_to", "reason"])
    after = {"条目": item_name(row), "失效": row.valid_to.isoformat()}
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="cancel_smart_evidence",
        subject=row.place,
        after=after,
        reason=reason,
    )
    return row


@explains({"smart_recognition_once": RecognisedAlready("这家机构已经认定为智慧养老院，不用重复认定。")})
@transaction.atomic
def recognise_smart_home(
    *, place: Place, by: Account | None, at: datetime, on: date | None = None
) -> SmartHomeRecognition:
    """Recognise a home of which every required item has an accepted proof in force; from `on`, which only the
    system may set back, or today. Raises ProofsMissing, RecognisedAlready."""
    place = _home(place)
    require(by, Permission.REVIEW_HOMES)
    require_scope(by, place.division_path)
    today = on if on is not None and by is None else localdate(at)
    standard = in_force(today)
    missing = missing_items(place=place, standard=standard, on=today)
    if missing:
        names = "、".join(item.name for item in missing[:3])
        more = f"等 {len(missing)} 项" if len(missing) > 3 else ""
        raise ProofsMissing(f"还有必备条目没有有效佐证：{names}{more}。佐证齐全后再认定。")
    made = SmartHomeRecognition.objects.create(
        place=place,
        division_path=place.division_path,
        standard=standard.id,
        required=list(standard.required),
        valid_from=today,
        decided_by=by,
        decided_at=at,
    )
    after = {"标准": standard.name, "认定日期": today.isoformat()}
    record(by=by, at=at, verb=AuditVerb.CREATE, act="recognise_smart_home", subject=place, after=after)
    return made


@transaction.atomic
def revoke_recognition(
    *, recognition: SmartHomeRecognition, reason: str, by: Account | None, at: datetime
) -> SmartHomeRecognition:
    """Take a recognition back from today on. Raises ReasonMissing, EvidenceDecided."""
    require(by, Permission.REVIEW_HOMES)
    require_scope(by, recognition.division_path)
    rows = SmartHomeRecognition.objects.select_for_update(of=("self",)).select_related("place")
    row = rows.get(pk=recognition.pk)
    if row.valid_to is not None:
        raise EvidenceDecided("这项认定已经撤销。")
    if len(reason.strip()) < 4:
        raise ReasonMissing("撤销认定要写明理由（至少 4 个字）。")
    row.valid_to, row.revoked_reason = max(localdate(at), row.valid_from), reason.strip()[:200]
    row.save(update_fields=["valid_to", "revoked_reason"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="revoke_smart_home",
        subject=row.place,
        after={"撤销": row.valid_to.isoformat()},
        reason=reason,
    )
    return row


@transaction.atomic
def open_evidence(*, evidence: SmartHomeEvidence, by: Account, at: datetime) -> SmartHomeEvidence:
    """The file may show residents or rooms, so the reading is noted."""
    require(by, Permission.VIEW_PLACES)
    after = {"条目": item_name(evidence)}
    record(by=by, at=at, verb=AuditVerb.READ, act="open_smart_evidence", subject=evidence.place, after=after)
    return evidence


def _home(place: Place) -> Place:
    row = Place.objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)
    if row.valid_to is not None:
        raise PlaceClosed(f"“{row.name}”已于 {row.valid_to} 停办，不能再登记。")
    if row.kind not in HOMES:
        raise ItemUnknown(f"{PlaceKind(row.kind).label}不在智慧养老院清单的范围。")
    return row
