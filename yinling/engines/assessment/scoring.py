"""From an answer sheet to a level, with every step kept so that it can be read out to the person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from yinling.kernel.errors import DomainError
from yinling.kernel.instruments import Adjustment, Band, Domain, Effect, Instrument, Item


class ItemLeftOut(DomainError):
    """An item of the instrument has no answer."""


class AnswerNotAnOption(DomainError):
    """An answer that the item does not offer, or an item that the instrument does not have."""


class AnswersDisagree(DomainError):
    """Two answers that cannot both be so."""


class TotalImpossible(DomainError):
    """A total that no answers can give."""


class ConditionUnknown(DomainError):
    """A condition for an adjustment that the instrument does not have."""


@dataclass(frozen=True, slots=True)
class Result:
    """`totals` by domain code; `first_level` before, `level` after the `adjusted_by` conditions, in the order
    of the instrument."""

    instrument: str
    totals: dict[str, int]
    total: int
    first_level: int
    level: int
    adjusted_by: tuple[str, ...]


def check_particulars(instrument: Instrument, particulars: Mapping[str, object]) -> None:
    """That everything required was answered, each with what its question offers. Raises ItemLeftOut,
    AnswerNotAnOption."""
    missing = [q for q in instrument.questions if q.required and particulars.get(q.code) is None]
    if missing:
        named = "、".join(q.name for q in missing[:5])
        more = f"等 {len(missing)} 项" if len(missing) > 5 else ""
        raise ItemLeftOut(f"还有问题没有填：{named}{more}。请全部填完再提交。")
    for code, value in particulars.items():
        check_particular(instrument, code, value)


def check_particular(instrument: Instrument, code: str, value: object) -> None:
    """One answer beside the scored ones. Raises AnswerNotAnOption."""
    question = instrument.questions_by_code.get(code)
    if question is None:
        raise AnswerNotAnOption(f"“{instrument.name}”没有问题 {code}，请核对所用的评估标准。")
    if not question.options:
        fits = isinstance(value, str)
    elif question.many:
        fits = (
            isinstance(value, list)
            and all(_is_option(question.by_score, v) for v in value)
            and len(set(value)) == len(value)
        )
    else:
        fits = _is_option(question.by_score, value)
    if not fits:
        raise AnswerNotAnOption(f"“{question.name}”的填写不在可选范围内，请重新选择。")


def check_answer(instrument: Instrument, code: str, value: object) -> None:
    """One scored answer. Raises AnswerNotAnOption."""
    item = instrument.by_code.get(code)
    if item is None:
        raise AnswerNotAnOption(f"“{instrument.name}”没有条目 {code}，请核对所用的评估标准。")
    if not _is_option(item.by_score, value):
        raise _not_an_option(item, value)


def check_agreements(instrument: Instrument, answers: Mapping[str, object]) -> None:
    """That no two answers, scored or beside, contradict each other. Raises AnswersDisagree."""
    for agreement in instrument.agreements:
        (asked, value), (needed, wanted) = agreement.when, agreement.needs
        if answers.get(asked) == value and answers.get(needed) != wanted:
            raise AnswersDisagree(agreement.say)


def conditions_of(instrument: Instrument, particulars: Mapping[str, object]) -> list[str]:
    """Codes of the adjustments that hold by the answers beside the scored items, in the instrument's order."""
    return [
        adjustment.code
        for adjustment in instrument.adjustments
        if sum(_number(particulars.get(code)) for code in adjustment.questions) >= adjustment.at_least
    ]


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _is_option(options: Mapping[int, str], value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in options


def score(
    instrument: Instrument, answers: Mapping[str, int], conditions: Collection[str] = frozenset()
) -> Result:
    """Score a whole sheet: `answers` maps item codes to scores, `conditions` are codes of adjustments that hold.

    Raises ItemLeftOut, AnswerNotAnOption, ConditionUnknown.
    """
    totals = dict.fromkeys((domain.code for domain in instrument.domains), 0)
    for item in instrument.items:
        answer = answers.get(item.code)
        if answer is None:
            raise _left_out(instrument, answers)
        if answer not in item.by_score or isinstance(answer, bool):
            raise _not_an_option(item, answer)
        totals[item.domain] += answer
    if len(answers) > len(instrument.items):
        foreign = sorted(set(answers) - set(instrument.by_code))
        raise AnswerNotAnOption(f"“{instrument.name}”没有条目 {'、'.join(foreign)}，请核对所用的评估标准。")
    return _graded(instrument, totals, conditions)


def score_totals(
    instrument: Instrument, totals: Mapping[str, int], conditions: Collection[str] = frozenset()
) -> Result:
    """Grade totals that were scored elsewhere, by domain code. Raises TotalImpossible, ConditionUnknown."""
    for domain in instrument.domains:
        total = totals.get(domain.code)
        if total is None or isinstance(total, bool) or not 0 <= total <= domain.highest:
            raise TotalImpossible(
                f"“{domain.name}”总分应为 0—{domain.highest} 分，填写的是 {total}。请核对评估表。"
            )
        if total % domain.step:
            raise TotalImpossible(
                f"“{domain.name}”总分应为 {domain.step} 的倍数，填写的是 {total}。请核对每个条目的得分。"
            )
    return _graded(instrument, {d.code: totals[d.code] for d in instrument.domains}, conditions)


def _graded(instrument: Instrument, totals: dict[str, int], conditions: Collection[str]) -> Result:
    total = sum(totals.values())
    first = _first_level(instrument, totals, total)
    holding = _holding(instrument, conditions)
    return Result(
        instrument.id,
        totals,
        total,
        first,
        _adjusted(instrument, first, holding),
        tuple(a.code for a in holding),
    )


def _first_level(instrument: Instrument, totals: Mapping[str, int], total: int) -> int:
    if instrument.matrix is None:
        return value_in(instrument.bands, total)
    matrix = instrument.matrix
    bands = {d.code: band_of(d, totals[d.code]) for d in instrument.domains}
    return matrix.levels[bands[matrix.row]][max(bands[code] for code in matrix.columns)]


def band_of(domain: Domain, total: int) -> int:
    """The band of a domain's own total."""
    return value_in(domain.bands, total)


def value_in(bands: tuple[Band, ...], total: int) -> int:
    """The value of the band that holds `total`. Raises TotalImpossible for a total in none."""
    for band in bands:
        if band.low <= total <= band.high:
            return band.value
    raise TotalImpossible(f"总分 {total} 不在任何等级的分数范围内。请核对每个条目的得分。")


def _holding(instrument: Instrument, conditions: Collection[str]) -> list[Adjustment]:
    if not conditions:
        return []
    unknown = sorted(set(conditions) - {a.code for a in instrument.adjustments})
    if unknown:
        raise ConditionUnknown(f"“{instrument.name}”没有等级变更依据 {'、'.join(unknown)}。")
    return [a for a in instrument.adjustments if a.code in conditions]


def _adjusted(instrument: Instrument, first: int, holding: list[Adjustment]) -> int:
    """A level that is set outright wins; raises add up or count once; nothing goes above the worst level."""
    fixed = [a.value for a in holding if a.effect is Effect.SET]
    if fixed:
        return max(fixed)
    raises = [a.value for a in holding if a.effect is Effect.RAISE]
    step = sum(raises) if instrument.cumulative else max(raises, default=0)
    return min(first + step, len(instrument.levels) - 1)


def _left_out(instrument: Instrument, answers: Mapping[str, int]) -> ItemLeftOut:
    missing = [item for item in instrument.items if answers.get(item.code) is None]
    named = "、".join(f"{item.code} {item.name}" for item in missing[:5])
    more = f"等 {len(missing)} 项" if len(missing) > 5 else ""
    return ItemLeftOut(f"还有条目没有评：{named}{more}。请全部评完再提交。")


def _not_an_option(item: Item, answer: object) -> AnswerNotAnOption:
    scores = "、".join(str(option.score) for option in item.options)
    return AnswerNotAnOption(f"条目 {item.code} {item.name} 的得分只能是 {scores}，填写的是 {answer}。")
