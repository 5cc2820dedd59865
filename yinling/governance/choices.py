"""Closed lists of governance."""

from django.db.models import TextChoices


class TargetKind(TextChoices):
    QUANTITY = "quantity", "数量指标"
    MILESTONE = "milestone", "节点任务"
    PARAMETER = "parameter", "政策参数"


class Comparator(TextChoices):
    AT_LEAST = ">=", "不少于"
    AT_MOST = "<=", "不超过"
    EQUAL = "=", "达到"
    ADD = "+", "增加约"


class UnitRole(TextChoices):
    LEAD = "lead", "牵头"
    SUPPORTING = "supporting", "配合"


class TaskState(TextChoices):
    NOT_STARTED = "not_started", "未启动"
    ON_COURSE = "on_course", "正常推进"
    AT_RISK = "at_risk", "有风险"
    OVERDUE = "overdue", "已逾期"
    DONE = "done", "已完成"


class RoundState(TextChoices):
    OPEN = "open", "填报中"
    LOCKED = "locked", "已锁定"


class ReportState(TextChoices):
    DRAFT = "draft", "待填报"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已通过"


class FigureState(TextChoices):
    """The three lives of a reported figure; a later one never replaces an earlier one silently."""

    REPORTED = "reported", "已上报"
    VERIFIED = "verified", "已核实"
    PUBLISHED = "published", "已发布"


class BulletinKind(TextChoices):
    MONTH = "month", "月调度通报"
    QUARTER = "quarter", "季度通报"
