"""The demo city that stands in this database."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class DemoRun(models.Model):
    """One row: what was asked for, and the steps that are done. A step is noted in its own transaction."""

    scale = models.CharField("规模", max_length=10)
    seed = models.BigIntegerField("种子")
    as_of = models.DateField("数据日期")
    people = models.PositiveIntegerField("老年人数")
    done = ArrayField(models.CharField(max_length=40), default=list, verbose_name="已完成")
    started_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "演示城市"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="demo_one_city_in_a_database"),
        ]
