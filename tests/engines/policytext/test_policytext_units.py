"""Responsibility phrases in all their forms, and brackets that are none."""

from __future__ import annotations

import pytest

from yinling.engines.policytext import Role, parse
from yinling.engines.policytext.units import find_phrases, settle

CASES: list[tuple[str, list[str], list[str]]] = [
    ("（市民政局负责）", ["市民政局"], []),
    ("（市民政局牵头，市财政局、卫生健康委配合）", ["市民政局"], ["市财政局", "市卫生健康委"]),
    ("（市发展改革委、民政局负责）", ["市发展改革委", "市民政局"], []),
    (
        "（市住房城乡建设局、市场监管局、消防救援支队负责）",
        ["市住房城乡建设局", "市市场监管局", "市消防救援支队"],
        [],
    ),
    (
        "（市民政局牵头，市委组织部、社会工作部和市总工会、人力资源社会保障局配合）",
        ["市民政局"],
        ["市委组织部", "市委社会工作部", "市总工会", "市人力资源社会保障局"],
    ),
    (
        "（市民政局牵头，市住房城乡建设局和人民银行威海市分行、威海金融监管分局配合）",
        ["市民政局"],
        ["市住房城乡建设局", "人民银行威海市分行", "威海金融监管分局"],
    ),
    ("（牵头单位：市民政局;责任单位：市发展改革委、财政局）", ["市民政局"], ["市发展改革委", "市财政局"]),
    ("（牵头单位：市民政局　责任单位：市财政局）", ["市民政局"], ["市财政局"]),
    ("（责任单位：市民政局、财政局）", ["市民政局", "市财政局"], []),
    ("（责任单位：县民政局；配合单位：县财政局、卫健局）", ["县民政局"], ["县财政局", "县卫健局"]),
    ("(责任部门:区民政局,区财政局)", ["区民政局", "区财政局"], []),
    ("（主办：市民政局；协办：市财政局、团市委）", ["市民政局"], ["市财政局", "团市委"]),
    (
        "（牵头部门：市医保局；参加单位：市民政局；落实单位：各区政府）",
        ["市医保局"],
        ["市民政局", "各区政府"],
    ),
    ("（市民政局、市财政局按职责分工负责）", ["市民政局", "市财政局"], []),
    ("（民政部牵头，国家发展改革委、财政部等按职责分工负责）", ["民政部"], ["国家发展改革委", "财政部"]),
    ("（国家卫生健康委、中医药局、教育部负责）", ["国家卫生健康委", "国家中医药局", "教育部"], []),
    (
        "（省民政厅牵头，省财政厅等按职责分工负责，各市县人民政府落实）",
        ["省民政厅"],
        ["省财政厅", "各市县人民政府"],
    ),
    ("（市直有关部门，各区市政府负责）", ["市直有关部门", "各区市政府"], []),
    ("（市民政局牵头，市有关部门配合）", ["市民政局"], ["市有关部门"]),
    (
        "（各区、县（市）人民政府，市直有关部门、单位负责）",
        ["各区、县（市）人民政府", "市直有关部门、单位"],
        [],
    ),
    ("（市民政局负责，各县（市、区）政府落实）", ["市民政局"], ["各县（市、区）政府"]),
    ("（市民政局会同市财政局、卫健委负责）", ["市民政局"], ["市财政局", "市卫健委"]),
    (
        "（市文化和旅游局、工业和信息化局及体育局负责）",
        ["市文化和旅游局", "市工业和信息化局", "市体育局"],
        [],
    ),
    ("（自治区民政厅牵头，财政厅、党委组织部配合）", ["自治区民政厅"], ["自治区财政厅", "自治区党委组织部"]),
    ("（州民政局、卫健委负责）", ["州民政局", "州卫健委"], []),
    ("（济南市民政局、财政局负责）", ["济南市民政局", "济南市财政局"], []),
    ("（市委老干部局、教育局牵头，妇联配合）", ["市委老干部局", "市教育局"], ["市妇联"]),
    ("（市政务服务局、数据局牵头）", ["市政务服务局", "市数据局"], []),
    ("（由市民政局牵头，市财政局等11个部门配合）", ["市民政局"], ["市财政局"]),
    ("(市民政局牵头,市财政局配合,2025年底前完成)", ["市民政局"], ["市财政局"]),
    ("责任单位：市民政局、各县（市、区）人民政府", ["市民政局", "各县（市、区）人民政府"], []),
    ("加强培训。责任单位：市民政局、人社局", ["市民政局", "市人社局"], []),
    ("【牵头单位：市民政局；责任单位：市财政局】", ["市民政局"], ["市财政局"]),
    ("（责任单位：市民政局牵头，市财政局、市卫健局配合）", ["市民政局"], ["市财政局", "市卫健局"]),
    ("责任单位：市民政局（牵头）、市财政局", ["市民政局"], ["市财政局"]),
    ("（市民政局指导，市残联配合，各区县政府负责）", ["各区县政府"], ["市民政局", "市残联"]),
    ("（市民政局负责。以下均需各区政府落实，不再列出）", ["市民政局"], []),
    ("（以上措施由市民政局牵头落实）", ["市民政局"], []),
    ("（市卫生健康委，各盟市党委、政府负责）", ["市卫生健康委", "各盟市党委、政府"], []),
    ("（民政局、养老服务科负责）", ["民政局", "养老服务科"], []),
]


