"""Care rules as data: what is suggested for whom, the nine protections, shifts, vital signs, steps of a search."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yinling.kernel.care import (
    CareRule,
    CareRulebook,
    Need,
    RiskRule,
    SearchStepRule,
    ShiftTime,
    VitalKind,
)
from yinling.rulebook.facts import BadRulebook

_HERE = Path(__file__).parent
_SHORT = {"g": "gbt42195-2022", "l": "ltci37-2021"}


@lru_cache(maxsize=1)
def load() -> CareRulebook:
    """The rules. Raises BadRulebook."""
    try:
        items, risks, running = (
            yaml.safe_load((_HERE / f"{name}.yaml").read_text(encoding="utf-8"))
            for name in ("items", "risks", "running")
        )
        rules = CareRulebook(
            caution=items["caution"],
            items=tuple(map(_item, items["items"])),
            risks=tuple(map(_risk, risks["risks"])),
            review_days=risks["review_days"],
            review_source=risks["review_source"],
            shifts=tuple(map(_shift, running["shifts"])),
            vitals=tuple(map(_vital, running["vitals"])),
            report_within_hours=running["report_within_hours"],
            report_source=running["report_source"],
            search_steps=tuple(SearchStepRule(**row) for row in running["search_steps"]),
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadRulebook(f"照护规则缺少字段或字段写法不对：{error}。") from None
    _check_shifts(rules.shifts)
    return rules


def _item(data: dict[str, Any]) -> CareRule:
    return CareRule(
        code=data["code"],
        title=data["title"],
        category=data["category"],
        how=data["how"],
        times=tuple(sorted(map(time.fromisoformat, data["times"]))),
        every_days=data.get("every_days", 1),
        window=data["window"],
        needs=tuple(map(_need, data["needs"])),
    )


def _risk(data: dict[str, Any]) -> RiskRule:
    high, medium = (tuple(map(_need, data[k])) for k in ("high", "medium"))
    return RiskRule(data["code"], data["name"], high, medium, tuple(data["measures"]))


def _need(data: dict[str, Any]) -> Need:
    instrument, item = next(((_SHORT[k], data[k]) for k in _SHORT if k in data), ("", ""))
    if not (item or data.get("ground") or data.get("level")):
        raise ValueError(f"“{data['says']}”没有写依据哪一项")
    return Need(
        data["says"], instrument, item, data.get("ground", ""), data.get("from", 0), data.get("to", 1_000)
    )


def _shift(data: dict[str, Any]) -> ShiftTime:
    start, end = time.fromisoformat(data["start"]), time.fromisoformat(data["end"])
    return ShiftTime(data["code"], data["name"], start, end)


def _vital(data: dict[str, Any]) -> VitalKind:
    def pair(key: str) -> tuple[Decimal, Decimal] | None:
        return (Decimal(data[key][0]), Decimal(data[key][1])) if key in data else None

    possible = pair("possible")
    if possible is None:
        raise ValueError(f"{data['code']} 没有写可能的范围")
    return VitalKind(
        code=data["code"],
        name=data["name"],
        unit=data["unit"],
        digits=data["digits"],
        usual=pair("usual"),
        possible=possible,
        second=data.get("second", ""),
        usual_second=pair("usual_second"),
        possible_second=pair("possible_second"),
    )


def _check_shifts(shifts: tuple[ShiftTime, ...]) -> None:
    """They follow each other round the clock, so that no task falls between two."""
    covered = timedelta()
    for shift, following in zip(shifts, (*shifts[1:], shifts[0]), strict=True):
        start = datetime.combine(date(2000, 1, 1), shift.start)
        end = datetime.combine(date(2000, 1, 1), shift.end)
        covered += (end - start) if end > start else (end - start) + timedelta(days=1)
        if shift.end != following.start:
            raise BadRulebook(f"班次“{shift.name}”和下一班之间有空档或重叠。")
    if covered != timedelta(days=1):
        raise BadRulebook("班次合起来不是一整天。")
