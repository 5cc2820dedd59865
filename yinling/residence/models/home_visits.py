"""延伸服务: what a home offers to elders in their own homes, and the visits that it made."""

from django.db import models
from django.db.models import Q, TextChoices

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.registry.models.periods import DatedModel, ends_by_start, no_overlap, same_code, same_key


class HomeServiceKind(TextChoices):
    """Kinds of the national monthly record of homes (上门服务各类)."""

    MEAL = "meal", "助餐"
    CLEANING = "cleaning", "助洁"
    BATHING = "bathing", "助浴"
    MOBILITY = "mobility", "助行"
    MEDICAL = "medical", "助医"
    REHABILITATION = "rehabilitation", "康复"
    VISITING = "visiting", "探访"
    OTHER = "other", "其他"


class HomeService(DatedModel):
    """A kind of service at home that a place offers in this period."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="home_services")
    division_path = DivisionPathField()
    kind = models.CharField("服务类别", max_length=15, choices=HomeServiceKind)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "上门服务项目"
        constraints = [
            ends_by_start("home_service_ends_after_start"),
            no_overlap("home_service_once", same_key("place"), same_code("kind")),
        ]


class HomeVisit(models.Model):
    """Visits made: to one `person`, or to a number of people on one day by the same kind; `minutes` of each.

    A row entered by mistake stays, with `withdrawn_on` and why, and counts no more from the beginning.
    """

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="home_visits")
    division_path = DivisionPathField()
    kind = models.CharField("服务类别", max_length=15, choices=HomeServiceKind)
    on = models.DateField("日期")
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="home_visits")
    people = models.PositiveSmallIntegerField("人次", default=1)
    minutes = models.PositiveSmallIntegerField("每次分钟数")
    worker = models.ForeignKey("registry.CareWorker", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    withdrawn_on = models.DateField("作废日期", null=True)
    withdrawn_reason = models.CharField("作废理由", max_length=200, blank=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "上门服务记录"
        indexes = [
            path_index("home_visit_scope", "id"),
            models.Index(fields=["place", "on"], condition=Q(withdrawn_on=None), name="home_visit_counting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(people__range=(1, 500)), name="home_visit_people"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 720)), name="home_visit_minutes"),
            models.CheckConstraint(condition=Q(person=None) | Q(people=1), name="home_visit_one_person"),
        ]
