"""What belongs to a person's file beside the particulars: consents, corrections asked for, moves, anonymisation."""

from django.db import models
from django.db.models import Q

from yinling.core.sealing import SealedTextField
from yinling.registry.choices import ConsentForm, ConsentGiver, RequestState, Side
from yinling.registry.models.people import Person
from yinling.registry.models.periods import DatedModel, ends_by_start, no_overlap, same_code, same_key


class Consent(DatedModel):
    """Consent of a person, or of the guardian, to one purpose of the rulebook's list; one at a time for each.

    Withdrawn: `withdrawn_on` is set and `valid_to` with it. What has simply run out was not withdrawn.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField("目的", max_length=40)
    scope = models.CharField("范围", max_length=200, blank=True)
    given_by = models.CharField("由谁同意", max_length=10, choices=ConsentGiver)
    giver = models.CharField("同意人姓名", max_length=60, blank=True)  # the guardian's
    form = models.CharField("形式", max_length=10, choices=ConsentForm)
    evidence_file = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "同意"
        constraints = [
            ends_by_start("consent_ends_after_start"),
            no_overlap("consent_once_at_a_time", same_key("person"), same_code("purpose")),
        ]


class Correction(models.Model):
    """The elder or the family says that something in the file is wrong; staff answer."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="corrections")
    asked_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    text = SealedTextField(verbose_name="内容", null=False)
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.ASKED)
    answered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True)
    answer = SealedTextField(verbose_name="答复")

    class Meta:
        verbose_name = "更正申请"
        indexes = [models.Index(fields=["id"], condition=Q(state="asked"), name="correction_waiting")]


class Transfer(models.Model):
    """A move inside the city over the border of somebody's scope: one side asks, the other decides."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="transfers")
    to_division = models.ForeignKey("core.Division", models.PROTECT, related_name="+")
    from_path = models.CharField("迁出地路径", max_length=40)
    to_path = models.CharField("迁入地路径", max_length=40)
    side = models.CharField("由谁提出", max_length=10, choices=Side)
    reason = models.CharField("说明", max_length=200)
    asked_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.ASKED)
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("办理时间", null=True)
    answer = models.CharField("意见", max_length=200, blank=True)

    class Meta:
        verbose_name = "市内迁移"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="asked"), name="transfer_one_open_each"
            )
        ]


class Anonymisation(models.Model):
    """Proposed by one account, confirmed by another; then nothing in the file says who it was."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="anonymisation")
    proposed_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间")
    confirmed_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = "匿名化"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="anonymisation_by_two_people",
            )
        ]
