"""The register of those who may assess."""

from django.db import models

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.registry.models.periods import DatedModel, ends_after_start, no_overlap, same_key


class Assessor(DatedModel):
    """An account that may assess for a body, from `valid_from` until before `valid_to`."""

    account = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    body = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+", verbose_name="评估机构")
    division_path = DivisionPathField()  # the body's
    is_medical = models.BooleanField("医护背景", default=False)
    certificate = models.CharField("评估员证书", max_length=60)

    objects = run_by("body").as_manager()

    class Meta:
        verbose_name = "评估员"
        indexes = [path_index("assessor_scope", "id")]
        constraints = [
            ends_after_start("assessor_ends_after_start"),
            no_overlap("assessor_once_at_a_time", same_key("account")),
        ]
