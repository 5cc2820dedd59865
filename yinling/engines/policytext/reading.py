"""From a file to its text: .txt (UTF-8, GB18030, UTF-16), .docx, .pdf with a text layer.

The kind of a file is told from its bytes; its name only words the message. No file is unpacked or parsed before its
size has been checked.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from pathlib import Path

from yinling.engines.policytext.docxtext import docx_text
from yinling.engines.policytext.errors import (
    BrokenFile,
    DocumentTooLarge,
    EmptyDocument,
    ScannedWithoutText,
    UnknownEncoding,
    UnsupportedFormat,
    check_size,
)
from yinling.engines.policytext.pdftext import pdf_text

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNPACKED_LIMIT = 200 * 1024 * 1024
_SAVE_AS = "请另存为 .docx、.pdf（含文字）或 .txt 后重新上传。"
_IMAGES = {
    b"\x89PNG": "PNG 图片",
    b"\xff\xd8\xff": "JPEG 图片",
    b"GIF8": "GIF 图片",
    b"BM": "BMP 图片",
    b"II*\x00": "TIFF 图片",
    b"MM\x00*": "TIFF 图片",
}
_OTHERS = {
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
    b"{\\rtf": "RTF 文档",
    b"\x7fELF": "程序文件",
    b"MZ\x90": "程序文件",
    b"SQLite format 3": "数据库文件",
}


def read_file(path: str | Path) -> str:
    """The text of the file at `path`, as `read_bytes`. Raises OSError if it cannot be opened."""
    path = Path(path)
    check_size(path.stat().st_size)
    return read_bytes(path.read_bytes(), path.name)


def read_bytes(data: bytes, filename: str) -> str:
    """The text of an uploaded file; paragraphs on lines of their own, table cells apart by tabs, pages by form feeds.

    Raises a DomainError that names the cause: DocumentTooLarge, EmptyDocument, UnsupportedFormat, BrokenFile,
    ScannedWithoutText, UnknownEncoding.
    """
    check_size(len(data))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise EmptyDocument("文件是空的，没有可读的内容。")
    if data.startswith(_ZIP_MAGIC):
        text = _from_zip(data)
    elif b"%PDF-" in data[:1024]:
        text = pdf_text(data)
    else:
        _refuse_other_kinds(data, filename)
        text = decode(data)
    if not text.strip("\ufeff\u200b\x00 \t\r\n\f\u3000\xa0"):
        raise EmptyDocument("文件中没有文字内容。")
    return text


def _refuse_other_kinds(data: bytes, filename: str) -> None:
    """Raise for what is neither Word, PDF nor plain text."""
    extension = Path(filename).suffix.lower()
    if data.startswith(_OLE_MAGIC):
        if b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k" in data or extension in (".xls", ".et"):
            raise UnsupportedFormat(f"这是旧版 Excel 表格，不是文稿。{_SAVE_AS}")
        raise UnsupportedFormat(
            "这是旧版 Word 文档（.doc）或 WPS 文档，请在 Word 或 WPS 中另存为 .docx 后重新上传。"
        )
    for magic, kind in _IMAGES.items():
        if data.startswith(magic) and (magic != b"BM" or extension == ".bmp"):
            raise UnsupportedFormat(
                f"这是{kind}，其中没有可读的文字。请先识别成文字，再以 .docx 或 .txt 上传。"
            )
    for magic, kind in _OTHERS.items():
        if data.startswith(magic):
            raise UnsupportedFormat(f"不支持{kind}。{_SAVE_AS}")
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")):
        raise UnsupportedFormat("这是网页或 XML 文件。请把正文复制到 .txt 或 .docx 后重新上传。")
    if extension in (".csv", ".xls", ".xlsx", ".et", ".ods"):
        raise UnsupportedFormat(f"这是表格文件，不是文稿。{_SAVE_AS}")
    if extension in (".doc", ".wps") and b"\x00" in data[:512]:
        raise UnsupportedFormat("无法识别的 .doc 文件，请在 Word 或 WPS 中另存为 .docx 后重新上传。")
    if extension in (".docx", ".pdf") and b"\x00" in data[:512]:
        raise BrokenFile(f"文件已损坏，不是有效的 {extension} 文件。请重新导出后上传。")


def _from_zip(data: bytes) -> str:
    """The text of a .docx; other packages are named and refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BrokenFile("文件已损坏，无法打开。请用 Word 打开确认后重新保存。") from error
    names = {entry.filename for entry in entries}
    if "word/document.xml" in names:
        _guard_against_bombs(entries)
        return docx_text(data)
    if any(name.startswith("xl/") for name in names):
        raise UnsupportedFormat(f"这是 Excel 表格，不是文稿。{_SAVE_AS}")
    if any(name.startswith("ppt/") for name in names):
        raise UnsupportedFormat(f"这是 PowerPoint 演示文稿，不是文稿。{_SAVE_AS}")
    if "mimetype" in names or "content.xml" in names:
        raise UnsupportedFormat(f"不支持 OpenDocument 格式。{_SAVE_AS}")
    if any(name.lower() == "ofd.xml" for name in names):
        raise UnsupportedFormat(f"不支持 OFD 版式文件。{_SAVE_AS}")
    raise UnsupportedFormat(f"这是压缩包，不是文稿。{_SAVE_AS}")


def _guard_against_bombs(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    xml = max((entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels"))), default=0)
    if (
        total > _UNPACKED_LIMIT
        or xml > _UNPACKED_LIMIT // 4
        or (total > 20 * 1024 * 1024 and total / packed > 150)
    ):
        raise DocumentTooLarge(
            f"文件解压后达{total / 1024 / 1024:.0f} MB，远超文稿的正常大小，已拒绝打开。请检查文件来源。"
        )
    if len(entries) > 10_000:
        raise BrokenFile("文件内部结构异常，已拒绝打开。")


def decode(data: bytes) -> str:
    """The text of bytes in UTF-8, UTF-16 or GB18030, with or without a byte order mark. Raises UnknownEncoding."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding)
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        if encoding.startswith("utf-16") and not _looks_like_utf16(data, encoding):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_language(text):
            return text
    raise UnknownEncoding("无法识别文件的文字编码。请用记事本打开后，另存为 UTF-8 编码的 .txt 再上传。")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnknownEncoding(
            "文件开头标明的编码与内容不符。请用记事本另存为 UTF-8 编码的 .txt 再上传。"
        ) from error
    return text


def _looks_like_utf16(data: bytes, encoding: str) -> bool:
    """Whether line ends, digits or Chinese characters sit where UTF-16 of this byte order puts them."""
    if len(data) % 2:
        return False
    high = data[1::2][:4000] if encoding == "utf-16-le" else data[0::2][:4000]
    plausible = sum(1 for byte in high if byte in (0x00, 0x20, 0x30, 0xFF) or 0x4E <= byte <= 0x9F)
    return 0x00 in high and plausible / len(high) > 0.9


def _is_language(text: str) -> bool:
    """Whether decoded text is made of the characters that documents are made of."""
    sample = text[:20_000]
    odd = len(re.findall(r"[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]|[\U000e0000-\U0010ffff]", sample))
    common = len(
        re.findall(
            r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffefA-Za-z0-9\s]|[!-/:-@\[-`{-~‘’“”…—·〔〕①-⑳]", sample
        )
    )
    return odd <= len(sample) * 0.002 and common >= len(sample) * 0.85


__all__ = ["ScannedWithoutText", "decode", "read_bytes", "read_file"]
