"""Forms of care. They check what a field can say by itself; the operations check the rest."""

import re
from datetime import datetime, time
from typing import Any

from django import forms

from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.residence.care_choices import (
    DoseOutcome,
    IncidentKind,
    RiskLevel,
    Severity,
    TaskOutcome,
    ToldHow,
)
from yinling.residence.care_reading import vital_kinds
from yinling.residence.stay_forms import MomentField

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


class TimesField(forms.CharField):
    """Clock times, with whatever stands between them: `07:00、11:30 17:00`."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return []
        times = sorted({time(int(h), int(m)) for h, m in _CLOCK.findall(text)})
        left = _CLOCK.sub("", text)
        if not times or re.search(r"[\w:：]", left):
            raise forms.ValidationError("请写成 07:00、11:30 这样的时间，中间用顿号分开")
        return times

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "、".join(t if isinstance(t, str) else f"{t:%H:%M}" for t in value)
        return value


def text(label: str, length: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **options)


def long_text(label: str, length: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea({"rows": 3}), **options)


class SettleForm(StyledForm):
    outcome = choice_field("结果", TaskOutcome)
    note = text("说明", 300, required=False)
    when = MomentField("实际时间", required=False)
    code = text("照护码", 32, required=False)


class ItemForm(StyledForm):
    times = TimesField(label="时间", max_length=200, help_text="例如 07:00、11:30、17:00")
    every_days = forms.IntegerField(label="每几天一次", min_value=1, max_value=60, initial=1)
    window = forms.IntegerField(
        label="时限（分钟）", min_value=15, max_value=720, initial=60, help_text="过了这么久还没做，算超时。"
    )
    how = text("做法", 300, required=False)


class NewItemForm(ItemForm):
    title = text("照护项目", 60)
    field_order = ("title", "times", "every_days", "window", "how")


class WhyForm(StyledForm):
    why = text("原因", 200)


class NoteForm(StyledForm):
    note = text("说明", 300, required=False)


class RiskForm(StyledForm):
    level = choice_field("风险等级", RiskLevel)
    measures = long_text("防护措施", 500, required=False)
    responsible = text("责任人", 60)
    review_on = day_field("复评日期", required=False, help_text="不填则按等级的最长间隔。")


class IncidentForm(StyledForm):
    kind = choice_field("类别", IncidentKind)
    severity = choice_field("程度", Severity)
    happened_at = MomentField("发生时间")
    where = text("地点", 100, help_text="例如：三楼东侧走廊")
    what = long_text("经过", 2000)
    done = long_text("现场处理", 1000, required=False)


class ToldForm(StyledForm):
    who = text("告知了谁", 60, help_text="姓名和关系，不写电话号码。")
    how = choice_field("方式", ToldHow)
    when = MomentField("时间")
    text = text("说了什么", 1000, required=False)


class FollowUpForm(StyledForm):
    text = long_text("跟进情况", 1000)


class GradeForm(StyledForm):
    severity = choice_field("程度改为", Severity)
    why = text("原因", 200)


class ConclusionForm(StyledForm):
    conclusion = long_text("原因分析和改进措施", 1000)


class VitalForm(StyledForm):
    kind = choice_field("项目", [])
    value = forms.DecimalField(label="数值", max_digits=6, decimal_places=1)
    second = forms.DecimalField(
        label="舒张压", max_digits=6, decimal_places=1, required=False, help_text="只有血压要填。"
    )
    when = MomentField("测量时间", required=False, help_text="不填就是现在。")
    note = text("说明", 200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选择"), *((k.code, k.name) for k in vital_kinds().values())]
        for name in ("value", "second"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"


class OrderForm(StyledForm):
    drug = text("药名", 80)
    dose = text("剂量", 40, help_text="例如：1 片（5 mg）")
    route = text("用法", 40, help_text="例如：口服，饭后")
    times = TimesField(label="时间", max_length=120, help_text="例如 08:00、20:00")
    since = day_field("开始日期")
    until = day_field("停止日期", required=False, help_text="到这一天不再用；长期用药不填。")
    prescriber = text("开方医师", 60)
    source = text("依据", 120, help_text="处方或医嘱的单位和日期。")
    high_risk = forms.BooleanField(
        label="高危药品，给药前双人核对", required=False, widget=forms.CheckboxInput({"class": ""})
    )


class DoseForm(StyledForm):
    outcome = choice_field("结果", DoseOutcome)
    note = text("说明", 200, required=False)
    code = text("照护码", 32, required=False)


class CorrectionForm(StyledForm):
    outcome = choice_field("更正为", DoseOutcome)
    why = text("更正原因", 200)


class SearchForm(StyledForm):
    last_seen_at = MomentField("最后看到的时间")
    last_seen_where = text("最后看到的地点", 100)
    wearing = text("衣着和特征", 200, required=False)
    drill = forms.BooleanField(label="这是演练", required=False, widget=forms.CheckboxInput({"class": ""}))


class StepForm(StyledForm):
    code = forms.CharField(max_length=20)
    note = text("情况", 300, required=False)


class FoundForm(StyledForm):
    found_where = text("在哪里找到", 100)
    condition = text("身体情况", 200)


class HandOverForm(StyledForm):
    note = long_text("交班说明", 2000, required=False)


class DueForm(StyledForm):
    due_at = MomentField("发药时间")

    def clean_due_at(self) -> datetime:
        due: datetime = self.cleaned_data["due_at"]
        return due
