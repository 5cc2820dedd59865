"""How every state is shown: a word, a tone and an icon, so that colour is never the only cue."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Status:
    """`tone` is one of good, info, warn, bad, calm; `icon` a symbol of icons.svg."""

    text: str
    tone: str
    icon: str


# The order matters only for words that two kinds share: without `kind` the first one wins.
STATUSES: dict[str, dict[str, Status]] = {
    "indicator": {
        "met": Status("已达标", "good", "check"),
        "ahead": Status("超前", "good", "up"),
        "on_course": Status("按期", "info", "arrow"),
        "behind": Status("滞后", "warn", "down"),
        "overdue": Status("逾期未达标", "bad", "alert"),
        "no_data": Status("未报", "calm", "dash"),
    },
    "task": {
        "not_started": Status("未启动", "calm", "dash"),
        "on_course": Status("正常推进", "info", "arrow"),
        "at_risk": Status("有风险", "warn", "warn"),
        "overdue": Status("已逾期", "bad", "alert"),
        "done": Status("已完成", "good", "check"),
    },
    "report": {
        "draft": Status("待填报", "calm", "pen"),
        "submitted": Status("已提交", "info", "arrow"),
        "returned": Status("已退回", "warn", "back"),
        "accepted": Status("已通过", "good", "check"),
        "late": Status("迟报", "bad", "clock"),
    },
    "round": {
        "open": Status("填报中", "info", "pen"),
        "locked": Status("已锁定", "calm", "lock"),
    },
    "figure": {
        "computed": Status("自动计算", "info", "gear"),
        "reported": Status("已上报", "calm", "pen"),
        "verified": Status("已核实", "info", "check"),
        "published": Status("已发布", "good", "flag"),
    },
    "state": {
        "active": Status("正常", "good", "check"),
        "closed": Status("已停用", "calm", "dash"),
        "confirmed": Status("已确认", "good", "check"),
        "unconfirmed": Status("待核对", "warn", "pen"),
    },
}


def status_of(value: Any, kind: str = "") -> Status:
    """The look of a state; an unknown one is shown by its own label, calm."""
    kinds = [STATUSES[kind]] if kind else STATUSES.values()
    for table in kinds:
        if str(value) in table:
            return table[str(value)]
    return Status(str(getattr(value, "label", value) or "—"), "calm", "dash")
