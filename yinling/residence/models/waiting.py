"""Applications for a bed in a public home, and the queue that they make."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yinling.assessment.choices import Channel
from yinling.core.models.scope import DivisionPathField, path_index, seen_by
from yinling.residence.waiting_choices import (
    OPEN_STATES,
    ApplicationEnd,
    ApplicationState,
    MoveCause,
)


class Application(models.Model):
    """Somebody asks for a bed. `number` is public: nine digits, the last a check. `division_path` is the person's.

    `bed_kinds` are wishes, empty for any. `state` follows `engines/queueing/course.py`. An application that ended by
    refusals bars the person from a new one until `barred_until`.
    """

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="applications")
    division_path = DivisionPathField()
    number = models.CharField("申请编号", max_length=9, unique=True)
    bed_kinds = ArrayField(
        models.CharField(max_length=10), verbose_name="希望的床位类型", default=list, blank=True
    )
    channel = models.CharField("申请渠道", max_length=10, choices=Channel)
    asked_by = models.CharField("申请人", max_length=40, blank=True)  # empty: the person
    relation = models.CharField("与老年人关系", max_length=20, blank=True)
    entered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=ApplicationState, default=ApplicationState.APPLIED
    )
    applied_at = models.DateTimeField("申请时间")
    verify_by = models.DateField("核实期限")
    verified_at = models.DateTimeField("核实时间", null=True)
    verified_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    class_code = models.CharField("优先类别", max_length=30, blank=True)  # known from verification on
    ended_at = models.DateTimeField("结束时间", null=True)  # admitted or ended
    end = models.CharField("退出方式", max_length=20, choices=ApplicationEnd, blank=True)
    end_reason = models.CharField("退出说明", max_length=200, blank=True)
    barred_until = models.DateField("此日前不能再申请", null=True)
    stay = models.ForeignKey("residence.Stay", models.PROTECT, null=True, related_name="applications")

    objects = seen_by("person__accesses").as_manager()

    class Meta:
        verbose_name = "轮候申请"
        indexes = [
            path_index("application_scope", "id"),
            models.Index(fields=["state", "id"], name="application_state"),
            models.Index(fields=["applied_at"], name="application_applied"),
            models.Index(
                fields=["barred_until"], condition=Q(barred_until__isnull=False), name="application_bars"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=OPEN_STATES), name="application_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, ended_at=None, end="")
                | Q(state="admitted", ended_at__isnull=False, end="")
                | (Q(state="ended", ended_at__isnull=False) & ~Q(end="")),
                name="application_end_says_how",
            ),
        ]


class Wish(models.Model):
    """A home that is wished for; rank 1 is the first choice. An application without wishes takes any public home."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="wishes")
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField("志愿次序")

    class Meta:
        verbose_name = "希望入住的机构"
        constraints = [
            models.UniqueConstraint(fields=["application", "place"], name="wish_home_once"),
            models.UniqueConstraint(fields=["application", "rank"], name="wish_rank_once"),
        ]


class QueuePlace(models.Model):
    """A place in the queue, as its key: smaller is sooner. The position is how many keys are smaller, and one.

    Positions are not stored: whoever joins in front would rewrite all behind and make every clerk wait. The values
    from which the key came stand beside it, as they were at `computed_at` under `policy`.
    """

    application = models.OneToOneField(
        Application, models.CASCADE, primary_key=True, related_name="place_in_queue"
    )
    rank = models.SmallIntegerField("类别次序")
    need = models.SmallIntegerField("失能程度")  # the assessed level, negative: greater need is smaller
    band = models.SmallIntegerField("年龄段")
    applied_at = models.DateTimeField("申请时间")
    number = models.CharField("申请编号", max_length=9, db_collation="C")
    class_code = models.CharField("优先类别", max_length=30)
    facts = ArrayField(models.CharField(max_length=30), verbose_name="据以分类的事实", default=list)
    age = models.PositiveSmallIntegerField("年龄")
    sex = models.CharField("性别", max_length=6)
    assessed_until = models.DateField("评估有效期止", null=True)
    policy = models.CharField("轮候规则", max_length=60)
    joined_at = models.DateTimeField("进入轮候时间")
    computed_at = models.DateTimeField("核对次序时间")

    class Meta:
        verbose_name = "轮候次序"
        indexes = [
            models.Index(fields=["rank", "need", "band", "applied_at", "number"], name="queue_order"),
        ]


class QueueMove(models.Model):
    """Somebody joined the queue, left it, or changed their key in it. Null before joining, null after leaving."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="moves")
    at = models.DateTimeField("时间")
    cause = models.CharField("原因", max_length=10, choices=MoveCause)
    rank_before = models.SmallIntegerField(null=True)
    need_before = models.SmallIntegerField(null=True)
    band_before = models.SmallIntegerField(null=True)
    rank_after = models.SmallIntegerField(null=True)
    need_after = models.SmallIntegerField(null=True)
    band_after = models.SmallIntegerField(null=True)

    class Meta:
        verbose_name = "轮候次序变动"
        indexes = [models.Index(fields=["-at", "-id"], name="queue_move_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rank_before__isnull=False) | Q(rank_after__isnull=False),
                name="queue_move_moves",
            )
        ]


class QueueRun(models.Model):
    """One check of every place against the facts of the moment; until the next one positions are of this time."""

    at = models.DateTimeField("核对时间")
    policy = models.CharField("轮候规则", max_length=60)
    count = models.PositiveIntegerField("轮候人数")
    changed = models.PositiveIntegerField("次序依据变化人数")
    by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "轮候次序核对"
        indexes = [models.Index(fields=["-at"], name="queue_run_latest")]
