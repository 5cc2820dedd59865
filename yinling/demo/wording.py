"""Sentences as units write them in their reports. All made up."""

from random import Random

from yinling.governance.choices import TaskState
from yinling.kernel.periods import Month

_DONE = (
    "已按要求完成，相关材料已归档备查。",
    "目标已达到，转入日常管理，按月跟踪防止回落。",
    "已完成并通过验收，下步做好运行维护。",
)
_ON_COURSE = (
    "本月召开专题调度会，明确了责任分工和时间表，各区市按计划推进。",
    "本月到 3 个区市实地督导，发现问题 5 个，已全部反馈并限时整改。",
    "已完成方案征求意见，正在履行印发程序，基层已提前启动。",
    "按季度计划推进，本月新增任务量符合预期，数据已逐项核对。",
)
_AT_RISK = (
    "总体在推进，但进度落后于计划，部分区市还没有启动。",
    "资金和场地尚未完全落实，本月只完成前期摸底。",
)
_OVERDUE = (
    "未能在期限内完成，目前仍在推进，已倒排工期。",
    "已过完成时限，主要工作已做，剩余部分正在收尾。",
)
_PROBLEMS = (
    "个别区市底数不清、配套资金未到位；下步逐区市开展约谈，下月底前补齐。",
    "专业力量不足，培训和考核排期靠后；下步协调增加两期集中培训。",
    "部分机构改造进度慢；下步一家一策，安排专人包联。",
    "部门间数据口径不一致；下步联合核对，统一口径后报送。",
)
_BY_STATE = {
    TaskState.DONE: _DONE,
    TaskState.ON_COURSE: _ON_COURSE,
    TaskState.AT_RISK: _AT_RISK,
    TaskState.OVERDUE: _OVERDUE,
    TaskState.NOT_STARTED: ("尚未启动，正在研究实施方案。",),
}


def progress(rng: Random, title: str, state: TaskState, month: Month) -> str:
    """One line of progress on a task."""
    return rng.choice(_BY_STATE[state])


def problems(rng: Random, state: TaskState) -> str:
    """What is in the way and what comes next; only where something is in the way."""
    return rng.choice(_PROBLEMS) if state in (TaskState.AT_RISK, TaskState.OVERDUE) else ""


def summary(rng: Random, unit: str, month: Month) -> str:
    return f"{month.label}，{unit}承担的养老服务任务{rng.choice(('总体平稳', '按计划推进', '进展正常'))}，详见各项任务进展。"
