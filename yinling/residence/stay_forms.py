"""Forms of stays, rooms and beds. They check what a field can say by itself; the operations check the rest."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime

from yinling.registry.choices import IdentifierKind
from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.residence.choices import RoomSex, StayEnd, StayKind


class MomentField(forms.DateTimeField):
    """A local date and time by the browser's own control. The minute that is running means now."""

    def __init__(self, label: str, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(
            label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options
        )


def moment(given: datetime, now: datetime) -> datetime:
    """What was meant: the running minute is this moment."""
    return now if given.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0) else given


class NowForm(StyledForm):
    """Times begin as now."""

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MomentField) and field.initial is None:
                field.initial = localtime(now)


class FindForm(StyledForm):
    name = forms.CharField(label="姓名", max_length=60)
    id_kind = choice_field("证件类型", IdentifierKind, initial=IdentifierKind.ID_CARD)
    number = forms.CharField(label="证件号码", max_length=30, help_text="请照证件填写，查找会留下记录。")


class AdmitForm(NowForm):
    bed = choice_field("床位", [])
    kind = choice_field("入住类型", StayKind, initial=StayKind.TRIAL)
    since = MomentField("入住时间")
    planned_until = day_field(
        "计划到期", required=False, help_text="短期托养最长 30 天，必填；试住不填按 30 天（演示默认）。"
    )
    funded = forms.BooleanField(label="特困供养", required=False)

    def __init__(self, *args: Any, beds: list[tuple[int, str]], home_care: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bed"].choices = [("", "请选择"), *beds]
        if home_care:
            self.fields["end_home_care_bed"] = forms.BooleanField(
                label="入住的同时终止家庭养老床位", required=False
            )


class TransferForm(NowForm):
    bed = choice_field("调到", [])
    since = MomentField("时间")
    reason = forms.CharField(label="原因", max_length=200, required=False)

    def __init__(self, *args: Any, beds: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bed"].choices = [("", "请选择"), *beds]


class LeaveForm(NowForm):
    since = MomentField("离开时间")
    expected_back = day_field("预计返回")
    reason = forms.CharField(label="事由", max_length=200)
    companion = forms.CharField(label="陪同人", max_length=40, required=False)


class HospitalForm(NowForm):
    since = MomentField("离开时间")
    expected_back = day_field("预计返回", required=False)
    reason = forms.CharField(label="医院和情况", max_length=200, required=False)
    companion = forms.CharField(label="陪同人", max_length=40, required=False)


class ReturnForm(NowForm):
    until = MomentField("返回时间")


class DayForm(NowForm):
    """One day: of return, or the last of a term."""

    on = day_field("日期")


class EndStayForm(NowForm):
    how = choice_field("离开方式", [])
    until = MomentField("离开时间")
    reason = forms.CharField(label="说明", max_length=200, required=False, help_text="退住的请填写原因。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = [e for e in StayEnd if e != StayEnd.REVERSED]
        self.fields["how"].choices = [("", "请选择"), *((e.value, e.label) for e in ends)]


class CorrectForm(NowForm):
    since = MomentField("实际入住时间")
    reason = forms.CharField(label="更正原因", max_length=200)


class ReasonForm(NowForm):
    reason = forms.CharField(label="原因", max_length=200)


class BuildingForm(StyledForm):
    name = forms.CharField(label="楼栋名称", max_length=40, help_text="例如：1 号楼。")


class RoomsForm(StyledForm):
    building = choice_field("楼栋", [])
    floor = forms.IntegerField(label="楼层", min_value=-3, max_value=60, initial=1)
    first = forms.IntegerField(label="起始房间号", min_value=1, max_value=99_999, initial=101)
    count = forms.IntegerField(label="房间数", min_value=1, max_value=200, initial=1)
    beds_each = forms.IntegerField(
        label="每间放几张床", min_value=0, max_value=20, initial=2, help_text="按床号从未分房间的床位里放。"
    )
    sex = choice_field("性别", RoomSex, initial=RoomSex.ANY)
    dementia_unit = forms.BooleanField(label="认知障碍照护单元", required=False)

    def __init__(self, *args: Any, buildings: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].choices = [("", "请选择"), *buildings]


class RoomForm(StyledForm):
    name = forms.CharField(label="房间号", max_length=20)
    floor = forms.IntegerField(label="楼层", min_value=-3, max_value=60)
    sex = choice_field("性别", RoomSex, initial=RoomSex.ANY)
    dementia_unit = forms.BooleanField(label="认知障碍照护单元", required=False)
