"""Uploads of people and what became of their rows. No clear personal data."""

from dataclasses import dataclass

from yinling.core.models import Account
from yinling.registry.choices import RowFate, UploadState
from yinling.registry.models import Upload, UploadRow
from yinling.registry.uploads.columns import COLUMNS, LABELS, Field

PAGE = 20
SHOWN = 50


@dataclass(frozen=True)
class UploadLine:
    """A line of the list."""

    receipt: str
    file_name: str
    uploaded_at: object
    uploaded_by: str
    state: str
    counts: list[tuple[str, int]]


def list_uploads(*, actor: Account, before: int = 0) -> tuple[list[UploadLine], int]:
    """The newest inside the actor's scope, and the key of the next page (0 at the end)."""
    seen = Upload.objects.visible_to(actor).select_related("uploaded_by").order_by("-id")
    found = list((seen.filter(pk__lt=before) if before else seen)[: PAGE + 1])
    shown = found[:PAGE]
    lines = [
        UploadLine(
            u.receipt or "",
            u.file_name,
            u.uploaded_at,
            u.uploaded_by.full_name if u.uploaded_by else "系统",
            u.state,
            fate_counts(u),
        )
        for u in shown
    ]
    return lines, shown[-1].pk if len(found) > PAGE else 0


def get_upload(*, actor: Account, receipt: str) -> Upload | None:
    """By receipt number, inside the actor's scope."""
    seen = Upload.objects.visible_to(actor).select_related("uploaded_by", "confirmed_by", "file")
    return seen.filter(receipt=receipt.strip().upper()[:20].replace("\x00", "")).first()


def fate_counts(upload: Upload) -> list[tuple[str, int]]:
    """(word, rows) by the import once it has begun, before that by the dry run."""
    counts = upload.counts if upload.state in (UploadState.RUNNING, UploadState.DONE) else upload.found
    return [(str(f.label), counts[f.value]) for f in RowFate if counts.get(f.value)]


def list_upload_rows(upload: Upload, fate: str, after: int = 0) -> tuple[list[UploadRow], int]:
    """Rows of one fate that have something to say, and the key of the next page."""
    rows = UploadRow.objects.filter(upload=upload, fate=fate, row__gt=after).order_by("row")
    found = list(rows[: SHOWN + 1])
    return found[:SHOWN], found[SHOWN - 1].row if len(found) > SHOWN else 0


def progress_of(upload: Upload) -> tuple[int, int]:
    """Rows done of the stage that runs, and the percentage; 0 where the whole is not known."""
    done = upload.done_rows if upload.state == UploadState.RUNNING else upload.checked_rows
    whole = upload.total_rows or upload.layout.get("row_estimate", 0)
    return done, min(100 * done // whole, 99) if whole else 0


def field_choices() -> list[tuple[str, str]]:
    return [(c.field.value, c.label) for c in COLUMNS]


def mapped_labels(upload: Upload) -> tuple[list[tuple[str, str]], list[str]]:
    """(heading, field) of the columns that are read, and the headings that are not."""
    pairs = list(zip(upload.columns, upload.mapping, strict=False))
    return [(h, LABELS[Field(m)]) for h, m in pairs if m], [h for h, m in pairs if h and not m]
