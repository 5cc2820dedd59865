"""What a letter holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """Level 1 is `一、` in 黑体, 2 `（一）` in 楷体, 3 `1.` in bold 仿宋; the number is part of the text."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Paragraph:
    """Body text, indented by two characters unless it is a small note."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Column:
    """`share` of the table's width; numbers stand right."""

    title: str
    share: float = 1
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True)
class Table:
    """The header row repeats on every page and no row breaks across two."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart as PNG. `description` is read aloud in its place."""

    png: bytes
    caption: str
    description: str
    width_mm: float = 150


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Annex:
    """附件: begins on a page of its own."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Letter:
    """One official letter. Texts are plain; the number in 发文字号 is given by whoever issues it."""

    issuer: str  # the red head reads `<issuer>文件`
    document_number: str
    title: str  # broken into lines where the sense allows
    addressee: str
    blocks: Sequence[Block]
    signed_on: date
    made_at: datetime  # for the file's own properties
    annexes: Sequence[Annex] = field(default=())
    copies_to: str = ""
    remark: str = ""  # stands in brackets below the title, such as 演示数据
    digest: str = ""  # kept in the file's properties, for tracing a copy back
