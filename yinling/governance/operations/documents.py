"""Policy documents: import, read again, correct, confirm, publish."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from yinling.core import audit
from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb
from yinling.core.files import read_bytes, store_bytes
from yinling.core.models import Account, StoredFile
from yinling.governance.models import Correction, Measure, MeasureUnit, PolicyDocument
from yinling.governance.reading.rows import (
    digest_of,
    reading_of,
    write_measures,
    write_targets,
    write_units,
)
from yinling.governance.reading.values import DocumentReading, corrected, read_document, text_digest
from yinling.kernel.errors import DomainError, ReasonMissing

CORRECTABLE = ("title", "lead_units", "supporting_units", "targets")


class NothingToImport(DomainError):
    """The file was read but holds no measure."""


class MeasureAlreadyConfirmed(DomainError):
    """Someone confirmed it first; a confirmed measure is not changed under its confirmation."""


class MeasureNotConfirmed(DomainError):
    """There is no confirmation to take back."""


class MeasureChangedMeanwhile(DomainError):
    """The reading on the person's screen is not the present one."""


class MeasureHasTasks(DomainError):
    """Tasks were made from the measure."""


class CorrectionRefused(DomainError):
    """A corrected field makes no sense."""


@transaction.atomic
def import_document(*, data: bytes, filename: str, by: Account | None, at: datetime) -> PolicyDocument:
    """Read a file and write the document with its measures. The same document again is an update in place.

    Unchanged measures keep their confirmation, corrections are laid over the new reading, tasks stay; what
    changed is listed in the audit (`queries.documents.last_changes`). Raises the parser's errors,
    NothingToImport, FileRefused, NotPermitted.
    """
    require(by, Permission.IMPORT_POLICY)
    reading = read_document(data, filename)
    if not reading.measures:
        raise NothingToImport(
            "文件已读出文字，但没有找到带序号的措施条目（如“1.”“（一）”“第一条”）。请确认是否为政策文件正文。"
        )
    file = store_bytes(data, name=filename, by=by, at=at)
    return _write(reading, file=file, by=by, at=at, act="import_document")


@transaction.atomic
def reread_document(*, document: PolicyDocument, by: Account | None, at: datetime) -> PolicyDocument:
    """Read the stored file again, after the reader or the list of units has improved."""
    require(by, Permission.IMPORT_POLICY)
    reading = read_document(read_bytes(document.file), document.file.name)
    return _write(reading, file=document.file, by=by, at=at, act="reread_document")


def _write(
    reading: DocumentReading, *, file: StoredFile, by: Account | None, at: datetime, act: str
) -> PolicyDocument:
    with connection.cursor() as cursor:  # two imports of one document wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [reading.key])
    values: dict[str, Any] = {
        "title": reading.title,
        "issuer": reading.issuer,
        "document_number": reading.document_number,
        "issued_on": reading.issued_on,
        "file": file,
        "text": reading.text,
        "unassigned": list(reading.unassigned),
        "marks": list(reading.marks),
        "flags": list(reading.flags),
        "read_at": at,
        "read_by": by,
    }
    document, is_new = PolicyDocument.objects.update_or_create(key=reading.key, defaults=values)
    changes = write_measures(document, reading)
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE if is_new else AuditVerb.CHANGE,
        act=act,
        subject=document,
        after=changes.as_json(),
    )
    return document


@transaction.atomic
def correct_measure(
    *, measure: Measure, fields: dict[str, Any], by: Account, at: datetime, seen: str = ""
) -> Measure:
    """Change title, units or targets of an unconfirmed measure; kept, and laid over every later reading.

    `fields` has any of `title`, `lead_units`, `supporting_units` (names) and `targets` (dicts under the
    JSON keys of a target). Raises MeasureAlreadyConfirmed, MeasureChangedMeanwhile, CorrectionRefused.
    """
    require(by, Permission.CONFIRM_POLICY)
    measure = _locked(measure, seen)
    if measure.confirmed_at:
        raise MeasureAlreadyConfirmed(f"“{measure}”已经确认。需要更正时，请先取消确认并说明原因。")
    present = reading_of(measure)
    fields = {name: value for name, value in fields.items() if name in CORRECTABLE}
    _check(fields)
    try:
        typed = corrected(present, fields)
        # Only what differs is kept: a part that nobody touched follows later readings.
        fields = {n: v for n, v in fields.items() if getattr(typed, n) != getattr(present, n)}
        wanted = corrected(present, fields)
    except (KeyError, ValueError, ArithmeticError) as error:
        raise CorrectionRefused("目标的数值或日期格式不对。数值填数字，期限填年-月-日。") from error
    if not fields:
        raise CorrectionRefused("内容与现在的读取结果相同，没有需要保存的更正。")
    if any(
        t.value is not None and not (t.value.is_finite() and abs(t.value) < 10**12) for t in wanted.targets
    ):
        raise CorrectionRefused("目标的数值应为小于一万亿的数字。")
    kept = Correction.objects.filter(document_key=measure.document.key, measure_key=measure.key).first()
    Correction.objects.update_or_create(
        document_key=measure.document.key,
        measure_key=measure.key,
        defaults={
            "fields": (kept.fields if kept else {}) | fields | {"of_text": text_digest(measure.text)},
            "corrected_at": at,
            "corrected_by": by,
        },
    )
    measure.title, measure.flags = wanted.title, list(wanted.flags)
    measure.save(update_fields=["title", "flags"])
    write_units(measure, wanted)
    write_targets(measure, wanted.targets)
    before, after = _difference(fields, present, wanted)
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="correct_measure",
        subject=measure,
        before=before,
        after=after,
    )
    return measure


