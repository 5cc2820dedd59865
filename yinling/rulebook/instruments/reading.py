"""Read one instrument file, and refuse it with a sentence that says what is wrong."""

from collections import Counter
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from yinling.kernel.instruments import (
    Adjustment,
    Agreement,
    Band,
    Domain,
    Effect,
    Gate,
    Instrument,
    Item,
    Matrix,
    Option,
    Question,
)
from yinling.rulebook.facts import BadRulebook


def read_instrument(file: Path) -> Instrument:
    """The instrument in `file`. Raises BadRulebook."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        instrument = _instrument(data)
        _check(instrument)
    except yaml.YAMLError as error:
        raise BadRulebook(f"{file.name}：不是能读懂的 YAML：{error}。") from None
    except BadRulebook as error:
        raise BadRulebook(f"{file.name}：{error.message}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRulebook(f"{file.name}：缺少字段或字段写法不对：{error}。") from None
    return instrument


def _instrument(data: dict[str, Any]) -> Instrument:
    scales = data.get("scales", {})
    matrix, gate = data.get("matrix"), data.get("gate")
    return Instrument(
        id=data["id"],
        name=data["name"],
        standard=data["standard"],
        issuer=data["issuer"],
        valid_from=data["valid_from"],
        source=data["source"],
        verified=data["verified"],
        caution=data["caution"],
        domains=tuple(
            Domain(str(d["code"]), d["name"], d["highest"], d.get("step", 1), _bands(d.get("bands", ())))
            for d in data["domains"]
        ),
        items=tuple(
            Item(
                str(i["code"]), i["name"], str(i["domain"]), _options(i.get("options") or scales[i["scale"]])
            )
            for i in data["items"]
        ),
        levels=tuple(data["levels"]),
        bands=_bands((b["low"], b["high"], b["value"]) for b in data.get("bands", ())),
        matrix=_matrix(matrix) if matrix else None,
        adjustments=tuple(
            Adjustment(
                a["code"],
                a["label"],
                a["ground"],
                Effect(a["effect"]),
                a["value"],
                tuple(a["questions"]),
                a.get("at_least", 1),
            )
            for a in data.get("adjustments", ())
        ),
        questions=tuple(
            Question(
                str(q["code"]),
                q["name"],
                _options(scales[q["scale"]] if "scale" in q else q.get("options", {})),
                q.get("many", False),
                q.get("required", False),
                q.get("help", ""),
            )
            for q in data.get("questions", ())
        ),
        agreements=tuple(
            Agreement(_pair(a["when"]), _pair(a["needs"]), a["say"]) for a in data.get("agreements", ())
        ),
        cumulative=data.get("cumulative", False),
        gate=_gate(gate) if gate else None,
    )


def _options(scores: dict[int, str]) -> tuple[Option, ...]:
    return tuple(Option(score, label) for score, label in scores.items())


def _pair(answer: dict[str, int]) -> tuple[str, int]:
    ((code, value),) = answer.items()
    return str(code), value


def _bands(rows: Iterable[Any]) -> tuple[Band, ...]:
    return tuple(Band(*row) for row in rows)


def _matrix(data: dict[str, Any]) -> Matrix:
    return Matrix(
        str(data["row"]),
        tuple(map(str, data["columns"])),
        tuple(tuple(row) for row in data["levels"]),
        tuple(data["band_names"]),
    )


def _gate(data: dict[str, Any]) -> Gate:
    grades = {(a, b): letter for letter, counts in data["grades"].items() for a, b in counts}
    gate = Gate(
        tuple(data["class_a"].items()), tuple(data["class_b"].items()), grades, frozenset(data["may_apply"])
    )
    wanted = set(product(range(len(gate.class_a) + 1), range(len(gate.class_b) + 1)))
    if set(grades) != wanted or sum(map(len, data["grades"].values())) != len(wanted):
        raise BadRulebook(f"自评等级应当把 {len(wanted)} 种组合各列一次。")
    return gate


def _check(instrument: Instrument) -> None:
    """What must be true of every instrument: sums agree, and each total has exactly one level."""
    codes = Counter([*(i.code for i in instrument.items), *(q.code for q in instrument.questions)])
    repeated = [code for code, times in codes.items() if times > 1]
    if repeated:
        raise BadRulebook(f"条目编号重复：{'、'.join(repeated)}。")
    for domain in instrument.domains:
        best = sum(max(i.by_score) for i in instrument.items if i.domain == domain.code)
        if best != domain.highest:
            raise BadRulebook(f"“{domain.name}”各条目最高分合计 {best}，与满分 {domain.highest} 不符。")
        if domain.bands:
            _check_bands(domain.name, domain.bands, range(0, domain.highest + 1, domain.step))
    if (instrument.matrix is None) == (not instrument.bands):
        raise BadRulebook("等级应当由总分分级（bands）或组合矩阵（matrix）之一得出。")
    if instrument.bands:
        _check_bands("总分", instrument.bands, range(instrument.highest + 1))
    required = {q.code for q in instrument.questions if q.required and q.options and not q.many}
    for adjustment in instrument.adjustments:
        if not adjustment.questions or set(adjustment.questions) - required:
            raise BadRulebook(f"“{adjustment.label}”应当由必填的单选问题得出，请核对 questions。")
    _check_agreements(instrument)
    levels = [b.value for b in instrument.bands]
    if instrument.matrix:
        sides = {len(instrument.matrix.levels), *map(len, instrument.matrix.levels)}
        if sides != {len(instrument.matrix.band_names)}:
            raise BadRulebook("组合矩阵的行数、列数应与分级名称的个数相同。")
        levels = [level for row in instrument.matrix.levels for level in row]
    levels += [a.value for a in instrument.adjustments if a.effect is Effect.SET]
    if set(levels) - set(range(len(instrument.levels))):
        raise BadRulebook("有等级没有名称，请核对 levels。")


def _check_agreements(instrument: Instrument) -> None:
    offered = {i.code: i.by_score for i in instrument.items}
    offered |= {q.code: q.by_score for q in instrument.questions if not q.many}
    for agreement in instrument.agreements:
        for code, value in (agreement.when, agreement.needs):
            if value not in offered.get(code, {}):
                raise BadRulebook(f"agreements 里的 {code} 没有 {value} 这个选项。")


def _check_bands(what: str, bands: tuple[Band, ...], totals: range) -> None:
    for total in totals:
        fitting = [b for b in bands if b.low <= total <= b.high]
        if len(fitting) != 1:
            raise BadRulebook(f"“{what}”{total} 分落在 {len(fitting)} 个分级里，应当恰好一个。")
