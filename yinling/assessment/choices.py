"""Closed lists of assessments. Labels are the legal Chinese terms."""

from django.db.models import TextChoices


class Purpose(TextChoices):
    """What a result is for; a result may be accepted for another purpose by a recorded decision."""

    ADMISSION = "admission", "入住养老机构"
    CARE_SUBSIDY = "care_subsidy", "养老服务补贴"
    LTCI = "ltci", "长期护理保险待遇"
    HOME_CARE_BED = "home_care_bed", "家庭养老床位"


class Reason(TextChoices):
    """评估原因, GB/T 42195-2022 A.1."""

    FIRST = "first", "首次评估"
    ROUTINE = "routine", "常规评估"
    IMMEDIATE = "immediate", "即时评估"
    REVIEW = "review", "因对结果有疑问的复评"
    OTHER = "other", "其他"


class Channel(TextChoices):
    """By what way a request or an application came in."""

    COUNTER = "counter", "窗口"
    PHONE = "phone", "电话"
    VILLAGE = "village", "村（居）代办"
    ONLINE = "online", "网上"


class RequestState(TextChoices):
    ASKED = "asked", "待受理"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "不予受理"
    DONE = "done", "已评估"
    WITHDRAWN = "withdrawn", "已撤回"


class AssessmentState(TextChoices):
    APPOINTED = "appointed", "已预约"
    UNDERWAY = "underway", "评估中"
    SIGNED = "signed", "已出结论"
    REPLACED = "replaced", "已被复评替代"
    UPHELD = "upheld", "复评维持原结论"
    SUPERSEDED = "superseded", "已有新结论"
    CANCELLED = "cancelled", "已取消"
