"""A letter as PDF by typst: the same content that `write` puts into a Word file. Pictures are left to Word."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst

from yinling.core.letters.model import Block, Heading, Letter, Paragraph, Table
from yinling.core.letters.writing import chinese_date

PDF = "application/pdf"
_TEMPLATE = Path(__file__).parent / "letter.typ"


def print_letter(letter: Letter) -> bytes:
    """The letter as PDF. The content goes in as data, so that nothing that somebody typed is read as markup."""
    told = {
        "issuer": letter.issuer,
        "number": letter.document_number,
        "title": letter.title,
        "remark": letter.remark,
        "addressee": letter.addressee,
        "signed": chinese_date(letter.signed_on),
        "blocks": _blocks(letter.blocks),
        "annexes": [{"title": annex.title, "blocks": _blocks(annex.blocks)} for annex in letter.annexes],
    }
    inputs = {"letter": json.dumps(told, ensure_ascii=False)}
    return bytes(typst.compile(str(_TEMPLATE), sys_inputs=inputs, timestamp=int(letter.made_at.timestamp())))


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for block in blocks:
        match block:
            case Heading():
                found.append({"kind": "heading", "text": block.text})
            case Paragraph():
                found.append({"kind": "paragraph", "text": block.text, "small": block.small})
            case Table():
                found.append(
                    {
                        "kind": "table",
                        "caption": block.caption,
                        "note": block.note,
                        "shares": [c.share for c in block.columns],
                        "aligns": [c.align for c in block.columns],
                        "titles": [c.title for c in block.columns],
                        "rows": [[str(cell) for cell in row] for row in block.rows],
                    }
                )
    return found