@transaction.atomic
def confirm_measure(*, measure: Measure, by: Account, at: datetime, seen: str = "") -> Measure:
    """Say that the reading is right; tasks may be made from it then.

    `seen` is the digest of what the person looked at (`digest_of`); empty skips that check. Raises
    MeasureAlreadyConfirmed when somebody was first, MeasureChangedMeanwhile.
    """
    require(by, Permission.CONFIRM_POLICY)
    measure = _locked(measure, seen)
    if measure.confirmed_at:
        raise MeasureAlreadyConfirmed(f"“{measure}”已由{measure.confirmed_by}确认，不需要再次确认。")
    measure.confirmed_at, measure.confirmed_by = at, by
    measure.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record(
        by=by, at=at, verb=AuditVerb.CHANGE, act="confirm_measure", subject=measure, after={"confirmed": True}
    )
    return measure


@transaction.atomic
def confirm_all(*, document: PolicyDocument, by: Account, at: datetime) -> int:
    """Confirm the measures that leave no doubt: no flags, every unit known. Returns how many."""
    require(by, Permission.CONFIRM_POLICY)
    unknown = MeasureUnit.objects.unknown().filter(measure=OuterRef("pk"))
    clear = document.measures.filter(confirmed_at=None, flags=[]).exclude(Exists(unknown))
    measures = list(clear.order_by("pk").select_for_update(of=("self",)))
    for measure in measures:
        confirm_measure(measure=measure, by=by, at=at)
    return len(measures)


@transaction.atomic
def unconfirm_measure(*, measure: Measure, reason: str, by: Account, at: datetime) -> Measure:
    """Take a confirmation back, with a reason, while no live task hangs on it."""
    require(by, Permission.CONFIRM_POLICY)
    measure = _locked(measure, "")
    if not reason.strip():
        raise ReasonMissing("请写明取消确认的原因。")
    if not measure.confirmed_at:
        raise MeasureNotConfirmed(f"“{measure}”还没有确认。")
    if measure.tasks.live().exists():
        raise MeasureHasTasks(f"“{measure}”已分解出任务，不能取消确认。如确需修改，请先撤销这些任务。")
    measure.confirmed_at = measure.confirmed_by = None
    measure.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record(
        by=by, at=at, verb=AuditVerb.CHANGE, act="unconfirm_measure", subject=measure, reason=reason.strip()
    )
    return measure


@transaction.atomic
def publish_document(*, document: PolicyDocument, by: Account, at: datetime) -> PolicyDocument:
    """Show the document on the public side. Once public it stays so; later readings update it."""
    require(by, Permission.CONFIRM_POLICY)
    document = PolicyDocument.objects.select_for_update().get(pk=document.pk)
    if document.published_at is None:
        document.published_at = at
        document.save(update_fields=["published_at"])
        audit.record(by=by, at=at, verb=AuditVerb.CHANGE, act="publish_document", subject=document)
    return document


def _locked(measure: Measure, seen: str) -> Measure:
    measure = Measure.objects.select_for_update().select_related("document").get(pk=measure.pk)
    if seen and digest_of(measure) != seen:
        raise MeasureChangedMeanwhile(f"“{measure}”在您打开之后被他人更正过。请重新核对现在的内容再确认。")
    return measure


def _check(fields: dict[str, Any]) -> None:
    if "title" in fields and not 0 < len(fields["title"].strip()) <= 200:
        raise CorrectionRefused("标题不能为空，且不超过 200 字。")
    names = [*fields.get("lead_units", ()), *fields.get("supporting_units", ())]
    if any(not name.strip() or len(name) > 100 for name in names):
        raise CorrectionRefused("单位名称不能为空，且不超过 100 字。")
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise CorrectionRefused(f"“{twice}”填了两次。同一单位在一条措施里只能牵头或配合一次。")
    for target in fields.get("targets", ()):
        if not str(target.get("subject", "")).strip():
            raise CorrectionRefused("每个目标都要写明对象（考核的是什么）。")
        if target.get("kind") not in ("quantity", "milestone", "parameter"):
            raise CorrectionRefused("请选择目标的性质：数量指标、节点任务或政策参数。")
        if target["kind"] != "milestone" and target.get("value") in (None, ""):
            raise CorrectionRefused(f"“{target['subject']}”是数量，请填写数值；没有数值的请改为节点任务。")


def _difference(fields: dict[str, Any], before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The corrected fields, as they were and as they are, for the audit."""

    def shown(reading: Any, name: str) -> Any:
        value = getattr(reading, name)
        return (
            [t.as_json() for t in value] if name == "targets" else list(value) if name != "title" else value
        )

    changed = [n for n in fields if shown(before, n) != shown(after, n)]
    return {n: shown(before, n) for n in changed}, {n: shown(after, n) for n in changed}
