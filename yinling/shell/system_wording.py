"""Words for what the job queue and the database call by code names."""

TASKS = {
    "retry_stalled": "找回中断的任务",
    "keep_years_ahead": "预建年度分区",
    "remove_old_jobs": "清理旧任务记录",
    "anchor_audit": "锚定操作记录",
    "check_audit": "核验操作记录",
    "check_upload": "核对上传的名单",
    "run_upload": "导入上传的名单",
    "make_export": "生成导出的名单",
    "forget_old_sign_ins": "清理过期的登录记录",
    "find_duplicates": "查找疑似重复档案",
    "discard_upload_files": "清理上传的文件",
    "open_due_rounds": "按时开启月调度",
    "remind_due": "提醒即将到期的填报",
    "mark_late_rounds": "检查逾期填报",
    "mark_late": "标记迟报",
    "close_months": "月末结转",
    "compute_values": "计算一个月的指标",
    "freeze_month": "固化一个月的数据",
    "refresh_queue": "核对轮候次序",
    "expire_offers": "处理到期未答复的入住通知",
    "keep_care_tasks": "生成和结转照护任务",
    "run_bills": "生成当月账单",
    "remind_evidence": "提醒到期的智慧养老院佐证",
}
QUEUES = {
    "house": "系统",
    "governance": "政策落实",
    "uploads": "导入",
    "registry": "养老档案",
    "default": "一般",
}
TABLES = {"core_auditevent": "操作记录"}


def task_words(name: str) -> str:
    """`计算一个月的指标` from `yinling.governance.tasks.compute_values`."""
    return TASKS.get(name.rpartition(".")[2], "其他任务")


def queue_words(name: str) -> str:
    return QUEUES.get(name, "其他")


def table_words(name: str) -> str:
    return TABLES.get(name, "其他记录")
