"""A result in words: why this level, and what changed since the last time."""

from collections.abc import Mapping
from dataclasses import dataclass

from yinling.engines.assessment.scoring import Result, band_of
from yinling.kernel.instruments import Effect, Instrument


def reasons(instrument: Instrument, result: Result) -> list[str]:
    """The steps from totals to level, as sentences for the notice (告知书)."""
    said = [
        f"{domain.name}得 {result.totals[domain.code]} 分（满分 {domain.highest} 分）。"
        for domain in instrument.domains
    ]
    first = instrument.levels[result.first_level]
    if instrument.matrix is None:
        said.append(
            f"总分 {result.total} 分（满分 {instrument.highest} 分），初步等级为{result.first_level}级“{first}”。"
        )
    else:
        said.append(_by_matrix(instrument, result))
    effects = {a.code: a for a in instrument.adjustments}
    for code in result.adjusted_by:
        held = effects[code]
        does = "直接定为" if held.effect is Effect.SET else "提高"
        said.append(f"因{held.label}（{held.ground}），等级{does} {held.value} 级。")
    raised = [c for c in result.adjusted_by if effects[c].effect is Effect.RAISE]
    if len(raised) > 1 and not instrument.cumulative:
        said.append("几项依据同时具备的，只提高一次。")
    said.append(f"最终等级为 {result.level} 级“{instrument.levels[result.level]}”。")
    return said


def _by_matrix(instrument: Instrument, result: Result) -> str:
    assert instrument.matrix is not None
    domains = {d.code: d for d in instrument.domains}
    row = domains[instrument.matrix.row]
    columns = [domains[c] for c in instrument.matrix.columns]
    worst = max(columns, key=lambda d: band_of(d, result.totals[d.code]))
    names = instrument.matrix.band_names
    return (
        f"{row.name}为“{names[band_of(row, result.totals[row.code])]}”，"
        f"{'、'.join(d.name for d in columns)}中较差的是{worst.name}“{names[band_of(worst, result.totals[worst.code])]}”，"
        f"组合得 {result.first_level} 级“{instrument.levels[result.first_level]}”。"
    )


def answer_words(options: Mapping[int, str], value: object) -> str:
    """An answer as it reads on paper: of an item, of a question with one or several choices, or written."""
    if value is None or value == "" or value == []:
        return "未填"
    if isinstance(value, list):
        return "、".join(options.get(v, "") for v in value)
    return options.get(value, "") if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class Change:
    """An item that was answered otherwise. `gained` is positive when the person can do more than before."""

    code: str
    name: str
    before: str
    after: str
    gained: int


def changes(instrument: Instrument, before: Mapping[str, int], after: Mapping[str, int]) -> list[Change]:
    """Items whose answers differ between two sheets of the same instrument, in its order."""
    return [
        Change(
            item.code,
            item.name,
            item.by_score[before[item.code]],
            item.by_score[after[item.code]],
            after[item.code] - before[item.code],
        )
        for item in instrument.items
        if before[item.code] != after[item.code]
    ]
