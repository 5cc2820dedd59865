"""Figures, deadlines and scopes of single sentences."""

from __future__ import annotations

import datetime as dt

import pytest

from yinling.engines.policytext import Target, TargetKind
from yinling.engines.policytext.deadlines import find_deadlines
from yinling.engines.policytext.numerals import chinese_integer, mixed, ordinal
from yinling.engines.policytext.targets import find_targets


def targets(text: str, year: int | None = 2025) -> list[Target]:
    return find_targets(text, 0, skip=[], assumed_year=year)


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("2025年底前，出台", "2025-12-31"),
        ("2025 年年底前".replace(" ", ""), "2025-12-31"),
        ("到2025年，建成", "2025-12-31"),
        ("到2025年底，建成", "2025-12-31"),
        ("争取2027年底前建成", "2027-12-31"),
        ("2025年6月底前完成", "2025-06-30"),
        ("2024年2月底前完成", "2024-02-29"),
        ("2025年上半年，启动", "2025-06-30"),
        ("2025年第三季度末前完成", "2025-09-30"),
        ("2025年12月15日前报送", "2025-12-15"),
        ("到“十四五”末，建成", "2025-12-31"),
        ("“十五五”期间，新增", "2030-12-31"),
        ("2024—2026年，每年新增", "2026-12-31"),
        ("二〇二五年底前完成", "2025-12-31"),
        ("今年年底前完成", "2025-12-31"),
        ("年底前完成", "2025-12-31"),
        ("9月底前，举办", "2025-09-30"),
        ("明年6月底前", "2026-06-30"),
    ],
)
def test_a_deadline_is_the_last_day_meant(phrase: str, day: str) -> None:
    assert [d.on for d in find_deadlines(phrase, assumed_year=2025)] == [dt.date.fromisoformat(day)]


@pytest.mark.parametrize(
    "phrase",
    [
        "自2025年1月1日起施行",
        "2023年以来",
        "根据2023年印发的规定",
        "《计划（2025年底前）》",
        "每年6月底前报送",
        "可在5年内实行",
        "（鲁政办字〔2023〕207号）",
    ],
)
def test_dates_that_are_no_deadlines_are_left_alone(phrase: str) -> None:
    assert find_deadlines(phrase, assumed_year=2025) == []


def test_a_year_left_out_is_not_invented() -> None:
    (deadline,) = find_deadlines("年底前完成", assumed_year=None)
    assert deadline.on is None
    (target,) = targets("年底前，建成食堂20家。", year=None)
    assert (target.deadline, target.flags) == (None, ("deadline_year_assumed",))


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit"),
    [
        ("覆盖率达到60%。", ">=", 60, "%"),
        ("社会化率保持在95%以上。", ">=", 95, "%"),
        ("实现城乡居民全覆盖。", ">=", 100, "%"),
        ("专业人员全部持证上岗。", ">=", 100, "%"),
        ("覆盖率达到百分之六十。", ">=", 60, "%"),
        ("三分之一以上的机构开展服务。", ">=", 33.33, "%"),
        ("五成以上机构开展服务。", ">=", 50, "%"),
        ("建设7家以上智慧养老院。", ">=", 7, "家"),
        ("争取建成服务站点90个。", ">=", 90, "个"),
        ("再增加30家左右。", "+", 30, "家"),
        ("新增护理型床位500张。", "+", 500, "张"),
        ("新增不低于5条精品线路。", ">=", 5, "条"),
        ("引进二十家企业。", ">=", 20, "家"),
        ("培育两家示范机构。", ">=", 2, "家"),
        ("培训护理员3万人次。", ">=", 30000, "人次"),
        ("建成床位1.5万张以上。", ">=", 15000, "张"),
        ("建成床位12,000张。", ">=", 12000, "张"),
        ("营业收入达到800亿元。", ">=", 800, "亿元"),
        ("护理型床位占比提高5个百分点。", "+", 5, "个百分点"),
        ("投诉率控制在3%以下。", "<=", 3, "%"),
        ("占比达到5%—10%。", ">=", 5, "%"),
    ],
)
def test_a_figure_is_read_with_its_comparator(text: str, comparator: str, value: float, unit: str) -> None:
    (target,) = targets(text)
    assert target.kind is TargetKind.QUANTITY
    assert (target.comparator, target.value, target.unit) == (comparator, value, unit)
    assert isinstance(target.value, type(value))


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit"),
    [
        ("单户授信额度最高3000万元。", "<=", 3000, "万元"),
        ("给予原则上不超过4%的优惠贷款利率。", "<=", 4, "%"),
        ("利用建筑面积1000平方米以下独栋建筑改造。", "<=", 1000, "平方米"),
        ("可在5年内实行过渡期政策。", "<=", 5, "年"),
        ("按照每百户不低于20平方米的标准配建。", ">=", 20, "平方米"),
        ("面积不得低于350平方米。", ">=", 350, "平方米"),
        ("按每张床位1万元标准给予补助。", "=", 1, "万元"),
        ("押金最长不得超过12个月。", "<=", 12, "个月"),
    ],
)
def test_a_figure_of_the_rule_itself_is_a_parameter(
    text: str, comparator: str, value: int, unit: str
) -> None:
    (target,) = targets(text)
    assert target.kind is TargetKind.PARAMETER
    assert (target.comparator, target.value, target.unit) == (comparator, value, unit)
    assert target.deadline is None


