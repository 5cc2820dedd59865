"""Offers of beds to those who wait, recorded departures from the order, and what is published about it."""

from django.db import models
from django.db.models import F, Q

from yinling.assessment.choices import Channel
from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index, seen_by
from yinling.core.sealing import SealedTextField
from yinling.residence.waiting_choices import (
    HOLDING,
    ObjectionState,
    OfferGround,
    OfferState,
    SkipGround,
    SkipState,
)


class Offer(models.Model):
    """A bed is kept for an applicant until the end of the day `answer_by`. `division_path` is the home's.

    `trace`: under which policy, from which position, and everybody better placed with the reason why not they, as
    `{"policy", "position", "passed": {reason: [number, …]}}`.
    """

    application = models.ForeignKey("residence.Application", models.PROTECT, related_name="offers")
    bed = models.ForeignKey("registry.Bed", models.PROTECT, related_name="offers")
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="+")
    division_path = DivisionPathField()
    ground = models.CharField("依据", max_length=10, choices=OfferGround, default=OfferGround.QUEUE)
    state = models.CharField("状态", max_length=10, choices=OfferState, default=OfferState.OPEN)
    offered_at = models.DateTimeField("通知时间")
    offered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    answer_by = models.DateField("答复期限")
    answered_at = models.DateTimeField("答复时间", null=True)
    answer_channel = models.CharField("答复渠道", max_length=10, choices=Channel, blank=True)
    answered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    reason = models.CharField("说明", max_length=200, blank=True)
    move_in_by = models.DateField("入住期限", null=True)
    trace = models.JSONField("选定过程", default=dict)

    objects = seen_by("application__person__accesses").as_manager()

    class Meta:
        verbose_name = "入住通知"
        indexes = [
            path_index("offer_scope", "id"),
            models.Index(fields=["application", "-id"], name="offer_of_application"),
            models.Index(fields=["answer_by"], condition=Q(state="open"), name="offer_open_until"),
            models.Index(fields=["offered_at"], name="offer_offered"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bed"], condition=Q(state__in=HOLDING), name="offer_open_once_per_bed"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=HOLDING), name="offer_open_once_per_application"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="offer_answered_when_closed",
            ),
        ]


class Skip(models.Model):
    """An applicant is passed over until before the day `until`: proposed by one, approved by another. The ground and
    both offices are public, the particulars are not. `place` null: for every home."""

    application = models.ForeignKey("residence.Application", models.PROTECT, related_name="skips")
    division_path = DivisionPathField()
    place = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+")
    ground = models.CharField("理由", max_length=15, choices=SkipGround)
    particulars = models.CharField("具体情况", max_length=200)
    until = models.DateField("暂缓至")
    state = models.CharField("状态", max_length=10, choices=SkipState, default=SkipState.PROPOSED)
    proposed_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("复核时间", null=True)
    decision_note = models.CharField("复核意见", max_length=200, blank=True)
    lifted_at = models.DateTimeField("解除时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "暂缓通知"
        indexes = [path_index("skip_scope", "id")]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state__in=["proposed", "approved"]), name="skip_open_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="skip_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="skip_approved_by_somebody",
            ),
        ]


class BedReserve(models.Model):
    """Beds of a home kept back in a year for those whom the state provides for (特困)."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="bed_reserves")
    year = models.PositiveSmallIntegerField("年度")
    beds = models.PositiveSmallIntegerField("预留床位")
    source = models.CharField("依据", max_length=100)

    class Meta:
        verbose_name = "特困预留床位"
        constraints = [models.UniqueConstraint(fields=["place", "year"], name="reserve_once_a_year")]


class Publication(models.Model):
    """The list as it was published: `rows` of (masked name, class, level, age band, day of application), in order."""

    published_at = models.DateTimeField("公示时间")
    published_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    objections_until = models.DateField("异议期止")
    policy = models.CharField("轮候规则", max_length=60)
    count = models.PositiveIntegerField("人数")
    rows = models.JSONField("名单", default=list)

    class Meta:
        verbose_name = "轮候名单公示"
        indexes = [models.Index(fields=["-published_at"], name="publication_latest")]


class Objection(models.Model):
    """Somebody says that a published list is wrong. `number` is the public number of the application meant."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="objections")
    division_path = DivisionPathField()
    application = models.ForeignKey(
        "residence.Application", models.PROTECT, null=True, related_name="objections"
    )
    name = models.CharField("提出人", max_length=40)
    phone = SealedTextField(verbose_name="联系电话")
    text = models.TextField("异议内容", max_length=1000)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    received_at = models.DateTimeField("提出时间")
    answer_by = models.DateField("答复期限")
    state = models.CharField("状态", max_length=10, choices=ObjectionState, default=ObjectionState.RECEIVED)
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "轮候名单异议"
        indexes = [path_index("objection_scope", "id")]
