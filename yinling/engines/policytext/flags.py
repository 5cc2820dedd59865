"""Doubts that a person should look at: stable codes and their Chinese labels."""

from __future__ import annotations

FLAG_LABELS: dict[str, str] = {
    "units_missing": "未写明责任单位",
    "units_open_ended": "责任单位未列全（含“等”字）",
    "units_role_guessed": "括号内只有单位名称，按牵头单位处理",
    "units_inherited": "责任单位取自上一级条目",
    "units_multiple_phrases": "同一措施有多处责任分工，已合并",
    "unit_name_unclear": "单位名称不规范，请核对",
    "number_gap": "序号不连续",
    "number_restart": "序号重复或倒退",
    "number_missing": "条目无序号，按顺序编号",
    "deadline_inherited": "指标期限沿用前文或责任分工中的期限",
    "deadline_relative": "期限以相对时间表述，未换算成日期",
    "deadline_year_assumed": "期限未写年份，按发文年份处理",
    "deadline_month_ambiguous": "“某月前”按当月最后一日处理",
    "recurring": "按年度重复的指标",
    "figure_unread": "文中有百分比或期限未能读成指标",
    "title_missing": "未找到文件标题",
    "no_measures": "未找到措施条目",
    "table_row": "取自任务分工表的一行",
    "table_unread": "表格内容未解析，列入未归类",
}