@pytest.mark.parametrize(
    "text",
    [
        "65周岁及以上老年人享受优待。",
        "二级以上公立医院开设门诊。",
        "打造“15分钟养老服务圈”。",
        "推行“1+N”模式。",
        "围绕5大创新，完善四级网络。",
        "建设一批养老机构。",
        "推动“两院合一”。",
        "从3个方面着手。",
        "落实《2025年行动计划（60%以上）》。",
        "A级景区优惠开放。",
    ],
)
def test_figures_that_promise_nothing_are_left_alone(text: str) -> None:
    assert targets(text) == []


def test_a_deadline_holds_to_the_end_of_its_sentence_and_no_further() -> None:
    text = "2025年底前，甲率达到70%，乙率达到80%；丙率达到90%。丁率达到60%。"
    read = targets(text)
    assert [t.deadline for t in read] == [dt.date(2025, 12, 31)] * 3 + [None]
    assert [t.flags for t in read] == [(), (), ("deadline_inherited",), ()]


def test_a_dated_deliverable_is_a_milestone() -> None:
    (target,) = targets("2025年底前，出台失能失智老年人照护服务措施。")
    assert target.kind is TargetKind.MILESTONE
    assert (target.value, target.comparator, target.unit) == (None, None, None)
    assert target.deadline == dt.date(2025, 12, 31)


def test_one_target_for_several_places_names_them() -> None:
    (target,) = targets("环翠区、文登区、荣成市分别设置至少1个安宁疗护病区。")
    assert target.scope == "环翠区、文登区、荣成市分别"
    assert (target.subject, target.value) == ("安宁疗护病区", 1)


def test_figures_in_a_row_pair_with_years_places_or_subjects() -> None:
    by_year = targets("到2024年、2025年，覆盖率分别达到60%、80%。")
    assert [(t.value, t.deadline) for t in by_year] == [
        (60, dt.date(2024, 12, 31)),
        (80, dt.date(2025, 12, 31)),
    ]
    by_place = targets("东山区、西河区分别新建1处、2处康养基地。")
    assert [(t.scope, t.value, t.subject) for t in by_place] == [
        ("东山区", 1, "康养基地"),
        ("西河区", 2, "康养基地"),
    ]
    by_subject = targets("助餐率、助浴率分别达到90%和50%。")
    assert [(t.subject, t.value) for t in by_subject] == [("助餐率", 90), ("助浴率", 50)]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("开展技能培训20场。", "技能培训"),
        ("建立应急救援队伍5支。", "应急救援队伍"),
        ("计划生育特殊家庭签约率达到90%。", "计划生育特殊家庭签约率"),
        ("考试通过率达到80%。", "考试通过率"),
        ("引进培训机构5家。", "培训机构"),
        ("基本养老服务覆盖率达到95%。", "基本养老服务覆盖率"),
        ("等级评定率达到90%。", "等级评定率"),
        ("押金不得超过月床位费的12倍。", "押金"),
        ("到2025年，县级以上福彩公益金55%以上用于养老。", "县级以上福彩公益金用于养老"),
        ("2025年底前，60%以上养老机构开展上门服务。", "养老机构开展上门服务"),
        ("经济规模突破1200亿元，年均增长10%以上。", "经济规模年均增长"),
    ],
)
def test_the_subject_is_what_is_counted(text: str, subject: str) -> None:
    assert targets(text)[-1].subject == subject


def test_what_lies_behind_is_no_deadline_unless_it_is_stated_as_one() -> None:
    (target,) = targets("2024年，新增床位20张。", year=2025)
    assert target.deadline is None
    (target,) = targets("2025年，新增床位20张。", year=2025)
    assert target.deadline == dt.date(2025, 12, 31)


def test_chinese_numerals() -> None:
    assert [chinese_integer(n) for n in ("十", "十二", "二十", "一百零五", "二〇二五", "三万", "两")] == [
        10, 12, 20, 105, 2025, 30000, 2,
    ]  # fmt: skip
    assert chinese_integer("民政") is None
    assert [ordinal(n) for n in ("12", "十二", "⑫")] == [12, 12, 12]
    assert [mixed(n) for n in ("1.5万", "1,200", "二十")] == [15000, 1200, 20]


def test_parts_and_years_of_a_total_keep_its_subject() -> None:
    read = targets("推进家庭适老化改造，三年完成2000户，其中2031年600户、2032年1400户。")
    assert [(t.subject, t.value, t.deadline and t.deadline.year) for t in read] == [
        ("家庭适老化改造", 2000, None),
        ("家庭适老化改造", 600, 2031),
        ("家庭适老化改造", 1400, 2032),
    ]
    read = targets("建设家庭照护床位1万张，其中城六区不少于6000张。")
    assert [(t.subject, t.scope) for t in read] == [("家庭照护床位", None), ("家庭照护床位", "城六区")]


def test_what_a_figure_starts_from_or_describes_is_no_target() -> None:
    assert [t.value for t in targets("社会化运营率由75%提高到85%。")] == [85]
    assert [t.value for t in targets("100张床位以上的机构内设医疗机构比例达到70%。")] == [70]
    assert targets("构建城乡全覆盖的养老服务体系。") == []
    assert targets("按照区域养老服务中心全覆盖目标。") == []


def test_points_in_a_row_do_not_hand_on_their_deadlines() -> None:
    read = targets("一是新建站点48个，9月底前全部完工；二是新增床位100张。", year=2030)
    assert [(t.value, t.deadline) for t in read] == [
        (48, None),
        (100, dt.date(2030, 9, 30)),
        (100, None),
    ]


def test_several_years_before_one_figure_make_one_target_each() -> None:
    read = targets("2028年、2029年各完成改造1200户。", year=2027)
    assert [t.deadline and t.deadline.year for t in read] == [2028, 2029]
