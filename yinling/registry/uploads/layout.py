"""How to read a file of rows: found from its content, never from its name alone."""

import codecs
import re
import zipfile
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from django.conf import settings

from yinling.kernel.errors import DomainError

TYPES = {
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAX_BYTES = 512 * 1024 * 1024
MAX_UNPACKED = 3 * 1024**3  # of an .xlsx: 1,048,576 rows of 20 columns have about half of that
MAX_SHARED_TEXTS = 400 * 1024**2
MAX_RATIO = 120  # sheets of real people pack to a fifth or a tenth
MAX_PARTS = 2_000
_PIECE = 1024 * 1024
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also the wrapping of an .xlsx with a password


class UploadUnreadable(DomainError):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Layout:
    """`header_row` counts from 1 as a spreadsheet does. `sheets` are the visible ones."""

    kind: str  # csv, xlsx
    encoding: str = ""
    delimiter: str = ","
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int = 1
    epoch_1904: bool = False
    row_estimate: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Layout":
        return cls(**stored)


def kind_of(stream: BinaryIO, name: str) -> str:
    """`csv` or `xlsx`, by the first bytes. Raises UploadUnreadable for what is neither."""
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    suffix = name.lower().rpartition(".")[2]
    if head == _OLD_EXCEL:
        raise UploadUnreadable(
            "这是旧版 Excel 文件（.xls）或加了密码的文件，不能读取。请取消密码，另存为“Excel 工作簿（.xlsx）”后再上传。"
        )
    if suffix in ("xls", "xlsm", "xlsb", "et", "ods"):
        raise UploadUnreadable(f"不接受 .{suffix} 文件。请另存为“Excel 工作簿（.xlsx）”或 CSV 后再上传。")
    if head[:2] == b"PK":
        return "xlsx"
    if suffix == "xlsx":
        raise UploadUnreadable(
            "文件名是 .xlsx，内容却不是 Excel 文件，可能已经损坏。请用 Excel 打开后另存再上传。"
        )
    if head[:5] in (b"%PDF-", b"{\\rtf") or head[:4] in (b"\x89PNG", b"Rar!", b"7z\xbc\xaf"):
        raise UploadUnreadable("这不是表格文件。请上传 Excel（.xlsx）或 CSV 文件。")
    return "csv"


def check_package(stream: BinaryIO) -> zipfile.ZipFile:
    """The opened .xlsx, after a look at what it would unpack to. Raises UploadUnreadable."""
    stream.seek(0)
    try:
        package = zipfile.ZipFile(stream)
        parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise UploadUnreadable("Excel 文件已损坏，打不开。请用 Excel 打开后另存再上传。") from None
    names = {p.filename for p in parts}
    if "xl/workbook.xml" not in names:
        raise UploadUnreadable("这是压缩包，不是 Excel 文件。请解压后上传里面的 .xlsx 或 CSV 文件。")
    if any(n.endswith("vbaProject.bin") for n in names):
        raise UploadUnreadable("文件里有宏，不能接受。请另存为“Excel 工作簿（.xlsx）”后再上传。")
    if any(p.flag_bits & 1 for p in parts):
        raise UploadUnreadable("文件加了密码。请取消密码后再上传。")
    unpacked = sum(p.file_size for p in parts)
    shared = sum(p.file_size for p in parts if p.filename == "xl/sharedStrings.xml")
    swollen = any(
        p.file_size > 10_000_000 and p.file_size > MAX_RATIO * max(p.compress_size, 1) for p in parts
    )
    if swollen or unpacked > MAX_UNPACKED or shared > MAX_SHARED_TEXTS or len(parts) > MAX_PARTS:
        raise UploadUnreadable(
            f"文件解压后有 {unpacked / 1024**2:,.0f} MB，超出正常表格的大小，没有读取。"
            "请删除多余的工作表和空行，或另存为 CSV 后再上传。"
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4096):
                    raise UploadUnreadable(
                        "文件里有不允许的内容（文档类型定义），没有读取。请用 Excel 另存后再上传。"
                    )
    return package


def read_encoding(stream: BinaryIO) -> tuple[str, int]:
    """The encoding of a text file and how many lines it has; reads all of it once. Raises UploadUnreadable."""
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head and head[1::2].count(0) > len(head) * 0.2:
        candidates = ["utf-16-le"]
    elif head and head[::2].count(0) > len(head) * 0.2:
        candidates = ["utf-16-be"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        lines = _lines_if(stream, encoding)
        if lines is not None:
            return encoding, lines
    raise UploadUnreadable(
        "文件的文字编码无法识别（不是 UTF-8，也不是 GB18030）。请用 Excel 打开，另存为“CSV UTF-8”或 .xlsx 后再上传。"
    )


def _lines_if(stream: BinaryIO, encoding: str) -> int | None:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    try:
        while piece := stream.read(_PIECE):
            text = decoder.decode(piece)
            if "\x00" in text:
                return None
            lines += text.count("\n") or text.count("\r")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines


def guess_delimiter(sample: str) -> str:
    """Of `,` `;` and the tab, whichever divides the fullest of the first lines most."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in sample.splitlines()[:20]]
    return max(",\t;", key=lambda d: max((line.count(d) for line in lines), default=0))


def max_bytes() -> int:
    """The largest file taken, by the setting UPLOAD_MAX_MB."""
    return int(getattr(settings, "UPLOAD_MAX_MB", 0)) * 1024 * 1024 or MAX_BYTES
