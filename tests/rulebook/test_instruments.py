from pathlib import Path

import pytest
import yaml

from yinling.assessment.choices import Purpose
from yinling.kernel.assessing import PURPOSES
from yinling.rulebook import instruments
from yinling.rulebook.assessing import read_rules
from yinling.rulebook.facts import BadRulebook
from yinling.rulebook.instruments import load
from yinling.rulebook.instruments.reading import read_instrument

FOLDER = Path(instruments.__file__).parent


def broken(tmp_path, name, change):
    data = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    change(data)
    file = tmp_path / "x.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True))
    return file


def test_what_was_not_compared_with_the_official_text_says_so():
    assert not load()["ltci37-2021"].verified
    assert all(i.caution for i in load().values())


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("gbt42195-2022", lambda d: d["bands"][1].update(low=65), "65 分落在 2 个分级"),
        ("gbt42195-2022", lambda d: d["bands"].pop(), "0 分落在 0 个分级"),
        ("gbt42195-2022", lambda d: d["items"].append(d["items"][0]), "重复"),
        ("gbt42195-2022", lambda d: d["items"].pop(), "与满分 15 不符"),
        ("gbt42195-2022", lambda d: d.pop("bands"), "之一"),
        ("gbt42195-2022", lambda d: d["adjustments"][0].update(value=9), "没有名称"),
        ("gbt42195-2022", lambda d: d.pop("levels"), "levels"),
        ("ltci37-2021", lambda d: d["matrix"]["levels"].pop(), "行数"),
        ("gbt42195-2022", lambda d: d["agreements"][0].update(needs={"B.3.9": 7}), "没有 7 这个选项"),
        ("ltci37-2021", lambda d: d["gate"]["grades"]["A"].append([3, 3]), "各列一次"),
    ],
)
def test_an_instrument_with_a_gap_is_refused(tmp_path, name, change, said):
    with pytest.raises(BadRulebook, match=said):
        read_instrument(broken(tmp_path, name, change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.pop("assessing"), "assessing"),
        (lambda d: d["assessing"].pop("valid_months"), "valid_months"),
        (lambda d: d["assessing"].update(holidays=3), "holidays"),
        (lambda d: d["assessing"].update(purposes=[]), "没有写用途"),
        (lambda d: d["assessing"].update(accepted_for=["fun"]), "没有用途 fun"),
        (lambda d: d["assessing"].update(illustrative=["fun"]), "不是字段名"),
        (lambda d: d["assessing"].update(medical_members=3), "医护背景"),
    ],
)
def test_rules_of_use_that_cannot_be_followed_are_refused(tmp_path, change, said):
    with pytest.raises(BadRulebook, match=said):
        read_rules(broken(tmp_path, "gbt42195-2022", change))


def test_the_purposes_of_the_rules_are_those_of_the_room():
    assert tuple(Purpose.values) == PURPOSES


# The facts, written out a second time on purpose: code to name and highest score, bands, matrix.
ABILITY = """
B.1.1 进食 4/B.1.2 修饰 4/B.1.3 洗澡 4/B.1.4 穿/脱上衣 4/B.1.5 穿/脱裤子和鞋袜 4/B.1.6 小便控制 4/B.1.7 大便控制 4/B.1.8 如厕 4
B.2.1 床上体位转移 4/B.2.2 床椅转移 4/B.2.3 平地行走 4/B.2.4 上下楼梯 3
B.3.1 时间定向 4/B.3.2 空间定向 4/B.3.3 人物定向 4/B.3.4 记忆 4/B.3.5 理解能力 4/B.3.6 表达能力 4/B.3.7 攻击行为 1/B.3.8 抑郁症状 1/B.3.9 意识水平 2
B.4.1 视力 2/B.4.2 听力 2/B.4.3 执行日常事务 4/B.4.4 使用交通工具外出 3/B.4.5 社会交往能力 4
"""
LTCI = """
C1.1 进食 0-5-10/C1.2 穿衣 0-5-10/C1.3 面部与口腔清洁 0-5/C1.4 大便控制 0-5-10/C1.5 小便控制 0-5-10
C1.6 用厕 0-5-10/C1.7 平地行走 0-5-10-15/C1.8 床椅转移 0-5-10-15/C1.9 上下楼 0-5-10/C1.10 洗澡 0-5
C2.1 时间定向 0-1-2-3-4/C2.2 人物定向 0-1-2-3-4/C2.3 空间定向 0-1-2-3-4/C2.4 记忆力 0-1-2-3-4
C3.1 视力 0-1-2-3-4/C3.2 听力 0-1-2-3-4/C3.3 沟通能力 0-1-2-3-4
"""


def test_items_and_scores_are_those_of_the_ability_standard():
    found = [f"{i.code} {i.name} {max(i.by_score)}" for i in load()["gbt42195-2022"].items]
    assert "/".join(found) == "/".join(ABILITY.split("\n")[1:-1])
    assert all(sorted(i.by_score) == list(range(max(i.by_score) + 1)) for i in load()["gbt42195-2022"].items)


def test_items_and_scores_are_those_of_the_long_term_care_standard():
    items = load()["ltci37-2021"].items
    found = [f"{i.code} {i.name} {'-'.join(map(str, sorted(i.by_score)))}" for i in items]
    assert "/".join(found) == "/".join(LTCI.split("\n")[1:-1])
