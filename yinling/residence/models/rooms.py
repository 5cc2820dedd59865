"""Buildings, floors and rooms of a home, and which bed stands in which room."""

from django.db import models

from yinling.core.models.scope import DivisionPathField, run_by
from yinling.residence.choices import RoomSex


class Building(models.Model):
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="buildings")
    division_path = DivisionPathField()
    name = models.CharField("楼栋", max_length=40)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "楼栋"
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="building_once")]


class Room(models.Model):
    """`dementia_unit`: part of a unit for people with dementia, with doors that are watched."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="rooms")
    floor = models.SmallIntegerField("楼层")
    name = models.CharField("房间", max_length=20)
    sex = models.CharField("性别", max_length=6, choices=RoomSex, default=RoomSex.ANY)
    dementia_unit = models.BooleanField("认知障碍照护单元", default=False)

    class Meta:
        verbose_name = "房间"
        constraints = [models.UniqueConstraint(fields=["building", "name"], name="room_once")]


class BedPlacement(models.Model):
    """The room where a bed stands now. A bed without one is shown as 未分房间."""

    bed = models.OneToOneField("registry.Bed", models.CASCADE, related_name="placement")
    room = models.ForeignKey(Room, models.PROTECT, related_name="placements")

    class Meta:
        verbose_name = "床位所在房间"
