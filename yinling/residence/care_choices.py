"""Closed lists of care in the home. Labels are the words of the floor and of GB 38600."""

from django.db.models import TextChoices


class PlanState(TextChoices):
    DRAFT = "draft", "草稿"
    ACTIVE = "active", "执行中"
    ENDED = "ended", "已停用"


class TaskState(TextChoices):
    DUE = "due", "待做"
    DONE = "done", "已做"
    MISSED = "missed", "未做"
    UNFINISHED = "unfinished", "未完成"  # the shift ended without a word about it
    CANCELLED = "cancelled", "已取消"


class TaskOutcome(TextChoices):
    """What the carer taps. The first two are done, the others missed with their reason."""

    DONE = "done", "做完了"
    PARTLY = "partly", "做了一部分"
    REFUSED = "refused", "老人不愿意"
    ASLEEP = "asleep", "老人睡着了"
    UNWELL = "unwell", "身体不舒服"
    SHORT = "short", "人手不够"
    OTHER = "other", "其他原因"


class RiskKind(TextChoices):
    """The nine protections of GB 38600-2019."""

    CHOKING = "choking", "噎食"
    INGESTION = "ingestion", "食品药品误食"
    PRESSURE = "pressure", "压疮"
    SCALD = "scald", "烫伤"
    BED_FALL = "bed_fall", "坠床"
    FALL = "fall", "跌倒"
    WANDERING = "wandering", "走失"
    HARM = "harm", "他伤和自伤"
    ACTIVITY = "activity", "文娱活动意外"


class RiskLevel(TextChoices):
    LOW = "low", "低风险"
    MEDIUM = "medium", "需防护"
    HIGH = "high", "高风险"


class IncidentKind(TextChoices):
    CHOKING = "choking", "噎食"
    INGESTION = "ingestion", "食品药品误食"
    PRESSURE = "pressure", "压疮"
    SCALD = "scald", "烫伤"
    BED_FALL = "bed_fall", "坠床"
    FALL = "fall", "跌倒"
    WANDERING = "wandering", "走失"
    HARM = "harm", "他伤和自伤"
    ACTIVITY = "activity", "文娱活动意外"
    MEDICATION = "medication", "用药差错"
    SUDDEN = "sudden", "突发疾病"
    FIRE = "fire", "火情"
    OTHER = "other", "其他"


class Severity(TextChoices):
    SLIGHT = "slight", "一般"
    SERIOUS = "serious", "较重"
    SEVERE = "severe", "严重"


class IncidentState(TextChoices):
    OPEN = "open", "处理中"
    CLOSED = "closed", "已办结"


class EntryKind(TextChoices):
    DONE = "done", "现场处理"
    FAMILY = "family", "告知家属"
    BUREAU = "bureau", "报告民政部门"
    FOLLOW_UP = "follow_up", "后续跟进"
    CLOSED = "closed", "办结"


class ToldHow(TextChoices):
    PHONE = "phone", "电话"
    IN_PERSON = "in_person", "当面"
    MESSAGE = "message", "短信或微信"
    WRITTEN = "written", "书面"
    NO_FAMILY = "no_family", "无家属，已告知监护单位或村居"


class OrderState(TextChoices):
    ACTIVE = "active", "执行中"
    STOPPED = "stopped", "已停用"


class RoundState(TextChoices):
    OPEN = "open", "发药中"
    CLOSED = "closed", "已关闭"


class DoseOutcome(TextChoices):
    GIVEN = "given", "已服用"
    REFUSED = "refused", "拒服"
    WITHHELD = "withheld", "暂停未给"
    ABSENT = "absent", "外出或住院"
    VOMITED = "vomited", "服后呕吐"
    UNAVAILABLE = "unavailable", "缺药"


class HandoverState(TextChoices):
    HANDED = "handed", "待接班"
    RECEIVED = "received", "已接班"


class LineKind(TextChoices):
    """What a handover is made of."""

    INCIDENT = "incident", "意外事件"
    SEARCH = "search", "走失查找"
    VITAL = "vital", "生命体征异常"
    DOSE = "dose", "用药未给"
    ROUND = "round", "发药未关闭"
    TASK = "task", "照护未做"
    ADMISSION = "admission", "新入住"
    ABSENCE = "absence", "请假和住院"
    LEFT = "left", "离开"


class SearchState(TextChoices):
    OPEN = "open", "查找中"
    FOUND = "found", "已找到"
