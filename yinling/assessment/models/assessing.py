"""An assessment: who, by what instrument, with which answers, and what came of it."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from yinling.assessment.choices import AssessmentState, Purpose
from yinling.assessment.models.scope import given_to
from yinling.core.models.scope import DivisionPathField, path_index
from yinling.core.sealing import SealedTextField

CONCLUDED = ("signed", "superseded", "replaced", "upheld")


class Assessment(models.Model):
    """Answers, autosaved until signed; then the level with all that it was computed from, never changed again.

    `answers`: item code to score; `particulars`: code of a question to what was chosen or written. `traces`: code of
    either to [revision, account, time] of its last change. `result`: totals, steps and reasons as the engine gave
    them. Valid from `valid_from` until before `valid_until`, and no longer than until `ended_at`, when another
    result took its place. A result that another body issued has `outside_body`, totals and no answers.
    """

    request = models.ForeignKey(
        "assessment.AssessmentRequest", models.PROTECT, null=True, related_name="assessments"
    )
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="assessments")
    division_path = DivisionPathField()
    purpose = models.CharField("用途", max_length=20, choices=Purpose)
    instrument = models.CharField("评估标准", max_length=40)
    state = models.CharField(
        "状态", max_length=10, choices=AssessmentState, default=AssessmentState.APPOINTED
    )
    scheduled_at = models.DateTimeField("预约时间", null=True)
    where = SealedTextField(verbose_name="评估地点")  # often somebody's home
    started_at = models.DateTimeField("开始时间", null=True)
    answers = models.JSONField("各项评分", default=dict)
    particulars = models.JSONField("基本信息和健康问题", default=dict)  # tables A.2 to A.5
    traces = models.JSONField("填写痕迹", default=dict)
    grounds = models.JSONField("调整依据", default=list)  # codes of the adjustments that held
    revision = models.PositiveIntegerField("修订号", default=0)  # grows with every saved answer
    signed_at = models.DateTimeField("出具时间", null=True)
    number = models.CharField("评估编号", max_length=40, blank=True)
    level = models.PositiveSmallIntegerField("等级", null=True)
    result = models.JSONField("计算过程", null=True)
    valid_from = models.DateField("有效期起", null=True)
    valid_until = models.DateField("有效期止", null=True)
    ended_at = models.DateTimeField("被替代时间", null=True)
    delivered_at = models.DateTimeField("送达时间", null=True)
    delivered_how = models.CharField("送达方式", max_length=40, blank=True)
    object_by = models.DateField("异议期限", null=True)  # the last day of the term
    outside_body = models.CharField("外部评估机构", max_length=100, blank=True)

    objects = given_to("members__account").as_manager()

    class Meta:
        verbose_name = "能力评估"
        indexes = [
            path_index("assessment_scope", "id"),
            models.Index(fields=["person", "-signed_at"], name="assessment_of_person"),
            models.Index(fields=["valid_until"], condition=Q(state="signed"), name="assessment_ending"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state__in=["appointed", "underway"]),
                name="assessment_open_once",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="assessment_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CONCLUDED)
                | Q(
                    signed_at__isnull=False,
                    level__isnull=False,
                    result__isnull=False,
                    valid_from__isnull=False,
                    valid_until__isnull=False,
                ),
                name="assessment_signed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(request__isnull=False) | ~Q(outside_body=""), name="assessment_has_request"
            ),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day on which the result holds."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    @property
    def is_open(self) -> bool:
        return self.state in (AssessmentState.APPOINTED, AssessmentState.UNDERWAY)

    @property
    def is_concluded(self) -> bool:
        return self.state in CONCLUDED


class AssessmentMember(models.Model):
    """One of those who assess; at least two, one of them with a medical or nursing background."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="members")
    account = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    is_medical = models.BooleanField("医护背景", default=False)
    signed_at = models.DateTimeField("签名时间", null=True)

    class Meta:
        verbose_name = "评估人员"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "account"], name="assessment_member_once")
        ]


class ResultAcceptance(models.Model):
    """采信: somebody decided that a result serves another purpose too. The level stays what it is, by its own
    instrument; nothing is converted."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="acceptances")
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="result_acceptances")
    division_path = DivisionPathField()
    purpose = models.CharField("采信用途", max_length=20, choices=Purpose)
    reason = models.CharField("理由", max_length=300)
    accepted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("采信时间")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    withdrawn_why = models.CharField("撤销原因", max_length=200, blank=True)

    objects = given_to("assessment__members__account").as_manager()

    class Meta:
        verbose_name = "评估结论采信"
        indexes = [path_index("acceptance_scope", "id")]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "purpose"],
                condition=Q(withdrawn_at=None),
                name="acceptance_once",
            )
        ]
