"""Files of every kind: what is read, and how the rest is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from yinling.engines.policytext import (
    BrokenFile,
    DocumentTooLarge,
    EmptyDocument,
    ScannedWithoutText,
    UnknownEncoding,
    UnsupportedFormat,
    parse,
    read_bytes,
    read_file,
)
from yinling.kernel.errors import DomainError

TEXT = "关于发展养老服务的若干措施\n一、扩大供给\n1. 建设机构。2025年底前，建成20家。（市民政局负责）\n"


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def package(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def pdf_with_text(lines: list[str]) -> bytes:
    """A small PDF whose text layer maps glyphs to Chinese characters, as a word processor writes it."""
    chars = sorted({char for line in lines for char in line})
    codes = {char: index + 1 for index, char in enumerate(chars)}
    pages = "".join(
        f"BT /F1 12 Tf 50 {700 - 20 * n} Td <{''.join(f'{codes[c]:04X}' for c in line)}> Tj ET\n"
        for n, line in enumerate(lines)
    )
    unicode_map = "".join(f"<{code:04X}> <{ord(char):04X}>\n" for char, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{unicode_map}endbfchar endcmap end end"
    )
    resources = "/Resources << /Font << /F1 5 0 R >> >>"
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    metrics = "/FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80"
    base = "/Type /Font /BaseFont /Song"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {resources} >>",
        f"<< /Length {len(pages)} >>\nstream\n{pages}endstream",
        f"<< {base} /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        f"<< {base} /Subtype /CIDFontType2 /DW 1000 /FontDescriptor 8 0 R {system} >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        f"<< /Type /FontDescriptor /FontName /Song /Flags 4 {metrics} >>",
    ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{o:010d} 00000 n \n" for o in offsets
    )
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return body + (table + trailer).encode()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_plain_text_is_read_in_every_encoding_offices_use(encoding: str) -> None:
    assert parse(read_bytes(TEXT.encode(encoding), "a.txt")).as_dict() == parse(TEXT).as_dict()


def test_a_word_file_is_read_with_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    document = Document()
    for line in TEXT.strip().split("\n"):
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["任务", "单位", "建机构", "市民政局"], strict=True
    ):
        cell.text = text
    document.add_paragraph("2. 培训人员。提升能力。（市人社局负责）")
    path = tmp_path / "a.docx"
    document.save(str(path))
    text = read_file(path)
    assert text.split("\n")[-3:] == [
        "任务\t单位",
        "建机构\t市民政局",
        "2. 培训人员。提升能力。（市人社局负责）",
    ]
    read = parse(text)
    assert [m.lead_units for m in read.measures] == [("市民政局",), ("市人社局",)]
    assert [u.reason for u in read.unassigned] == ["table", "table"]


def test_automatic_numbers_of_a_word_file_are_written_out() -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    levels += (
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, text in [
        (0, "扩大供给"),
        (1, "建机构。好。"),
        (1, "建床位。好。"),
        (0, "强化保障"),
        (1, "用好资金。好。"),
    ]:
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    assert read_bytes(saved(document), "a.docx").split("\n") == [
        "一、扩大供给", "1.建机构。好。", "2.建床位。好。", "二、强化保障", "1.用好资金。好。",
    ]  # fmt: skip


def test_a_pdf_with_a_text_layer_is_read() -> None:
    data = pdf_with_text(
        [
            "关于发展养老服务的若干措施",
            "一、扩大供给",
            "1.建设机构。2025年底前，建成20家。（市民政局",
            "负责）",
        ]
    )
    document = parse(read_bytes(data, "a.pdf"))
    assert document.measures[0].lead_units == ("市民政局",)
    assert document.measures[0].targets[0].value == 20


def blank_pdf(password: str | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "error", "words"),
    [
        (b"", "a.txt", EmptyDocument, "空"),
        (b"\xef\xbb\xbf \r\n\n", "a.txt", EmptyDocument, "空"),
        ("　\n　".encode(), "a.txt", EmptyDocument, "没有文字"),
        (saved(Document()), "a.docx", EmptyDocument, "没有文字"),
        (blank_pdf(), "scan.pdf", ScannedWithoutText, "扫描件"),
        (blank_pdf("secret"), "a.pdf", BrokenFile, "加密"),
        (b"%PDF-1.4\nrubbish", "a.pdf", BrokenFile, "损坏"),
        (b"PK\x03\x04" + b"\x00" * 50, "a.docx", BrokenFile, "损坏"),
        (saved(Document())[:3000], "a.docx", BrokenFile, "损坏"),
        (package(word__document_dot_xml="<broken"), "a.docx", BrokenFile, "损坏"),
        (package(xl__workbook_dot_xml="<x/>"), "plan.docx", UnsupportedFormat, "Excel"),
        (package(ppt__presentation_dot_xml="<x/>"), "a.pptx", UnsupportedFormat, "PowerPoint"),
        (package(readme_dot_md="x"), "a.zip", UnsupportedFormat, "压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", UnsupportedFormat, "另存为 .docx"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "a.png", UnsupportedFormat, "图片"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 20, "a.txt", UnsupportedFormat, "图片"),
        ("<!DOCTYPE html><html>文</html>".encode(), "a.txt", UnsupportedFormat, "网页"),
        ("序号,任务\n1,建机构\n".encode(), "a.csv", UnsupportedFormat, "表格"),
        (b"{\\rtf1 abc}", "a.doc", UnsupportedFormat, "RTF"),
        (bytes(range(128, 256)) * 20, "a.txt", UnknownEncoding, "编码"),
        ("国家养老服务政策".encode("shift_jis", "ignore") * 3 + b"\xfd\xff\xa0", "a.txt", UnknownEncoding, "编码"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_cause(
    data: bytes, name: str, error: type[DomainError], words: str
) -> None:
    with pytest.raises(error) as caught:
        read_bytes(data, name)
    assert words in caught.value.message


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(40 * 1024 * 1024)
    with pytest.raises(DocumentTooLarge) as caught:
        read_file(path)
    assert "40.0 MB" in caught.value.message
    assert "20 MB" in caught.value.message


def test_a_word_file_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        read_bytes(package(word__document_dot_xml=" " * (60 * 1024 * 1024)), "a.docx")


@settings(max_examples=50, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["a.txt", "a.docx", "a.pdf", "a"]),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04"]),
)
def test_arbitrary_bytes_are_read_or_refused_never_more(data: bytes, name: str, head: bytes) -> None:
    try:
        parse(read_bytes(head + data, name))
    except DomainError as error:
        assert error.message
