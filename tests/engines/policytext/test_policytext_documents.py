"""Whole documents against expectations that a policy officer can read (expected/*.yaml)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from yinling.engines.policytext import FLAG_LABELS, UNASSIGNED_REASONS, PolicyDocument, parse, read_file

HERE = Path(__file__).parent
SAMPLES = Path(__file__).parents[3] / "yinling" / "demo" / "policies"
SOURCES = {
    path.stem: path for folder in (SAMPLES, HERE / "documents") for path in sorted(folder.glob("*.txt"))
}
EXPECTED = sorted((HERE / "expected").glob("*.yaml"))


def reading(name: str) -> PolicyDocument:
    return parse(read_file(SOURCES[name]))


def shown(measure: dict[str, Any]) -> dict[str, Any]:
    """A measure of the JSON in the short form of the expectations."""
    short: dict[str, Any] = {key: measure[key] for key in ("number", "section", "title")}
    short |= {"lead": measure["lead_units"], "support": measure["supporting_units"]}
    if measure["flags"]:
        short["flags"] = measure["flags"]
    if measure["targets"]:
        short["targets"] = [shown_target(target) for target in measure["targets"]]
    return short


def shown_target(target: dict[str, Any]) -> dict[str, Any]:
    short: dict[str, Any] = {"text": target["text"]}
    if target["kind"] == "milestone":
        assert target["value"] is target["comparator"] is target["unit"] is None
        short["milestone"] = target["subject"]
    else:
        short[target["kind"]] = [target[key] for key in ("subject", "comparator", "value", "unit")]
    return short | {key: target[key] for key in ("deadline", "scope") if target[key]}


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_a_document_is_read_as_expected(path: Path) -> None:
    expected = yaml.safe_load(path.read_text(encoding="utf-8"))
    document = reading(path.stem)
    as_dict = document.as_dict()
    for key in ("title", "issuer", "document_number", "issued_on"):
        assert as_dict[key] == expected[key]
    for key in ("measures", "safeguards"):
        got = [shown(measure) for measure in as_dict[key]]
        assert [each["title"] for each in got] == [each["title"] for each in expected[key]]
        for measure, wanted in zip(got, expected[key], strict=True):
            assert measure == wanted
    assert len(document.unassigned) == len(expected["unassigned"])
    for left, (reason, words) in zip(document.unassigned, expected["unassigned"], strict=True):
        assert (left.reason, left.text[: len(words)]) == (reason, words)


def test_every_source_has_an_expectation() -> None:
    assert {path.stem for path in EXPECTED} == set(SOURCES)


@pytest.mark.parametrize(
    ("name", "measures", "safeguards"),
    [("weihai-2025-elder-care-measures", 31, 0), ("weihai-age-friendly-city-action-plan", 29, 3)],
)
def test_the_two_city_documents_are_read_whole_and_fast(name: str, measures: int, safeguards: int) -> None:
    text = read_file(SOURCES[name])
    started = time.perf_counter()
    document = parse(text)
    assert time.perf_counter() - started < 1
    assert [measure.number for measure in document.measures] == list(range(1, measures + 1))
    assert len(document.safeguards) == safeguards
    assert all(measure.lead_units for measure in document.measures)
    assert not any("figure_unread" in measure.flags for measure in document.measures)


@pytest.mark.parametrize("name", SOURCES)
def test_json_has_exactly_the_agreed_keys(name: str) -> None:
    as_dict = reading(name).as_dict()
    assert list(as_dict) == [
        "title", "issuer", "document_number", "issued_on", "measures", "safeguards", "unassigned",
    ]  # fmt: skip
    assert all(isinstance(paragraph, str) for paragraph in as_dict["unassigned"])
    for measure in [*as_dict["measures"], *as_dict["safeguards"]]:
        assert list(measure) == [
            "number", "section", "title", "text", "lead_units", "supporting_units", "targets", "flags",
        ]  # fmt: skip
        for target in measure["targets"]:
            assert list(target) == [
                "text", "subject", "kind", "comparator", "value", "unit", "deadline", "scope",
            ]  # fmt: skip
            assert target["kind"] in ("quantity", "milestone", "parameter")
            assert target["comparator"] in (">=", "<=", "=", "+", None)


@pytest.mark.parametrize("name", SOURCES)
def test_flags_and_reasons_have_chinese_labels(name: str) -> None:
    document = reading(name)
    measures = [*document.measures, *document.safeguards]
    assert {flag for measure in measures for flag in measure.flags} | set(
        document.flags
    ) <= FLAG_LABELS.keys()
    assert {each.reason for each in document.unassigned} <= UNASSIGNED_REASONS.keys()


def test_a_document_without_a_single_heading_is_left_over_whole() -> None:
    document = parse("今天天气很好。\n我们去公园。")
    assert document.measures == ()
    assert [each.text for each in document.unassigned] == ["今天天气很好。", "我们去公园。"]
    assert "no_measures" in document.flags
