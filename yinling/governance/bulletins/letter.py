"""A composed bulletin as an official letter."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from yinling.core.letters import Annex, Block, Column, Heading, Letter, Paragraph, Picture, Table, write
from yinling.governance.bulletins import charts


def as_word(words: dict[str, Any], *, made_at: datetime, digest: str) -> bytes:
    """The .docx of what `text.compose` returned. The same words give the same bytes."""
    return write(
        Letter(
            issuer=words["issuer"],
            document_number=words["number"],
            title=words["title"],
            addressee=words["addressee"],
            blocks=_blocks(words["blocks"]),
            signed_on=date.fromisoformat(words["signed_on"]),
            made_at=made_at,
            annexes=[Annex(a["title"], _blocks(a["blocks"])) for a in words["annexes"]],
            copies_to=words["copies_to"],
            remark=words["remark"],
            digest=digest,
        )
    )


def _blocks(blocks: Sequence[dict[str, Any]]) -> list[Block]:
    return [made for block in blocks for made in _block(block)]


def _block(block: dict[str, Any]) -> list[Block]:
    match block["kind"]:
        case "heading":
            return [Heading(block["text"], block["level"])]
        case "table":
            columns = [Column(c["title"], c["share"], c["align"]) for c in block["columns"]]
            return [Table(block["caption"], columns, block["rows"], block["note"])]
        case "chart":
            font = charts.chinese_font()
            picture = Picture(charts.draw(block, font=font), block["caption"], charts.describe(block))
            note = block["note"] if font else f"{block['note']}{charts.key_to_letters(block)}"
            return [picture, Paragraph(note, small=True)]
        case _:
            return [Paragraph(block["text"], small=block["small"])]
