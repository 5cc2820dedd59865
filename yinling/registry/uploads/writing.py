"""Commit of one chunk: people, changes, fates and the mark of how far the upload is, in one transaction."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yinling.core.audit import Act, record_all
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.sealing import hold_key, seal
from yinling.registry.bulk import category_lines, contact_lines, text, write_lines
from yinling.registry.models import Contact, Person, Upload, UploadChunk, UploadRow
from yinling.registry.search import pinyin_of
from yinling.registry.uploads.chunks import Outcome
from yinling.registry.uploads.comparing import Change


class Overtaken(Exception):
    """Another process has done this chunk, or the upload was stopped: this one has nothing more to do."""


class FileMoved(Exception):
    """A file was changed between looking at it and writing: look again."""


@transaction.atomic
def commit_chunk(
    outcome: Outcome, *, upload_id: int, state: str, writes: bool, by: Account | None, at: datetime
) -> Upload:
    """Raises Overtaken, FileMoved, and what the database refuses: then nothing of the chunk is there."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload_id)
    mark = "done_rows" if writes else "checked_rows"
    if upload.state != state or getattr(upload, mark) != outcome.start:
        raise Overtaken
    if writes and hold_key().version != outcome.key_version:
        raise FileMoved  # keys were changed since: a number may be there under the other key
    if writes:
        _apply(outcome.changes, upload, by, at)
        if outcome.lines:
            write_lines(outcome.lines)
    _keep_fates(outcome, upload)
    counts = dict(upload.counts if writes else upload.found)
    for fate, count in outcome.counts.items():
        counts[fate] = counts.get(fate, 0) + count
    setattr(upload, "counts" if writes else "found", counts)
    setattr(upload, mark, outcome.start + len(outcome.fates))
    upload.save(update_fields=[mark, "counts" if writes else "found"])
    return upload


def _keep_fates(outcome: Outcome, upload: Upload) -> None:
    UploadRow.objects.filter(upload=upload, row__range=(outcome.first_row, outcome.last_row)).delete()
    UploadChunk.objects.update_or_create(
        upload=upload,
        start=outcome.start,
        defaults={
            "fates": outcome.fates,
            "first_row": outcome.first_row,
            "last_row": outcome.last_row,
        },
    )
    lines = (
        f"{upload.pk}\t{row}\t{fate}\t{column}\t{text(message)}\t{text(masked)}\t{_or_null(person)}\n"
        for row, fate, column, message, masked, person in outcome.details
    )
    _copy("registry_uploadrow (upload_id, row, fate, field, message, masked, person_id)", "".join(lines))


_COLUMNS = (
    "id", "name", "pinyin", "phone", "address", "division_id", "division_path", "hukou_division_id", "living", "insurance",
)  # fmt: skip
_TEMPORARY = (
    "CREATE TEMP TABLE IF NOT EXISTS upload_change (id bigint PRIMARY KEY, name text, pinyin text, phone bytea, "
    "address bytea, division_id bigint, division_path text, hukou_division_id bigint, living text, insurance text) "
    "ON COMMIT DELETE ROWS"
)


def _apply(changes: list[Change], upload: Upload, by: Account | None, at: datetime) -> None:
    if not changes:
        return
    _lock_as_seen(changes)
    with connection.cursor() as cursor:
        cursor.execute(_TEMPORARY)
        _copy(f"upload_change ({', '.join(_COLUMNS)})", "".join(_change_line(c) for c in changes))
        sets = ", ".join(f"{c} = n.{c}" for c in _COLUMNS[1:])
        cursor.execute(f"UPDATE registry_person p SET {sets} FROM upload_change n WHERE p.id = n.id")
        gone = [(token, c.pk) for c in changes for token in c.tokens_gone]
        cursor.execute(
            "DELETE FROM registry_persontoken t USING unnest(%s::bigint[], %s::bigint[]) g(token, pk) "
            "WHERE t.token = g.token AND t.person_id = g.pk",
            [[t for t, _ in gone], [pk for _, pk in gone]],
        )
        new = [(token, c.pk) for c in changes for token in c.tokens_new]
        cursor.execute(
            "INSERT INTO registry_persontoken (token, person_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[]) "
            "ON CONFLICT DO NOTHING",
            [[t for t, _ in new], [pk for _, pk in new]],
        )
    verified_by = by.pk if by else None
    _copy(
        "registry_personcategory (person_id, kind, valid_from, valid_to, source, document, verified_by_id)",
        "".join(line for c in changes for line in category_lines(c.pk, c.categories, verified_by)),
    )
    _copy(
        "registry_contact (person_id, name, relation, phone, is_guardian)",
        "".join(line for c in changes for line in contact_lines(c.pk, c.contacts)),
    )
    changed = [(pk, contact) for c in changes for pk, contact in c.changed_contacts]
    for pk, contact in changed:
        Contact.objects.filter(pk=pk).update(
            relation=contact.relation, phone=contact.phone, is_guardian=contact.is_guardian
        )
    record_all([_act(c, upload) for c in changes], by=by, at=at)


def _lock_as_seen(changes: list[Change]) -> None:
    seen = {c.pk: c.version for c in changes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, xmin::text FROM registry_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(seen)],
        )
        if dict(cursor.fetchall()) != seen:
            raise FileMoved


def _change_line(change: Change) -> str:
    row = change.row
    cells = (
        change.pk, text(row["name"]), pinyin_of(row["name"]), _sealed(row["phone"]), _sealed(row["address"]),
        row["division_id"], row["division_path"], _or_null(row["hukou_division_id"]), row["living"], row["insurance"],
    )  # fmt: skip
    return "\t".join(map(str, cells)) + "\n"


def _act(change: Change, upload: Upload) -> Act:
    return Act(
        verb=AuditVerb.CHANGE,
        act="update_person",
        subject_type=Person._meta.label,
        subject_id=str(change.pk),
        division_path=change.division_path,
        before=change.before,
        after=change.after,
        reason=f"导入 {upload.receipt}",
    )


def _copy(into: str, lines: str) -> None:
    if lines:
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.copy(f"COPY {into} FROM STDIN") as copy,
        ):
            copy.write(lines.encode())


def _sealed(value: str) -> str:
    return f"\\\\x{seal(value).hex()}" if value else "\\N"


def _or_null(value: Any) -> Any:
    return "\\N" if value is None else value
