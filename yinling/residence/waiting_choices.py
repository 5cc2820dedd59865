"""Closed lists of the waiting list. Labels are the legal Chinese terms."""

from django.db.models import TextChoices

from yinling.engines.queueing.course import State


class ApplicationState(TextChoices):
    """申请 → 核实 → 评估 → 排队 → 通知 → 接受 → 试住 → 入住, or 退出; see `engines/queueing/course.py`."""

    APPLIED = State.APPLIED.value, "待核实"
    ASSESSING = State.ASSESSING.value, "待评估"
    QUEUED = State.QUEUED.value, "轮候中"
    ASSURED = State.ASSURED.value, "应养尽养，待安排"
    OFFERED = State.OFFERED.value, "已通知，待答复"
    ACCEPTED = State.ACCEPTED.value, "已接受，待办入住"
    TRIAL = State.TRIAL.value, "试住中"
    ADMITTED = State.ADMITTED.value, "已入住"
    ENDED = State.ENDED.value, "已退出"


OPEN_STATES = [s.value for s in ApplicationState if s not in ("admitted", "ended")]
QUEUE_STATES = ["queued", "offered"]


class ApplicationEnd(TextChoices):
    """Why an application ended without a bed."""

    WITHDRAWN = "withdrawn", "本人撤回"
    NOT_ELIGIBLE = "not_eligible", "核实不符合条件"
    REFUSED_TWICE = "refused_twice", "多次放弃，轮候终止"
    DIED = "died", "去世"
    MOVED_AWAY = "moved_away", "迁出本市"
    TRIAL_ENDED = "trial_ended", "试住结束未入住"
    HOUSED_ELSEWHERE = "housed_elsewhere", "已入住其他机构"


class OfferState(TextChoices):
    OPEN = "open", "待答复"
    ACCEPTED = "accepted", "已接受"
    REFUSED = "refused", "已放弃"
    EXPIRED = "expired", "逾期未答复"
    LAPSED = "lapsed", "接受后未入住"
    WITHDRAWN = "withdrawn", "通知已收回"
    USED = "used", "已入住"


HOLDING = ["open", "accepted"]  # offers that hold their bed
TAKEN = ["accepted", "used"]  # answered yes
NO = ["refused", "expired", "lapsed"]  # answered no, or as good as no


class OfferGround(TextChoices):
    QUEUE = "queue", "按轮候次序"
    ASSURED = "assured", "特困人员应养尽养"


class SkipGround(TextChoices):
    """Published with the trace; particulars are not."""

    IN_HOSPITAL = "in_hospital", "正在住院，暂不能入住"
    UNREACHABLE = "unreachable", "多次联系不上"
    UNFIT_BED = "unfit_bed", "照护需要与空出的床位不符"
    ASKED_LATER = "asked_later", "本人要求暂缓通知"
    OTHER = "other", "其他原因"


class SkipState(TextChoices):
    PROPOSED = "proposed", "待复核"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "未同意"
    LIFTED = "lifted", "已解除"


class ObjectionState(TextChoices):
    RECEIVED = "received", "待答复"
    UPHELD = "upheld", "属实，已更正"
    DISMISSED = "dismissed", "经核查次序无误"


class MoveCause(TextChoices):
    """What changed a place in the queue."""

    JOINED = "joined", "核实、评估后进入轮候"
    ACCEPTED = "accepted", "接受床位"
    RETURNED = "returned", "接受后未入住，回到轮候"
    REOPENED = "reopened", "退出有误，恢复轮候"
    ADMITTED = "admitted", "入住"
    ENDED = "ended", "退出轮候"
    ASSURED = "assured", "改为应养尽养，不再排队"
    CATEGORY = "category", "认定的类别变化"
    LEVEL = "level", "评估等级变化"
    AGE = "age", "年龄段变化"
    POLICY = "policy", "轮候规则变化"
