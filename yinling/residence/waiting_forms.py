"""Forms of the waiting list. They check what a field can say by itself; the operations check the rest."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from yinling.assessment.choices import Channel
from yinling.registry.choices import BedKind
from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.registry.models import Person, Place
from yinling.residence.operations.applying import MOST_WISHES
from yinling.residence.queries.waiting import district_of, list_public_homes
from yinling.residence.waiting_choices import SkipGround

_KINDS = [(k.value, k.label) for k in (BedKind.ORDINARY, BedKind.NURSING, BedKind.DEMENTIA)]
_RANKS = ("第一志愿", "第二志愿", "第三志愿", "第四志愿", "第五志愿")


def home_options(
    request: HttpRequest, person: Person, today: date, also: Collection[int] = ()
) -> list[tuple[int, str]]:
    """Homes of the person's own district, of the whole city when asked for; whatever was posted may be any."""
    whole = request.method == "POST" or "whole" in request.GET
    return list_public_homes(today, "" if whole else district_of(person.division_path), also)


class WishesForm(StyledForm):
    """Ranked homes, none for any, and kinds of beds."""

    bed_kinds = forms.MultipleChoiceField(
        label="床位类型", choices=_KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, homes: list[tuple[int, str]], ranks: int = MOST_WISHES, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "不填"), *((str(pk), name) for pk, name in homes)]
        for n in range(ranks):
            field = forms.ChoiceField(label=_RANKS[n], choices=choices, required=False)
            field.widget.attrs["class"] = "input"
            if n == 0:
                field.help_text = "一家也不填，就是哪家公办机构都可以，会早一些等到床位。"
            self.fields[f"home_{n + 1}"] = field
        self.fields["bed_kinds"].help_text = "不选就是都可以。"
        self.fields["bed_kinds"].widget.attrs.pop("class", None)
        self.order_fields([*(f"home_{n + 1}" for n in range(ranks)), "bed_kinds"])

    def homes(self) -> list[Place]:
        """In the order given; blanks between are nothing."""
        given = [self.cleaned_data[name] for name in self.fields if name.startswith("home_")]
        ids = [int(pk) for pk in given if pk]
        found = Place.objects.in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    def kinds(self) -> list[BedKind]:
        return [BedKind(k) for k in self.cleaned_data["bed_kinds"]]


class ApplicationForm(WishesForm):
    channel = choice_field("申请渠道", [c for c in Channel.choices if c[0] != Channel.ONLINE])
    asked_by = forms.CharField(
        label="代办人姓名", max_length=40, required=False, help_text="本人申请的不用填。"
    )
    relation = forms.CharField(
        label="与老年人关系", max_length=20, required=False, help_text="如：长女、侄子、村干部。"
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["channel", "asked_by", "relation"])


class SkipForm(StyledForm):
    ground = choice_field("理由（会公开）", SkipGround)
    particulars = forms.CharField(
        label="具体情况（不公开，供复核的人看）", max_length=200, widget=forms.Textarea({"rows": 3})
    )
    until = day_field("暂缓到哪一天")


class EndForm(StyledForm):
    reason = forms.CharField(label="原因", max_length=200)


class ReserveForm(StyledForm):
    beds = forms.IntegerField(label="预留床位（张）", min_value=0, max_value=500)
    source = forms.CharField(label="依据", max_length=100)


class AnswerForm(StyledForm):
    upheld = choice_field("核查结果", [("0", "次序无误"), ("1", "异议属实，已更正")])
    answer = forms.CharField(label="答复", max_length=1000, widget=forms.Textarea({"rows": 3}))
