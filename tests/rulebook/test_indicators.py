import re
from pathlib import Path

import pytest
import yaml

from yinling.kernel.indicators import IndicatorKind
from yinling.rulebook import facts, indicators, policy_documents
from yinling.rulebook.facts import BadRulebook
from yinling.rulebook.indicators.reading import read_indicator

POLICIES = Path(__file__).resolve().parent.parent.parent / "yinling/demo/policies"
HERE = Path(indicators.__file__).parent
TYPES = {view.id: view.types for view in facts.load().values()}

GOOD = yaml.safe_load((HERE / "nursing-beds.yaml").read_text())


def dense(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_target_of_both_documents_is_an_indicator():
    known = indicators.load()
    promises = [i for i in known.values() if not i.is_context]
    assert len(promises) == 48 and len(known) == 59
    assert all(i.targets and i.clauses and i.units for i in promises)
    assert all((i.definition is None) == bool(i.reported_by) for i in known.values())
    assert all(i.definition for i in known.values() if i.is_context)


def test_each_quote_stands_in_its_document_and_each_number_in_its_quote():
    texts = [dense(f.read_text()) for f in POLICIES.glob("*.txt")]
    for indicator in indicators.load().values():
        for clause in indicator.clauses:
            assert any(dense(clause.quote) in text for text in texts), (indicator.id, clause.quote)
        for target in indicator.targets:
            quote = dense(target.clause.quote)
            whole = re.search(r"全覆盖|全部|确保其保持|形成|分别|编制", quote)
            number = f"{target.value.normalize():f}"
            assert number in quote or whole or indicator.kind is IndicatorKind.MILESTONE, indicator.id


def test_years_of_targets_are_those_of_the_texts():
    years = {i.id: sorted({t.by.year for t in i.targets if t.by}) for i in indicators.load().values()}
    assert years["embedded-small-homes"] == years["rental-points"] == [2027]
    assert years["homes-offering-home-visits"] == years["long-term-carers"] == [2026]
    assert years["nursing-beds"] == years["town-centres"] == years["meal-mechanism"] == [2024]
    assert years["meal-sites"] == years["home-care-beds"] == years["home-visits-delivered"] == [2023]
    assert years["street-centres"] == []


def test_a_target_of_two_documents_keeps_both_clauses():
    both = indicators.load()["resident-ltci-coverage"]
    assert {t.clause.document for t in both.targets} == set(policy_documents.load())


def test_the_digest_changes_with_what_decides_the_value(tmp_path):
    same = read(tmp_path, summary="另一句话")
    other = read(tmp_path, definition={**GOOD["definition"], "numerator": "kind = 'nursing'"})
    before = indicators.load()["nursing-beds"].digest
    assert same.digest == before != other.digest


def read(folder, drop=(), **changes):
    data = {**GOOD, **changes}
    for name in drop:
        data.pop(name)
    file = folder / "nursing-beds.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True))
    return read_indicator(file, TYPES, policy_documents.load())


DEFINITION = GOOD["definition"]
TARGET = GOOD["targets"][0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"colour": "red"}, "不认识的字段 colour；可以写的有：id、name"),
        ({"drop": ["unit"]}, "缺少字段 unit"),
        ({"drop": ["targets"]}, "缺少字段 targets"),
        ({"id": "other"}, "应与文件名“nursing-beds”相同"),
        ({"kind": "share"}, "kind 只能是 ratio、count、milestone"),
        ({"scale": 0}, "scale 应当是正整数"),
        ({"context": True}, "背景统计（context）不写 clauses"),
        ({"reported": {"by": "市民政局", "because": "x"}}, "必须而且只能写一个"),
        ({"drop": ["definition"]}, "必须而且只能写一个"),
        ({"definition": {**DEFINITION, "view": "beds"}}, "没有视图“beds”；facts.yaml 里有：person、place"),
        ({"definition": {**DEFINITION, "numerator": "knd = 'x'"}}, "没有“knd”这一列"),
        ({"definition": {**DEFINITION, "numerator": "kind"}}, "应当得到 boolean 或 integer"),
        ({"definition": {**DEFINITION, "filter": "place_id"}}, "应当得到 boolean"),
        ({"definition": {**DEFINITION, "numerator": True}}, "应当是加引号的表达式"),
        ({"definition": {"view": "bed", "numerator": "TRUE"}}, "比例要写 definition.denominator"),
        ({"targets": [{**TARGET, "comparator": ">"}]}, "comparator 只能是"),
        ({"targets": [{**TARGET, "by": "2024年底"}]}, "2027-12-31"),
        ({"targets": [{**TARGET, "value": "六十"}]}, "应当是数"),
        ({"targets": [{**TARGET, "clause": 2}]}, "clause 2 没有对应的出处"),
        ({"targets": [{**TARGET, "districts": ["371002"]}]}, "只在 scope 为 each_district 时"),
        ({"targets": [TARGET, {**TARGET, "scope": "each_district"}]}, "请拆成两个指标"),
        ({"clauses": [{"document": "别的文件", "measure": 1, "quote": "x"}]}, "不认识的文件“别的文件”"),
    ],
)
def test_a_mistake_is_refused_with_the_remedy(tmp_path, changes, reason):
    with pytest.raises(BadRulebook, match=re.escape(reason)) as refused:
        read(tmp_path, **changes)
    assert refused.value.message.startswith("nursing-beds.yaml：")


def test_a_broken_file_is_named(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("id: [")
    with pytest.raises(BadRulebook, match=r"broken\.yaml：不是能读懂的 YAML"):
        read_indicator(file, TYPES, policy_documents.load())


def test_frozen_copies_read_the_same(tmp_path):
    for path, data in indicators.files().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    assert indicators.load_frozen(tmp_path) == indicators.load()
