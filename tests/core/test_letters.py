"""Official letters by GB/T 9704-2012, read back from the file."""

import io
from datetime import UTC, date, datetime

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from yinling.core.letters import Annex, Column, Heading, Letter, Paragraph, Table, write

ROWS = [[f"指标{n}", "60%", str(n)] for n in range(60)]
LETTER = Letter(
    issuer="威海市民政局",
    document_number="季度通报〔2026〕3号",
    title="关于2026年第三季度全市养老服务\n重点任务落实情况的通报",
    addressee="各区市政府",
    blocks=[
        Paragraph("现将有关情况通报如下。"),
        Heading("一、总体情况"),
        Heading("（一）指标", 2),
        Table("表1　指标", [Column("指标", 3), Column("目标"), Column("本期", 1, "right")], ROWS, "数据来源"),
    ],
    signed_on=date(2026, 10, 9),
    made_at=datetime(2026, 10, 9, 8, tzinfo=UTC),
    annexes=[Annex("明细", [Paragraph("见上。")])],
    copies_to="市政府办公室",
    remark="演示数据",
)


@pytest.fixture(scope="module")
def made():
    return docx.Document(io.BytesIO(write(LETTER)))


def line(made, text):
    return next(p for p in made.paragraphs if p.text == text)


def east_asia(element):
    return element.rPr.rFonts.get(qn("w:eastAsia"))


def test_page_is_a4_with_the_standard_s_margins(made):
    page = made.sections[0]
    lengths = {
        210: page.page_width,
        297: page.page_height,
        37: page.top_margin,
        28: page.left_margin,
        156: page.page_width - page.left_margin - page.right_margin,
        225: page.page_height - page.top_margin - page.bottom_margin,
    }
    for millimetres, length in lengths.items():
        assert length / 36_000 == pytest.approx(
            millimetres, abs=0.05
        )  # the file counts in twentieths of a point


def test_body_is_16_point_with_28_points_a_line_22_lines_28_characters(made):
    style = made.styles["公文正文"]
    assert style.font.size == Pt(16) and style.paragraph_format.line_spacing == Pt(28)
    assert east_asia(style.element) == "仿宋_GB2312"
    assert style.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    condensed = int(style.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    width_pt = 156 / 25.4 * 72
    assert 28 * (16 + condensed) <= width_pt < 29 * (16 + condensed)
    assert 22 * 28 <= 225 / 25.4 * 72 < 23 * 28


def test_headings_and_title_have_their_fonts(made):
    fonts = {
        name: east_asia(made.styles[name].element) for name in ("公文标题", "公文一级标题", "公文二级标题")
    }
    assert fonts == {
        "公文标题": "方正小标宋简体",
        "公文一级标题": "黑体",
        "公文二级标题": "楷体_GB2312",
    }
    assert made.styles["公文标题"].font.size == Pt(22)
    table = next(r.target_part for r in made.part.rels.values() if r.reltype.endswith("/fontTable")).blob
    assert b"Noto Serif CJK SC" in table and b"altName" in table


def test_head_is_red_and_a_red_line_stands_below_the_number(made):
    head = line(made, "威海市民政局文件").runs[0]
    assert str(head.font.color.rgb) == "E00000" and head.font.size > Pt(22)
    rule = line(made, "季度通报〔2026〕3号")._element.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert rule.get(qn("w:color")) == "E00000"


def test_order_of_parts(made):
    texts = [p.text for p in made.paragraphs if p.text]
    wanted = [
        "威海市民政局文件",
        "季度通报〔2026〕3号",
        "关于2026年第三季度全市养老服务",
        "重点任务落实情况的通报",
        "（演示数据）",
        "各区市政府：",
        "现将有关情况通报如下。",
        "一、总体情况",
        "（一）指标",
        "表1　指标",
        "数据来源",
        "附件：明细",
        "威海市民政局",
        "2026年10月9日",
        "附件",
        "明细",
        "见上。",
    ]
    assert texts == wanted
    colophon = made.tables[-1]
    assert [c.text for row in colophon.rows for c in row.cells] == [
        "抄送：市政府办公室。",
        "抄送：市政府办公室。",  # one cell over both columns
        "威海市民政局办公室",
        "2026年10月9日印发",
    ]


def test_table_header_repeats_and_rows_stay_whole(made):
    rows = made.tables[0].rows
    assert rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert [c.text for c in rows[7].cells] == ["指标6", "60%", "6"]


def test_page_numbers_stand_outside_on_odd_and_even_pages(made):
    assert made.settings.odd_and_even_pages_header_footer
    section = made.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert odd.text == even.text == "— 1 —"
    assert (odd.alignment, even.alignment) == (2, 0)
    assert "PAGE" in odd._element.xml and "PAGE" in even._element.xml


def test_the_same_letter_is_the_same_file():
    assert write(LETTER) == write(LETTER)
