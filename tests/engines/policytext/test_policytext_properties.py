"""What must hold for every document: nothing lost, spans true, layout without influence, no crash."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinling.engines.policytext import Measure, PolicyDocument, Span, parse
from yinling.engines.policytext.lines import rejoin
from yinling.engines.policytext.marks import find_mark

HERE = Path(__file__).parent
SAMPLES = Path(__file__).parents[3] / "yinling" / "demo" / "policies"
TEXTS = {
    path.stem: path.read_text(encoding="utf-8")
    for folder in (SAMPLES, HERE / "documents", HERE / "readers")
    for path in sorted(folder.glob("*.txt"))
}
# Documents whose lines are whole paragraphs, so that a line may be broken or widened anywhere inside.
WHOLE = {name: text for name, text in TEXTS.items() if "wrapped" not in name}
PIECES = [
    "一、", "（一）", "1.", "第一条", "第二章", "（", "）", "(", ")", "《", "》", "“", "”", "市民政局", "、", "，", "。", "；", "：",
    "牵头", "负责", "配合", "等", "牵头单位：", "责任单位：", "完成时限：", "2025年底前", "到2025年", "“十四五”末", "60%", "20家", "以上",
    "不少于", "全覆盖", "全部", "分别", "各区市", "万", "亿元", "三分之一", "附件", "\n", "\n\n", "\t", " ", "　", "\f", "— 2 —", "1:3",
    "总体要求", "保障措施", "关于印发", "的通知", "威政办字〔2025〕1号", "2025年1月5日", "①", "——", "0", "9", "年", "月",
]  # fmt: skip


def essence(document: PolicyDocument) -> dict[str, Any]:
    """What layout must not change: all but where paragraphs of one measure are parted."""
    as_dict = document.as_dict()
    for measure in [*as_dict["measures"], *as_dict["safeguards"]]:
        measure["text"] = re.sub(r"\s", "", measure["text"])
    as_dict["unassigned"] = re.sub(r"\s", "", "".join(as_dict["unassigned"]))
    return as_dict


def spans(document: PolicyDocument) -> list[tuple[str, Span]]:
    """Every text that the document claims to stand at a span."""
    claimed = [
        (each.text, each.span) for each in [*document.unassigned, *document.header, *document.headings]
    ]
    for measure in [*document.measures, *document.safeguards]:
        claimed += [(unit.printed, unit.span) for unit in measure.units]
        claimed += [(target.text, target.span) for target in measure.targets]
    claimed += [(target.text, target.span) for each in document.unassigned for target in each.targets]
    return claimed


def check_spans(document: PolicyDocument) -> None:
    for text, span in spans(document):
        assert span.of(document.text) == text
    for measure in [*document.measures, *document.safeguards]:
        body = measure.span.of(document.text)
        assert body.startswith(measure.text.split("\n")[0])
        assert body.endswith(measure.text.split("\n")[-1])
        assert all(0 <= s.start < s.end <= len(document.text) for s in measure.phrase_spans)


def check_nothing_lost(document: PolicyDocument) -> None:
    """Every paragraph is a part of a measure, a safeguard, a heading, a header field or unassigned."""
    measures: list[Measure] = [*document.measures, *document.safeguards]
    inside = [line for measure in measures for line in measure.text.split("\n")]
    others = [each.text for each in [*document.unassigned, *document.header]]
    headings = [each.text for each in document.headings]
    given_out = {*inside, *others, *headings}
    for paragraph in document.text.split("\n"):
        assert not paragraph or paragraph in given_out, paragraph


def marks_whole(line: str, at: int) -> bool:
    """Whether a break at this place leaves the line's heading mark in one piece and begins none by accident."""
    mark = find_mark(line)
    return (
        at > (mark.length + 1 if mark else 1)
        and find_mark(line[at:]) is None
        and not line[at:].startswith("附件")
    )


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_lost_and_spans_point_at_what_they_claim(name: str) -> None:
    document = parse(TEXTS[name])
    check_nothing_lost(document)
    check_spans(document)
    taken = re.sub(r"\s", "", document.text) + re.sub(r"\s", "", "".join(document.furniture))
    assert len(taken) >= len(re.sub(r"\s", "", TEXTS[name]))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_line_broken_inside_a_sentence_does_not_change_the_reading(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    lines, _ = rejoin(WHOLE[name])
    long = [n for n, line in enumerate(lines) if len(line) > 70 and "\t" not in line]
    if not long:
        return
    expected = essence(parse("\n".join(lines)))
    broken = list(lines)
    for number in data.draw(st.lists(st.sampled_from(long), min_size=1, max_size=4, unique=True)):
        line = lines[number]
        places = [
            n
            for n in range(30, len(line))
            if line[n - 1] not in "。；：！？）”;:!?)" and marks_whole(line, n)
        ]
        at = data.draw(st.sampled_from(places))
        seam = data.draw(st.sampled_from(["\n", "\n\n", "\r\n", "\n— 3 —\n", "\n\n- 12 -\n\n", "\f"]))
        broken[number] = line[:at] + seam + line[at:]
    assert essence(parse("\n".join(broken))) == expected


@pytest.mark.parametrize("indent", ["", "　　"])
@pytest.mark.parametrize("width", [26, 30, 36])
@pytest.mark.parametrize("name", [name for name in WHOLE if name.startswith(("weihai", "c"))])
def test_lines_wrapped_at_a_column_are_rejoined(name: str, width: int, indent: str) -> None:
    lines, _ = rejoin(WHOLE[name])
    wrapped: list[str] = []
    for line in lines:
        rest = line if "\t" in line else indent + line
        while len(rest) > width and "\t" not in rest:
            wrapped.append(rest[:width])
            rest = rest[width:]
        wrapped.append(rest)
    assert essence(parse("\n".join(wrapped))) == essence(parse("\n".join(lines)))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_stray_spaces_and_full_width_digits_do_not_change_the_reading(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    text = WHOLE[name]
    expected = essence(parse(text))
    digits = [n for n, char in enumerate(text) if char.isdecimal() and char.isascii()]
    chosen = set(data.draw(st.lists(st.sampled_from(digits), max_size=12))) if digits else set()
    wide = set(data.draw(st.lists(st.sampled_from(digits), max_size=12))) if digits else set()
    changed = []
    for place, char in enumerate(text):
        shown = chr(ord(char) + 0xFEE0) if place in wide else char
        space = place in chosen and text[place - 1 : place] not in ("\n", "")
        changed.append((" " if space else "") + shown)
    assert essence(parse("".join(changed))) == expected


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_page_numbers_between_paragraphs_do_not_change_the_reading(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    lines = WHOLE[name].split("\n")
    expected = essence(parse(WHOLE[name]))
    for place in sorted(data.draw(st.lists(st.integers(0, len(lines)), max_size=4)), reverse=True):
        lines.insert(
            place, data.draw(st.sampled_from(["— 2 —", "- 15 -", "－ 3 －", "第 3 页 共 10 页", "  7  "]))
        )
    document = parse("\n".join(lines))
    assert essence(document) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_mixture_of_the_signs_we_look_for_is_read_without_loss(text: str) -> None:
    document = parse(text)
    document.as_dict()
    check_spans(document)
    check_nothing_lost(document)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_arbitrary_text_never_crashes(text: str) -> None:
    document = parse(text)
    check_spans(document)
    check_nothing_lost(document)


@pytest.mark.parametrize(
    "piece", ["60%", "全部", "其中2031年600户、", "分别达到60%、", "环翠区、", "（市民政局", "一是"]
)
def test_endless_repetition_is_read_in_time(piece: str) -> None:
    text = "关于若干措施\n一、任务\n1. " + piece * (20_000 // len(piece))
    started = time.process_time()
    check_nothing_lost(parse(text))
    assert time.process_time() - started < 4
