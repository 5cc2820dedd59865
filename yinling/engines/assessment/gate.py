"""The self-rating gate: whether somebody may apply for a professional assessment."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from yinling.engines.assessment.scoring import AnswerNotAnOption, ItemLeftOut
from yinling.kernel.instruments import Gate


class Help(StrEnum):
    INDEPENDENT = "independent"
    PARTIAL = "partial"
    DEPENDENT = "dependent"


@dataclass(frozen=True)
class SelfRating:
    """`dependent_a` and `dependent_b` count the items done by others altogether."""

    dependent_a: int
    dependent_b: int
    grade: str
    may_apply: bool


def rate(gate: Gate, answers: Mapping[str, Help]) -> SelfRating:
    """Grade a self-rating; `answers` maps the gate's item codes. Raises ItemLeftOut, AnswerNotAnOption."""
    for code, name in (*gate.class_a, *gate.class_b):
        if code not in answers:
            raise ItemLeftOut(f"自评还没有选“{name}”。请选择能自理、需要部分帮助或完全依赖。")
        if answers[code] not in set(Help):
            raise AnswerNotAnOption(f"自评“{name}”只能选能自理、需要部分帮助或完全依赖。")
    a, b = (
        sum(answers[code] == Help.DEPENDENT for code, _ in items) for items in (gate.class_a, gate.class_b)
    )
    grade = gate.grades[a, b]
    return SelfRating(a, b, grade, grade in gate.may_apply)
