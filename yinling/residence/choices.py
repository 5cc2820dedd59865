"""Closed lists of residence. Labels are the legal Chinese terms. Each aggregate's own lists stand beside its models."""

from django.db.models import TextChoices


class StayKind(TextChoices):
    TRIAL = "trial", "试住"
    LONG = "long", "长期入住"
    RESPITE = "respite", "短期托养（喘息服务）"  # 30 days at most


class StayEnd(TextChoices):
    """How a stay ended."""

    DEPARTED = "departed", "退住"
    DIED = "died", "去世"
    TRIAL_ENDED = "trial_ended", "试住结束未入住"
    RESPITE_ENDED = "respite_ended", "短期托养期满"
    MOVED_HOME = "moved_home", "转往其他机构"
    REVERSED = "reversed", "登记有误，已撤销"  # the interval is empty: it overlaps and counts nothing


class AbsenceKind(TextChoices):
    """Away, with the bed kept."""

    LEAVE = "leave", "请假外出"
    HOSPITAL = "hospital", "住院"


class OccupancyKind(TextChoices):
    """五床联动: kinds of beds a person may be in, one at a time. Later rooms add the medical ones."""

    HOME = "home", "养老机构床位"
    HOME_CARE = "home_care", "家庭养老床位"


class BedState(TextChoices):
    """What the map says of a bed at a moment. Never stored."""

    FREE = "free", "空床"
    TAKEN = "taken", "在住"
    ON_LEAVE = "on_leave", "请假"
    IN_HOSPITAL = "in_hospital", "住院"
    PROMISED = "promised", "已通知轮候"
    CLOSED = "closed", "停用"


class RoomSex(TextChoices):
    ANY = "any", "不限"
    MALE = "male", "男"
    FEMALE = "female", "女"


class SharedItem(TextChoices):
    """What of a resident's days the family may see, each switched by itself."""

    DAY_NOTES = "day_notes", "每天的情况"
    MEALS = "meals", "吃饭"
    LEAVE = "leave", "请假和住院"
    INCIDENTS = "incidents", "意外和处理"
    VITALS = "vitals", "血压体温等"
    BILLS = "bills", "账单"
