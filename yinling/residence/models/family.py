"""What the family may see of a resident's days, what the elder refused, and the small records made for it."""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, TextChoices, Value
from django.db.models.functions import Coalesce

from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, run_by
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.registry.models.periods import same_code, same_key
from yinling.residence.choices import SharedItem
from yinling.residence.models.stays import OfStayQuerySet, Stay, interval, until_after_since


class Mood(TextChoices):
    GOOD = "good", "高兴"
    CALM = "calm", "平静"
    LOW = "low", "低落"
    UPSET = "upset", "烦躁"


class Appetite(TextChoices):
    ALL = "all", "都吃完了"
    MOST = "most", "吃了大半"
    LITTLE = "little", "吃得少"
    NONE = "none", "没怎么吃"


class Sleep(TextChoices):
    GOOD = "good", "睡得好"
    FAIR = "fair", "睡得一般"
    POOR = "poor", "睡得不好"


class Meal(TextChoices):
    BREAKFAST = "breakfast", "早餐"
    LUNCH = "lunch", "午餐"
    DINNER = "dinner", "晚餐"


def _whoever(field: str) -> Func:
    """As same_key, where null stands for everybody and is a key of its own."""
    known = Coalesce(F(field), Value(0))
    return Func(known, known, Value("[]"), function="int8range")


class Decision(models.Model):
    """Who decided, how it was said, who was there: the elder, or the guardian named by `guardian`."""

    decided_by = models.CharField("谁决定", max_length=10, choices=ConsentGiver)
    form = models.CharField("形式", max_length=10, choices=ConsentForm)
    witness = models.CharField("见证人", max_length=60, blank=True)
    guardian = models.ForeignKey("registry.Contact", models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField("起")
    until = models.DateTimeField("止", null=True)
    recorded_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class FamilyShare(Decision):
    """The home shows one item of a resident to the family from `since` until before `until`."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="family_shares")
    item = models.CharField("内容", max_length=12, choices=SharedItem)
    ended_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "家属可看内容"
        constraints = [
            until_after_since("family_share_ends_after_start"),
            ExclusionConstraint(
                name="family_share_once",
                expressions=[(same_key("stay"), "&&"), (same_code("item"), "&&"), (interval(), "&&")],
            ),
        ]


class OfPersonQuerySet(ScopedQuerySet):
    """Rows about a person, seen by those entrusted; staff reach them through the person or the stay."""

    access_lookup = "person__accesses"

    def below(self, path: str) -> Self:
        """Of people who live below the division."""
        return self.filter(person__division_path__startswith=path)


class FamilyRefusal(Decision):
    """An elder does not want the family to see something, whatever the home has switched on.

    `item` empty: nothing at all. `account` null: nobody of the family; else this one only.
    """

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="family_refusals")
    item = models.CharField("内容", max_length=12, choices=SharedItem, blank=True)
    account = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    lifted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "不让家属看"
        constraints = [
            until_after_since("family_refusal_ends_after_start"),
            ExclusionConstraint(
                name="family_refusal_once",
                expressions=[
                    (same_key("person"), "&&"),
                    (same_code("item"), "&&"),
                    (_whoever("account"), "&&"),
                    (interval(), "&&"),
                ],
            ),
        ]


class DayNote(models.Model):
    """How a resident's day was: quick choices and a short sentence of a care worker."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="day_notes")
    on = models.DateField("日期")
    mood = models.CharField("心情", max_length=10, choices=Mood, blank=True)
    appetite = models.CharField("吃饭", max_length=10, choices=Appetite, blank=True)
    sleep = models.CharField("睡眠", max_length=10, choices=Sleep, blank=True)
    text = models.CharField("说几句", max_length=200, blank=True)
    noted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField("记录时间")

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "每日情况"
        constraints = [
            models.UniqueConstraint(fields=["stay", "on"], name="day_note_once_a_day"),
            models.CheckConstraint(
                condition=~Q(mood="", appetite="", sleep="", text=""), name="day_note_says_something"
            ),
        ]


class MenuMeal(models.Model):
    """What a home serves at one meal of a day; `dishes` as written, a line each or divided by commas."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="menu")
    division_path = DivisionPathField()
    on = models.DateField("日期")
    meal = models.CharField("餐次", max_length=10, choices=Meal)
    dishes = models.CharField("菜品", max_length=200)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "食谱"
        constraints = [models.UniqueConstraint(fields=["place", "on", "meal"], name="menu_meal_once")]
