"""Why a file cannot be read as a policy document; every message names the cause and what to do."""

from __future__ import annotations

from yinling.kernel.errors import DomainError

MEGABYTE = 1024 * 1024
SIZE_LIMIT = 20 * MEGABYTE


class EmptyDocument(DomainError):
    """There is no text in the file at all."""


class ScannedWithoutText(DomainError):
    """The file holds pictures of pages and no text layer."""


class DocumentTooLarge(DomainError):
    """The file, or what it unpacks to, is over the limit."""


class UnknownEncoding(DomainError):
    """The bytes of a text file are in none of the encodings that we read."""


class UnsupportedFormat(DomainError):
    """The file is of a kind that we do not read: a spreadsheet, a picture, an old .doc."""


class BrokenFile(DomainError):
    """The file is damaged or encrypted."""


def check_size(size: int) -> None:
    """Raise DocumentTooLarge if `size` (bytes) is over the limit."""
    if size > SIZE_LIMIT:
        raise DocumentTooLarge(
            f"文件大小为{size / MEGABYTE:.1f} MB，超过上限{SIZE_LIMIT // MEGABYTE} MB。请删去图片或拆分后重新上传。"
        )
