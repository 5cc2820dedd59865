"""Papers that two sides sign, such as a contract: one content, as Word by the letters' styles and as PDF by typst."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import docx
import typst
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from yinling.core.letters.page import lay_out
from yinling.core.letters.writing import _empty, _same_bytes

PDF, WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEMPLATE = Path(__file__).parent / "paper.typ"


@dataclass(frozen=True)
class Article:
    """Numbered `第一条`; its clauses are numbered within."""

    title: str
    clauses: Sequence[str]


@dataclass(frozen=True)
class Paper:
    """`parties` are (label, lines); `signers` the labels below which each side signs."""

    title: str
    number: str
    remark: str  # in brackets below the title
    parties: Sequence[tuple[str, Sequence[str]]]
    articles: Sequence[Article]
    closing: Sequence[str]
    signers: Sequence[str]
    made_at: datetime


def write_paper(paper: Paper) -> bytes:
    """As .docx. The same paper gives the same bytes."""
    document = docx.Document()
    _empty(document)
    lay_out(document)
    made = paper.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = document.core_properties
    properties.title, properties.language, properties.comments = paper.title, "zh-CN", paper.remark
    properties.created = properties.modified = made
    properties.author = properties.last_modified_by = ""
    for text, style in (
        (paper.title, "公文标题"),
        (f"（{paper.remark}）", "公文附注"),
        (f"编号：{paper.number}", "公文附注"),
    ):
        line = document.add_paragraph(text, style=style)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for label, lines in paper.parties:
        document.add_paragraph(label, style="公文一级标题")
        for text in lines:
            document.add_paragraph(text, style="公文正文")
    for n, article in enumerate(paper.articles, 1):
        document.add_paragraph(f"第{_chinese(n)}条　{article.title}", style="公文一级标题")
        for m, clause in enumerate(article.clauses, 1):
            document.add_paragraph(f"{m}. {clause}", style="公文正文")
    for text in paper.closing:
        line = document.add_paragraph(text, style="公文正文")
        line.paragraph_format.keep_with_next = True  # signatures stand on one page, with what they sign
    for label in paper.signers:
        line = document.add_paragraph(
            f"{label}（签字或盖章）：　　　　　　　　　　　日期：", style="公文主送"
        )
        line.paragraph_format.space_before = Pt(18)
        line.paragraph_format.keep_with_next = label != paper.signers[-1]
    buffer = io.BytesIO()
    document.save(buffer)
    return _same_bytes(buffer.getvalue())


def print_paper(paper: Paper) -> bytes:
    """As PDF. The content goes in as data, so that nothing that somebody typed is read as markup."""
    told = asdict(paper)
    told.pop("made_at")
    for n, article in enumerate(told["articles"], 1):
        article["head"] = f"第{_chinese(n)}条　{article['title']}"
    data = json.dumps(told, ensure_ascii=False)
    return typst.compile(str(_TEMPLATE), sys_inputs={"paper": data}, timestamp=int(paper.made_at.timestamp()))


def _chinese(n: int) -> str:
    """Up to 99."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    if not tens:
        return digits[ones]
    return f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}"
