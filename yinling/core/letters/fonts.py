"""The standard's fonts, and what stands in for each where it is not installed.

小标宋 is licensed and rarely there; Word and LibreOffice look into the font table for `altName` before they
guess, so a letter stays a letter on any machine.
"""

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

TITLE = "方正小标宋简体"
BODY = "仿宋_GB2312"
HEADING_1 = "黑体"
HEADING_2 = "楷体_GB2312"
LATIN = "Times New Roman"
PAGE_NUMBER = "宋体"

STANDS_IN: dict[str, str] = {
    TITLE: "FZXiaoBiaoSong-B05S,方正小标宋_GBK,小标宋,宋体,SimSun,Noto Serif CJK SC,Source Han Serif SC",
    BODY: "仿宋,FangSong,FangSong_GB2312,华文仿宋,STFangsong,Noto Serif CJK SC,宋体",
    HEADING_1: "SimHei,华文黑体,STHeiti,Noto Sans CJK SC,Source Han Sans SC",
    HEADING_2: "楷体,KaiTi,KaiTi_GB2312,华文楷体,STKaiti,Noto Serif CJK SC,宋体",
    PAGE_NUMBER: "SimSun,Noto Serif CJK SC",
}


def name_stand_ins(document: Document) -> None:
    """Put the fonts with their stand-ins into the document's font table."""
    part = next(
        rel.target_part for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE
    )
    table = etree.fromstring(part.blob)
    for name, others in STANDS_IN.items():
        font = etree.SubElement(table, qn("w:font"), {qn("w:name"): name})
        etree.SubElement(font, qn("w:altName"), {qn("w:val"): others})
        etree.SubElement(font, qn("w:charset"), {qn("w:val"): "86"})  # GB2312
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)
