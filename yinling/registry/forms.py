"""Forms of the registry. They check what a field can say by itself; the operations check the rest."""

from typing import Any

from django import forms

from yinling.registry.choices import (
    BedKind,
    Ownership,
    PlaceFactKind,
    PlaceKind,
)
from yinling.registry.rules import fitting_facts


class StyledForm(forms.Form):
    """Widgets of the design system, dates by the browser's own calendar."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")
            field.widget.attrs.setdefault("autocomplete", "off")

    def first_error(self) -> str:
        """For acts that answer with a message instead of the form again."""
        for name, errors in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            return f"{label}：{errors[0]}" if label else str(errors[0])
        return ""


def day_field(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options
    )


def choice_field(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    pairs = list(getattr(choices, "choices", choices))
    if not options.get("initial"):
        pairs = [("", "请选择"), *pairs]
    return forms.ChoiceField(label=label, choices=pairs, **options)


class EndForm(StyledForm):
    on = day_field("终止日期")
    reason = forms.CharField(label="原因", max_length=200)


class PlaceForm(StyledForm):
    name = forms.CharField(label="名称", max_length=100)
    kind = choice_field("类别", PlaceKind)
    ownership = choice_field("兴办与运营", Ownership)
    operator = forms.CharField(
        label="运营单位", max_length=100, help_text="填写全称；还没有登记的单位会一并登记。"
    )
    credit_code = forms.CharField(
        label="运营单位统一社会信用代码",
        max_length=18,
        required=False,
        help_text="运营单位是新登记的才需要填写。",
    )
    village = choice_field("所在村居", [])
    address = forms.CharField(label="地址", max_length=200, required=False)
    phone = forms.CharField(label="电话", max_length=20, required=False)
    floor_area_m2 = forms.IntegerField(
        label="建筑面积（平方米）", min_value=1, max_value=2_000_000, required=False
    )
    opened_on = day_field("启用日期")

    def __init__(self, *args: Any, villages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].choices = [("", "请选择"), *villages]


class PlaceUpdateForm(StyledForm):
    name = forms.CharField(label="名称", max_length=100)
    address = forms.CharField(label="地址", max_length=200, required=False)
    phone = forms.CharField(label="电话", max_length=20, required=False)
    floor_area_m2 = forms.IntegerField(
        label="建筑面积（平方米）", min_value=1, max_value=2_000_000, required=False
    )


class FactForm(StyledForm):
    kind = choice_field("事项", PlaceFactKind)
    grade = forms.IntegerField(
        label="等级（星）", min_value=1, max_value=5, required=False, help_text="只有等级评定和餐桌星级要填。"
    )
    valid_from = day_field("生效日期")
    source = forms.CharField(label="依据", max_length=100, help_text="文件、证书或公告的名称和编号。")

    def __init__(self, *args: Any, place_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = fitting_facts(PlaceKind(place_kind))
        self.fields["kind"].choices = [("", "请选择"), *((f.value, f.label) for f in fitting)]


class BedsForm(StyledForm):
    act = choice_field(
        "办理", [("open", "新增床位"), ("certify", "把普通床位认定为其他类型")], initial="open"
    )
    count = forms.IntegerField(label="数量（张）", min_value=1, max_value=1000)
    kind = choice_field("类型", BedKind)
    on = day_field("日期")
