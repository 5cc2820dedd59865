"""Keep and open files. Bytes are stored by SHA-256 under FILES_DIR; the same content is kept once.

Files with personal data are sealed on disk (`core/sealing/streams.py` tells the form), each under its own
key, by id under FILES_DIR/sealed. `open_stored` reads either kind.
"""

import hashlib
import io
import os
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from yinling.core.models import Account, StoredFile
from yinling.core.sealing.streams import CHUNK, SealingWriter, UnsealingReader, new_file_key
from yinling.kernel.errors import DomainError

MAX_UPLOAD = 20 * 1024 * 1024
EVIDENCE_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
    ".zip": "application/zip",
}


class FileRefused(DomainError):
    """An upload of a kind or size that is not taken."""


def store_bytes(
    data: bytes, *, name: str, by: Account | None, at: datetime, division_path: str = ""
) -> StoredFile:
    """Keep `data`. Raises FileRefused for an empty or oversized file or an unknown kind."""
    content_type = _content_type(name, EVIDENCE_TYPES)
    if not data:
        raise FileRefused("文件是空的，请检查后重新上传。")
    if len(data) > MAX_UPLOAD:
        raise FileRefused(f"文件有 {len(data) / 1048576:.1f} MB，超过 20 MB 上限。请压缩或拆分后上传。")
    sha256 = hashlib.sha256(data).hexdigest()
    path = file_path(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.part")
        partial.write_bytes(data)
        partial.replace(path)  # atomic: a reader never sees half a file
    return StoredFile.objects.create(
        name=Path(name).name[:200],
        content_type=content_type,
        size=len(data),
        sha256=sha256,
        stored_at=at,
        stored_by=by,
        division_path=division_path or (by.division_path if by else ""),
    )


def store_upload(upload: UploadedFile, *, by: Account, at: datetime) -> StoredFile:
    """Keep a file from a form; the size is checked before the content is read."""
    if (upload.size or 0) > MAX_UPLOAD:
        raise FileRefused(f"文件有 {upload.size / 1048576:.1f} MB，超过 20 MB 上限。请压缩或拆分后上传。")
    return store_bytes(upload.read(), name=upload.name or "", by=by, at=at)


def store_stream(
    fileobj: BinaryIO,
    *,
    name: str,
    by: Account | None,
    at: datetime,
    sealed: bool = True,
    division_path: str = "",
    limit: int = MAX_UPLOAD,
    types: Mapping[str, str] = EVIDENCE_TYPES,
) -> StoredFile:
    """Keep what `fileobj` holds, read in chunks, so that gigabytes need less than a megabyte of memory.

    `limit` is in bytes, `types` maps accepted suffixes (".xlsx") to content types. Sealed files are not shared
    by content: each is a file of its own. Raises FileRefused for an empty or oversized file or an unknown kind;
    then nothing stays on disk.
    """
    content_type = _content_type(name, types)
    file = StoredFile(
        id=uuid.uuid4(),
        name=Path(name).name[:200],
        content_type=content_type,
        stored_at=at,
        stored_by=by,
        division_path=division_path or (by.division_path if by else ""),
        key=new_file_key() if sealed else "",
    )
    folder = Path(settings.FILES_DIR) / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{file.id}.part"
    try:
        with partial.open("wb") as target:
            file.size, file.sha256 = _pour(fileobj, target, file.key, limit)
            target.flush()
            os.fsync(target.fileno())
        path = stored_path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(path)  # atomic: a reader never sees half a file
    finally:
        partial.unlink(missing_ok=True)
    file.save(force_insert=True)
    return file


def _pour(source: BinaryIO, target: BinaryIO, key: str, limit: int) -> tuple[int, str]:
    """Size and SHA-256 of what went through. Raises FileRefused."""
    seen, size = hashlib.sha256(), 0
    writer = SealingWriter(target, key) if key else None
    while data := source.read(CHUNK):
        size += len(data)
        if size > limit:
            raise FileRefused(f"文件超过 {limit // 1048576} MB 上限。请压缩或拆分后上传。")
        seen.update(data)
        (writer or target).write(data)
    if not size:
        raise FileRefused("文件是空的，请检查后重新上传。")
    if writer:
        writer.close()
    return size, seen.hexdigest()


def open_stored(file: StoredFile) -> BinaryIO:
    """The clear content as a seekable, buffered reader, sealed or not; close it after use.

    Raises FileNotFoundError, and while reading SealedFileDamaged when the sealed bytes were altered.
    """
    source = stored_path(file).open("rb")
    if not file.key:
        return source
    try:
        return cast(BinaryIO, io.BufferedReader(UnsealingReader(source, file.key), CHUNK))
    except BaseException:
        source.close()
        raise


def discard_stored(file: StoredFile) -> None:
    """Delete a sealed file and its key: whatever copy of the bytes is left somewhere cannot be read any more."""
    stored_path(file).unlink(missing_ok=True)
    file.delete()


def stored_path(file: StoredFile) -> Path:
    """Where the bytes lie, in clear or sealed."""
    if file.key:
        name = str(file.id)
        return Path(settings.FILES_DIR) / "sealed" / name[:2] / name
    return file_path(file.sha256)


def _content_type(name: str, types: Mapping[str, str]) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in types:
        kinds = "、".join(sorted(s[1:] for s in types))
        raise FileRefused(f"不接受“{suffix or '无后缀'}”类型的文件。请上传：{kinds}。")
    return types[suffix]


def file_path(sha256: str) -> Path:
    """Where a file kept in clear lies."""
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def read_bytes(file: StoredFile) -> bytes:
    """The clear content of a small file."""
    with open_stored(file) as opened:
        return opened.read()
