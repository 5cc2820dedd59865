"""Values and targets in plain words, the same on the cockpit, the public board and in exports; acts in the audit trail."""

from datetime import date
from decimal import Decimal

from yinling.engines.indicators.assessing import State
from yinling.kernel.indicators import Direction, Indicator, IndicatorKind, Target, TargetScope
from yinling.rulebook import policy_documents

STATE_LABELS = {
    State.COMPUTED: "自动计算",
    State.REPORTED: "已上报",
    State.VERIFIED: "已核实",
    State.PUBLISHED: "已发布",
}
ACTS = {
    "accept_report": "审核通过填报",
    "acknowledge_task": "签收任务",
    "add_evidence": "上传佐证材料",
    "assign_liaison": "指定联络员",
    "change_due_date": "调整完成时限",
    "compute_month": "计算指标",
    "confirm_measure": "确认措施",
    "correct_measure": "更正措施",
    "download_bulletin": "下载通报",
    "export_board": "导出指标看板",
    "export_round": "导出月调度",
    "export_rows": "导出指标明细",
    "export_tasks": "导出责任清单",
    "fill_report": "填写月调度",
    "import_document": "导入政策文件",
    "lock_round": "锁定月调度",
    "make_tasks": "分解任务",
    "mark_late": "标记未报单位",
    "open_round": "开启月调度",
    "publish_bulletin": "发布通报",
    "publish_document": "公开政策文件",
    "refine_targets": "细化指标",
    "remind_round": "催办月调度",
    "reopen_round": "重开月调度",
    "reread_document": "重新读取政策文件",
    "return_report": "退回填报",
    "set_round_settings": "设置月调度",
    "split_task": "拆分任务",
    "submit_report": "提交填报",
    "take_snapshot": "固化快照",
    "unconfirm_measure": "取消确认措施",
    "withdraw_evidence": "撤回佐证材料",
    "withdraw_task": "撤销任务",
    "write_bulletin": "生成通报",
}
SUBJECTS = {
    "governance.Bulletin": "通报",
    "governance.Evidence": "佐证材料",
    "governance.LocalTarget": "细化指标",
    "governance.Measure": "措施",
    "governance.PolicyDocument": "政策文件",
    "governance.Report": "填报",
    "governance.Round": "月调度",
    "governance.RoundSettings": "调度设置",
    "governance.Snapshot": "快照",
    "governance.Task": "任务",
    "governance.TaskUnit": "任务单位",
}
_SHORT = 11  # characters of a title
_COMPARATORS = {">=": "不少于", "<=": "不超过", "=": "达到", "+": "增加约"}


def number_text(value: Decimal, decimals: int) -> str:
    """`1,234` or `60.0`."""
    return f"{value:,.{decimals}f}"


def value_text(indicator: Indicator, value: Decimal | None) -> str:
    """`62.5%`, `1,024 处`, `已完成`; a dash where nothing is known."""
    if value is None:
        return "—"
    if indicator.kind is IndicatorKind.MILESTONE:
        return "已完成" if value >= 1 else "未完成"
    return f"{number_text(value, indicator.decimals)}{unit_suffix(indicator.unit)}"


def change_text(indicator: Indicator, change: Decimal | None) -> str:
    """Against last month: `+1.2 个百分点`, `-3 处`, `持平`; a dash where one of the two is not known."""
    if change is None:
        return "—"
    if change == 0:
        return "持平"
    if indicator.kind is IndicatorKind.MILESTONE:
        return "新完成" if change > 0 else "退回未完成"
    unit = " 个百分点" if indicator.unit == "%" else unit_suffix(indicator.unit)
    return f"{change:+,.{indicator.decimals}f}{unit}"


def unit_suffix(unit: str) -> str:
    """A percent sign stands close, a counting word after a space."""
    return unit if unit in ("%", "‰") or not unit else f" {unit}"


def target_text(indicator: Indicator, target: Target) -> str:
    """`不少于 60%`, `每个区市不少于 2 处`, `完成`."""
    if indicator.kind is IndicatorKind.MILESTONE:
        return "完成"
    value = f"{target.value.normalize():,f}"
    words = f"{comparator_text(indicator, target)} {value}{unit_suffix(indicator.unit)}"
    if target.scope is TargetScope.EACH_DISTRICT:
        whom = f"{len(target.districts)} 个区市分别" if target.districts else "各区市、开发区分别"
        return f"{whom}{words}"
    return words


def promise_text(indicator: Indicator, target: Target) -> str:
    """A target and its deadline as one plain sentence: `2025年底前不少于 90%`, `一直保持 100%`."""
    words = target_text(indicator, target)
    if target.by is None:
        return f"一直保持{words.removeprefix('达到')}"
    return f"{deadline_text(target.by)}{words}"


def comparator_text(indicator: Indicator, target: Target) -> str:
    if target.comparator == "=" and indicator.direction is Direction.LOWER:
        return "不超过"
    return _COMPARATORS[target.comparator]


def deadline_text(day: date | None) -> str:
    """`2025年底前`, `2025年6月30日前`, `随时保持`."""
    if day is None:
        return "随时保持"
    if (day.month, day.day) == (12, 31):
        return f"{day.year}年底前"
    return f"{day.year}年{day.month}月{day.day}日前"


def document_short(key: str) -> str:
    """A document by a name that fits a table: its number, else the end of its title."""
    row = policy_documents.load().get(key)
    title = row.title if row else key
    if row and key != row.title:
        return key
    return title if len(title) <= _SHORT else f"…{title[-_SHORT:]}"
