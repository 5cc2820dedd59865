"""Care workers: a person at a place in a post, and the person's certificates."""

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.registry.choices import CertificateKind, Post
from yinling.registry.models.periods import DatedModel, ends_after_start, no_overlap, same_key


class CareWorker(DatedModel):
    """An employment: one post at one place at a time for a person."""

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="employments")
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="workers")
    division_path = DivisionPathField()
    post = models.CharField("岗位", max_length=20, choices=Post)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "从业人员"
        indexes = [path_index("care_worker_scope", "id")]
        constraints = [
            ends_after_start("care_worker_ends_after_start"),
            no_overlap("care_worker_one_post_at_a_time", same_key("person")),
        ]


class WorkerCertificate(models.Model):
    """A certificate of a person, valid from `issued_on` until before `expires_on`."""

    person = models.ForeignKey("registry.Person", models.CASCADE, related_name="certificates")
    kind = models.CharField("证书", max_length=30, choices=CertificateKind)
    number = models.CharField("证书编号", max_length=40, unique=True)
    level = models.PositiveSmallIntegerField("等级", null=True, blank=True)
    issued_on = models.DateField("发证日期")
    expires_on = models.DateField("有效期至", null=True, blank=True)

    class Meta:
        verbose_name = "证书"
        indexes = [models.Index(fields=["person", "kind"], name="certificate_person_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=F("issued_on")),
                name="certificate_ends_after_issue",
            )
        ]
