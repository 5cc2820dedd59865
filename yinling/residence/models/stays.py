"""Stays, the use of beds, and absences. What these intervals say is the state of a bed; nothing else is."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q

from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index
from yinling.registry.choices import LivingSituation
from yinling.registry.models.periods import same_key
from yinling.residence.choices import AbsenceKind, OccupancyKind, StayEnd, StayKind


class StayQuerySet(ScopedQuerySet):
    organisation_lookup = "place__operator"
    access_lookup = "person__accesses"


class OfStayQuerySet(ScopedQuerySet):
    """Rows about a stay, seen by whoever sees the stay."""

    organisation_lookup = "stay__place__operator"
    access_lookup = "stay__person__accesses"


def interval() -> Func:
    """`tstzrange(since, until)`, open-ended when `until` is null."""
    return Func(F("since"), F("until"), function="tstzrange")


def apart(name: str, key: str, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows of the same `key` overlap in time."""
    return ExclusionConstraint(
        name=name, expressions=[(same_key(key), "&&"), (interval(), "&&")], condition=condition
    )


def until_after_since(name: str) -> models.CheckConstraint:
    """An empty interval, `until` equal to `since`, is what remains of a mistake; it overlaps nothing."""
    return models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name=name)


class Stay(models.Model):
    """A person lives in a home from `since` until before `until`. Trial becomes long by `confirmed_at`.

    `division_path` is the home's; the home serves people from anywhere. Trial and respite have `planned_until`,
    the last day. `lived_before` is how the person lived before the first of a chain of homes (`came_from`).
    """

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="stays")
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="stays")
    division_path = DivisionPathField()
    kind = models.CharField("入住类型", max_length=10, choices=StayKind)
    since = models.DateTimeField("入住时间")
    until = models.DateTimeField("离开时间", null=True)
    planned_until = models.DateField("计划到期", null=True)
    confirmed_at = models.DateTimeField("转为长期入住时间", null=True)
    end = models.CharField("离开方式", max_length=15, choices=StayEnd, blank=True)
    end_reason = models.CharField("离开说明", max_length=200, blank=True)
    assessment = models.ForeignKey("assessment.Assessment", models.PROTECT, null=True, related_name="stays")
    funded = models.BooleanField("特困供养", default=False)  # admitted as 特困, paid by the state
    revision = models.PositiveIntegerField("修订号", default=0)
    lived_before = models.CharField(
        "入住前居住状况", max_length=20, choices=LivingSituation, blank=True, db_default=""
    )
    came_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="went_on_to")
    entered_at = models.DateTimeField("登记时间", null=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = "入住"
        indexes = [
            path_index("stay_scope", "id"),
            models.Index(fields=["place", "until"], name="stay_of_place"),
        ]
        constraints = [
            until_after_since("stay_ends_after_start"),
            apart("stay_one_per_person", "person"),
            models.CheckConstraint(
                condition=Q(until=None, end="") | (Q(until__isnull=False) & ~Q(end="")),
                name="stay_end_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(kind="respite") | Q(planned_until__isnull=False), name="stay_respite_has_term"
            ),
        ]


class Occupancy(models.Model):
    """A person has a bed. Of one bed and of one person no two overlap: the database refuses the second.

    `bed` and `stay` are null for kinds outside a home (`home_care_bed`, and those that other rooms add): the
    constraint on the person holds across all kinds.
    """

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="occupancies")
    kind = models.CharField("床位类型", max_length=12, choices=OccupancyKind, default=OccupancyKind.HOME)
    bed = models.ForeignKey("registry.Bed", models.PROTECT, null=True, related_name="occupancies")
    stay = models.ForeignKey(Stay, models.PROTECT, null=True, related_name="occupancies")
    home_care_bed = models.OneToOneField(
        "registry.HomeCareBed", models.CASCADE, null=True, related_name="occupancy"
    )
    since = models.DateTimeField("使用起")
    until = models.DateTimeField("使用止", null=True)

    class Meta:
        verbose_name = "床位使用"
        indexes = [models.Index(fields=["stay", "since"], name="occupancy_of_stay")]
        constraints = [
            until_after_since("occupancy_ends_after_start"),
            apart("occupancy_one_per_bed", "bed", Q(bed__isnull=False)),
            apart("occupancy_one_per_person", "person"),
            models.CheckConstraint(
                condition=~Q(kind="home") | Q(bed__isnull=False, stay__isnull=False),
                name="occupancy_home_has_bed",
            ),
            models.CheckConstraint(
                condition=Q(kind="home_care", home_care_bed__isnull=False)
                | (~Q(kind="home_care") & Q(home_care_bed=None)),
                name="occupancy_of_home_care_bed",
            ),
        ]


class Absence(models.Model):
    """Away from the home with the bed kept, from `since` until before `until`."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="absences")
    kind = models.CharField("类型", max_length=10, choices=AbsenceKind)
    since = models.DateTimeField("离开时间")
    until = models.DateTimeField("返回时间", null=True)
    expected_back = models.DateField("预计返回", null=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    companion = models.CharField("陪同人", max_length=40, blank=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "请假和住院"
        constraints = [
            until_after_since("absence_ends_after_start"),
            apart("absence_one_at_a_time", "stay"),
        ]
