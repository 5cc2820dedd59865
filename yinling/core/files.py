"""Keep and open files. Bytes are stored by SHA-256 under FILES_DIR; the same content is kept once."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from yinling.core.models import Account, StoredFile
from yinling.kernel.errors import DomainError

MAX_UPLOAD = 20 * 1024 * 1024
_EVIDENCE_TYPES = {
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
    suffix = Path(name).suffix.lower()
    if suffix not in _EVIDENCE_TYPES:
        kinds = "、".join(sorted(s[1:] for s in _EVIDENCE_TYPES))
        raise FileRefused(f"不接受“{suffix or '无后缀'}”类型的文件。请上传：{kinds}。")
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
        content_type=_EVIDENCE_TYPES[suffix],
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


def file_path(sha256: str) -> Path:
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def read_bytes(file: StoredFile) -> bytes:
    return file_path(file.sha256).read_bytes()
