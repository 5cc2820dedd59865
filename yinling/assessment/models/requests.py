"""Requests for an assessment, and objections to one."""

from django.db import models
from django.db.models import Q

from yinling.assessment.choices import Channel, Purpose, Reason, RequestState
from yinling.assessment.models.scope import given_to
from yinling.core.models.scope import DivisionPathField, path_index


class AssessmentRequest(models.Model):
    """Somebody asks that a person be assessed for a purpose by an instrument (its id in `rulebook/instruments`).

    An objection is a request with the result that it disputes. A request that a rule or the self-rating bars is
    kept as refused, with the reason. Who enters it, by which way and when are kept for the receipt.
    """

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="assessment_requests")
    division_path = DivisionPathField()
    purpose = models.CharField("用途", max_length=20, choices=Purpose)
    instrument = models.CharField("评估标准", max_length=40)
    reason = models.CharField("评估原因", max_length=12, choices=Reason, default=Reason.FIRST)
    channel = models.CharField("申请渠道", max_length=10, choices=Channel)
    asked_for_by = models.CharField("申请人", max_length=40, blank=True)  # empty: the person
    relation = models.CharField("与老年人关系", max_length=20, blank=True)
    entered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    self_rating = models.JSONField("自评", null=True)  # item code: independent, partial or dependent
    words = models.CharField(
        "申请说明", max_length=500, blank=True
    )  # of an objection: what is disputed and why
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.ASKED)
    decide_by = models.DateField("受理期限")
    decided_at = models.DateTimeField("受理决定时间", null=True)
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_why = models.CharField("不予受理原因", max_length=200, blank=True)
    assess_by = models.DateField("评估期限", null=True)
    disputed = models.ForeignKey(
        "assessment.Assessment", models.PROTECT, null=True, related_name="review_requests"
    )

    objects = given_to("assessments__members__account").as_manager()

    class Meta:
        verbose_name = "评估申请"
        indexes = [path_index("assessment_request_scope", "id")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(state__in=["asked", "accepted"]),
                name="assessment_request_open_once",
            ),
            models.UniqueConstraint(
                fields=["disputed"],
                condition=Q(state__in=["asked", "accepted", "done"]),
                name="assessment_disputed_once",
            ),
            models.CheckConstraint(
                condition=~Q(reason="review") | Q(disputed__isnull=False),
                name="assessment_review_disputes",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (RequestState.ASKED, RequestState.ACCEPTED)
