"""The figures of a bulletin, wholly from frozen months: JSON, so that it can be kept and compared."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yinling.engines.indicators.assessing import BoardRow
from yinling.engines.indicators.status import LABELS, Status
from yinling.governance.bulletins.periods import Period
from yinling.governance.queries.cockpit import STATUS_ORDER, board_line
from yinling.governance.queries.snapshots import FrozenMonth
from yinling.governance.wording import STATE_LABELS, change_text, value_text
from yinling.kernel.indicators import Direction

Json = dict[str, Any]
_DISTRICT_KINDS = ("district_government", "district_bureau")
# How far from good a standing is; a figure that is not there is neither better nor worse.
_RANK = {Status.OVERDUE: 0, Status.BEHIND: 1, Status.ON_COURSE: 2, Status.AHEAD: 3, Status.MET: 3}


def build_content(period: Period, frozen: FrozenMonth, before: FrozenMonth | None) -> Json:
    """All figures of the bulletin. `before` is the frozen last month of the period before, if there is one."""
    rows = frozen.board()
    old = {row.id: row for row in before.board()} if before else {}
    indicators = [_indicator(row, old.get(row.id)) for row in rows]
    tasks = _tasks(frozen)
    return {
        "schema": 1,
        "kind": str(period.kind),
        "period": period.key,
        "label": period.label,
        "name": period.name,
        "month": str(frozen.month),
        "month_label": frozen.month.label,
        "as_of": frozen.as_of.isoformat(),
        "is_partial": frozen.as_of < frozen.month.last_on,
        "manifest": frozen.manifest_sha256,
        "city": {"code": frozen.city.code, "name": frozen.city.name},
        "before": {
            "period": period.before.key,
            "label": period.before.label,
            "month": str(before.month),
            "manifest": before.manifest_sha256,
        }
        if before
        else None,
        "tally": _tally(rows, old.values() if before else None),
        "indicators": indicators,
        "better": [i["id"] for i in indicators if i["moved"] == "better"],
        "worse": [i["id"] for i in indicators if i["moved"] == "worse"],
        "tasks": _task_tally(tasks.values(), frozen),
        "reports": _reports(frozen.reports),
        "departments": _departments(rows, frozen, tasks),
        "districts": _districts(frozen, before, tasks),
    }


def _indicator(row: BoardRow, old: BoardRow | None) -> Json:
    line, indicator = board_line(row), row.indicator
    before = old.value if old else None
    change = None if row.value is None or before is None else row.value - before
    return {
        "id": row.id,
        "name": indicator.name,
        "group": indicator.group,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "value": None if row.value is None else str(row.value),
        "value_text": line.value_text,
        "detail": line.detail,
        "state": str(row.state) if row.state else None,
        "state_label": STATE_LABELS[row.state] if row.state else "未报或未核实",
        "status": str(row.status) if row.status else None,
        "status_label": LABELS[row.status] if row.status else "",
        "target_text": line.target_text,
        "target_by": line.target_by,
        "target_note": line.target_note,
        "source": line.target_source,
        "before": None if before is None else str(before),
        "before_text": value_text(indicator, before),
        "before_status": str(old.status) if old and old.status else None,
        "before_status_label": LABELS[old.status] if old and old.status else "",
        "change_text": change_text(indicator, change),
        "change_tone": _tone(change, indicator.direction),
        "moved": _moved(row.status, old.status if old else None),
        "leads": [u.name for u in indicator.units if u.role == "lead"],
    }


def _tone(change: Any, direction: Direction) -> str:
    if not change:
        return "calm"
    return "good" if (change > 0) == (direction is Direction.HIGHER) else "bad"


def _moved(now: Status | None, before: Status | None) -> str:
    if now not in _RANK or before not in _RANK or _RANK[now] == _RANK[before]:
        return ""
    return "better" if _RANK[now] > _RANK[before] else "worse"


def _tally(rows: Iterable[BoardRow], old: Iterable[BoardRow] | None = None) -> list[Json]:
    now = Counter(row.status for row in rows if row.status)
    then = Counter(row.status for row in old if row.status) if old is not None else None
    return [
        {
            "status": str(status),
            "label": LABELS[status],
            "count": now[status],
            "before": then[status] if then is not None else None,
        }
        for status in STATUS_ORDER
    ]


def _tasks(frozen: FrozenMonth) -> dict[int, Mapping[str, Any]]:
    """Tasks that are worked on themselves: not those that were split into others."""
    split = {task["split_from_id"] for task in frozen.tasks}
    return {task["id"]: task for task in frozen.tasks if task["id"] not in split}


def _task_tally(tasks: Iterable[Mapping[str, Any]], frozen: FrozenMonth) -> Json:
    states: Counter[str] = Counter()
    for task in tasks:
        late = task["state"] != "done" and task["due_on"] is not None and task["due_on"] < frozen.as_of
        states["overdue" if late else task["state"]] += 1
    kinds = ("done", "on_course", "at_risk", "overdue", "not_started")
    return {"total": sum(states.values()), **{kind: states[kind] for kind in kinds}}


def _reports(reports: Sequence[Mapping[str, Any]]) -> Json:
    def named(*states: str) -> list[str]:
        return [r["organisation"] for r in reports if r["state"] in states]

    return {
        "total": len(reports),
        "accepted": len(named("accepted")),
        "not_verified": named("submitted"),
        "not_submitted": named("draft", "returned"),
        "late": [r["organisation"] for r in reports if r["is_late"]],
    }


def _departments(
    rows: Sequence[BoardRow], frozen: FrozenMonth, tasks: Mapping[int, Mapping[str, Any]]
) -> list[Json]:
    """Each lead department: its indicators, the tasks that it leads, its report. Most duties first."""
    led: dict[str, list[BoardRow]] = {}
    for row in rows:
        for unit in row.indicator.units:
            if unit.role == "lead":
                led.setdefault(unit.name, []).append(row)
    duties: dict[str, list[Mapping[str, Any]]] = {}
    for part in frozen.task_units:
        leads = part["role"] == "lead" and part["organisation_kind"] not in _DISTRICT_KINDS
        if leads and part["task_id"] in tasks:
            duties.setdefault(part["organisation"], []).append(tasks[part["task_id"]])
    reports = {r["organisation"]: r for r in frozen.reports}
    found = [
        _unit(name, led.get(name, []), duties.get(name, []), reports.get(name), frozen)
        for name in sorted({*led, *duties})
    ]
    return sorted(
        found, key=lambda d: (-d["tasks"]["total"] - sum(t["count"] for t in d["tally"]), d["name"])
    )


def _districts(
    frozen: FrozenMonth, before: FrozenMonth | None, tasks: Mapping[int, Mapping[str, Any]]
) -> list[Json]:
    """Each district: how its own values stand against its targets and the city's, its tasks, its report."""
    found = []
    for area in frozen.areas.values():
        if area.level != "district":
            continue
        mine = [
            tasks[p["task_id"]]
            for p in frozen.task_units
            if p["code"] == area.code and p["role"] == "lead" and p["task_id"] in tasks
        ]
        report = next(
            (
                r
                for r in frozen.reports
                if r["code"] == area.code and r["organisation_kind"] in _DISTRICT_KINDS
            ),
            None,
        )
        unit = _unit(area.name, frozen.board(area.code), mine, report, frozen)
        old = before.board(area.code) if before and area.code in before.areas else None
        unit["tally"] = _tally(frozen.board(area.code), old)
        found.append({"code": area.code, **unit})
    return found


def _unit(
    name: str,
    rows: Sequence[BoardRow],
    tasks: Sequence[Mapping[str, Any]],
    report: Mapping[str, Any] | None,
    frozen: FrozenMonth,
) -> Json:
    return {
        "name": name,
        "tally": _tally(rows),
        "behind": [_short(r) for r in rows if r.status is Status.BEHIND],
        "overdue": [_short(r) for r in rows if r.status is Status.OVERDUE],
        "no_data": [r.indicator.name for r in rows if r.status is Status.NO_DATA],
        "tasks": _task_tally(tasks, frozen),
        "late_tasks": [
            t["title"]
            for t in tasks
            if t["state"] != "done" and t["due_on"] is not None and t["due_on"] < frozen.as_of
        ],
        "report": None if report is None else {"state": report["state"], "is_late": report["is_late"]},
    }


def _short(row: BoardRow) -> str:
    """`护理型床位占比（58.2%，目标不少于 60%）`."""
    line = board_line(row)
    return f"{row.indicator.name}（{line.value_text}，目标{line.target_text}）"