@pytest.mark.parametrize(("phrase", "lead", "support"), CASES, ids=[case[0] for case in CASES])
def test_a_responsibility_phrase_names_who_leads_and_who_supports(
    phrase: str, lead: list[str], support: list[str]
) -> None:
    (found,) = find_phrases(phrase, 0)
    units = settle(found.named)
    assert [unit.name for unit in units if unit.role is Role.LEAD] == lead
    assert [unit.name for unit in units if unit.role is Role.SUPPORT] == support


@pytest.mark.parametrize(
    "text",
    [
        "行动计划（2024—2026年）",
        "要求（鲁政办字〔2023〕207号）。",
        "街镇（镇、街道）。",
        "诊所、卫生所（室）、医务室。",
        "短期照护（喘息服务）。",
        "机构（以下简称“机构”）。",
        "社区卫生服务中心（站）和镇卫生院。",
        "各县（市、区）要加强领导。",
        "设施（原则上面积不得低于350平方米）。",
        "由市民政局牵头建立机制，财政局配合。",
        "（一）加强领导。",
    ],
)
def test_brackets_of_other_kinds_are_no_units(text: str) -> None:
    assert find_phrases(text, 0) == []


def test_names_set_apart_by_spaces_are_several_units() -> None:
    document = parse("一、任务\n1. 建立机制。做好工作。（责任单位：市民政局 市财政局 各区政府）")
    assert document.measures[0].lead_units == ("市民政局", "市财政局", "各区政府")


def test_a_note_that_the_first_unit_leads_is_heeded() -> None:
    text = "一、任务（列第一位的为牵头单位）\n1. 甲事。办好。（责任单位：市民政局、财政局）\n2. 乙事。办好。（责任单位：市医保局、财政局）"
    first, second = parse(text).measures
    assert (first.lead_units, first.supporting_units) == (("市民政局",), ("市财政局",))
    assert (second.lead_units, second.supporting_units) == (("市医保局",), ("市财政局",))


def test_a_province_that_prints_its_departments_bare_keeps_them_so() -> None:
    text = "一、任务\n1. 甲事。办好。（责任单位：民政厅、省医保局、财政厅）\n2. 乙事。办好。（责任单位：省医保局、财政厅）"
    first, second = parse(text).measures
    assert first.lead_units == ("民政厅", "省医保局", "财政厅")
    assert second.lead_units == ("省医保局", "财政厅")


def test_open_ended_lists_are_flagged() -> None:
    (measure,) = parse("一、任务\n1. 建立机制。做好工作。（市民政局、财政局等部门负责）").measures
    assert measure.lead_units == ("市民政局", "市财政局")
    assert "units_open_ended" in measure.flags


def test_a_bracket_broken_over_lines_is_read_whole() -> None:
    text = "一、任务\n1. 建立机制。做好工作。（市民政局牵\n\n头，市财政局、自然资源和规划局、住房城\n乡建设局配合）\n2. 再做一事。抓紧。（市民政局负责）"
    first, second = parse(text).measures
    assert first.supporting_units == ("市财政局", "市自然资源和规划局", "市住房城乡建设局")
    assert second.lead_units == ("市民政局",)
