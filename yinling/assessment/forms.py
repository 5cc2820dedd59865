"""Forms of the room. They check what a field can say by itself; the operations check the rest."""

from datetime import datetime
from typing import Any

from django import forms

from yinling.assessment.checks import LEAST_REASON
from yinling.assessment.choices import Channel, Purpose, Reason
from yinling.assessment.models import Assessor
from yinling.core.models import Account
from yinling.kernel.instruments import Instrument
from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.rulebook.assessing import accepted_for, instruments_for
from yinling.rulebook.assessing import load as load_rules
from yinling.rulebook.instruments import load as load_instruments

HELP = [("independent", "能自己做"), ("partial", "需要部分帮助"), ("dependent", "完全靠别人")]
REASONS = [(r.value, r.label) for r in Reason if r is not Reason.REVIEW]
CHANNELS = [(c.value, c.label) for c in Channel if c is not Channel.ONLINE]
_GATE = "gate_"


class RequestForm(StyledForm):
    """For one purpose; asks the self-rating where the purpose's instrument has a gate."""

    reason = choice_field("评估原因", REASONS, initial=Reason.FIRST.value)
    channel = choice_field("申请渠道", CHANNELS, initial=Channel.COUNTER.value)
    asked_for_by = forms.CharField(
        label="申请人姓名", max_length=40, required=False, help_text="老年人本人申请的不用填。"
    )
    relation = forms.CharField(label="与老年人关系", max_length=20, required=False)
    words = forms.CharField(
        label="申请说明", max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = instruments_for(purpose)
        known = load_instruments()
        if len(ids) > 1:
            self.fields["instrument"] = choice_field("评估标准", [(i, known[i].name) for i in ids])
        self.instrument = known[ids[0]]
        rules = load_rules()[ids[0]]
        if rules.lasting_months:
            self.fields["lasting"] = forms.BooleanField(
                label=f"失能状态经治疗后已持续 {rules.lasting_months} 个月以上", required=False
            )
        for code, name in self.gate_items():
            self.fields[f"{_GATE}{code}"] = forms.ChoiceField(
                label=f"自评：{name}", choices=HELP, widget=forms.RadioSelect
            )

    def gate_items(self) -> list[tuple[str, str]]:
        gate = self.instrument.gate
        return [*gate.class_a, *gate.class_b] if gate else []

    def self_rating(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"{_GATE}{code}"] for code, _ in self.gate_items()}


PLAIN_HELP = [("independent", "自己能做"), ("partial", "要人帮一点"), ("dependent", "全靠别人")]
PLAIN_ITEMS = {
    "eating": "吃饭",
    "continence": "控制大小便",
    "bathing": "洗澡",
    "dressing": "穿衣服",
    "toilet": "上厕所",
    "transfer": "上下床、坐椅子",
}
AGAIN = [
    (Reason.IMMEDIATE.value, "身体有明显变化"),
    (Reason.ROUTINE.value, "没有大的变化，结论快到期或者已经过期了"),
]


class OwnRequestForm(RequestForm):
    """For the person and those entrusted, in plain words; `again` when there was a result for the purpose."""

    def __init__(self, *args: Any, purpose: str, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, purpose=purpose, **kwargs)
        for name in ("channel", "asked_for_by", "relation", "instrument", "reason"):
            self.fields.pop(name, None)
        if again:
            self.fields["reason"] = forms.ChoiceField(
                label="为什么再评一次", choices=AGAIN, widget=forms.RadioSelect
            )
        for code, name in self.gate_items():
            field = self.fields[f"{_GATE}{code}"]
            field.label, field.choices = PLAIN_ITEMS.get(code, name), PLAIN_HELP
        if "lasting" in self.fields:
            months = load_rules()[self.instrument.id].lasting_months
            self.fields["lasting"] = forms.TypedChoiceField(
                label=f"经过治疗，这样的情况已经有 {months} 个月以上了吗？",
                choices=[("1", "有了"), ("0", "还没有")],
                coerce=lambda given: given == "1",
                widget=forms.RadioSelect,
            )
        self.fields["words"].label = "有什么要告诉我们的"
        self.order_fields(["reason", *(n for n in self.fields if n.startswith(_GATE)), "lasting", "words"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason") == Reason.IMMEDIATE and len(given.get("words", "").strip()) < LEAST_REASON:
            self.add_error("words", "请写一写身体有什么变化，比如：上个月摔了一跤，现在下不了床。")
        return given


class AppointForm(StyledForm):
    day = day_field("日期")
    time = forms.TimeField(label="时间", widget=forms.TimeInput({"type": "time"}))
    where = forms.CharField(
        label="评估地点",
        max_length=200,
        help_text="老年人家里、养老机构或评估机构；加密保存，只给指派的评估员看。",
    )
    assessors = forms.TypedMultipleChoiceField(
        label="评估员", coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text="两名以上，至少一名有医护背景；正在为老年人服务的单位、做过原评估的人应当回避。",
    )  # fmt: skip

    def __init__(self, *args: Any, choices: list[Assessor], again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {a.pk: a for a in choices}
        self.fields["assessors"].choices = [
            (a.pk, f"{a.account.full_name}（{a.body.name}{'，医护背景' if a.is_medical else ''}）")
            for a in choices
        ]
        self.fields["assessors"].widget.attrs.pop("class", None)
        if again:
            self.fields["reason"] = forms.CharField(label="改约的原因", max_length=200)

    def chosen(self) -> list[Assessor]:
        return [self.people[pk] for pk in self.cleaned_data["assessors"]]


class AssessorForm(StyledForm):
    account = forms.TypedChoiceField(label="账号", coerce=int)
    is_medical = forms.BooleanField(label="具有医护背景", required=False)
    certificate = forms.CharField(label="评估员证书", max_length=60, help_text="证书名称和编号。")
    valid_from = day_field("有效期起")
    valid_to = day_field("有效期止", required=False, help_text="从这一天起不再有效；长期有效的不填。")

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {a.pk: a for a in accounts}
        pairs = [(a.pk, f"{a.full_name}（{a.organisation}）") for a in accounts]
        self.fields["account"].choices = [("", "请选择"), *pairs]


class AcceptForm(StyledForm):
    purpose = choice_field("采信用途", [])
    reason = forms.CharField(
        label="理由", max_length=300, widget=forms.Textarea({"rows": 3}),
        help_text="依据哪份文件、为什么可以采信。分数和等级不换算，按原标准显示。",
    )  # fmt: skip

    def __init__(self, *args: Any, instrument: str, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = [p for p, ids in accepted_for().items() if instrument in ids and p != own]
        self.fields["purpose"].choices = [("", "请选择"), *((p, Purpose(p).label) for p in fitting)]


class ObjectForm(StyledForm):
    words = forms.CharField(label="哪里不对、为什么", max_length=500, widget=forms.Textarea({"rows": 5}))
    channel = choice_field("提出渠道", CHANNELS, initial=Channel.COUNTER.value)


class OutsideForm(StyledForm):
    """A paper result: totals by domain, as the instrument has them."""

    body = forms.CharField(label="出具机构", max_length=100)
    number = forms.CharField(label="结论编号", max_length=40)
    issued_on = day_field("出具日期")

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for domain in instrument.domains:
            self.fields[f"total_{domain.code}"] = forms.IntegerField(
                label=f"{domain.name}总分", help_text=f"0—{domain.highest} 分", min_value=-999, max_value=9999
            )
        for adjustment in instrument.adjustments:
            self.fields[f"condition_{adjustment.code}"] = forms.BooleanField(
                label=f"{adjustment.label}（{adjustment.ground}）", required=False
            )
        levels = [(n, f"{n} 级 {name}") for n, name in enumerate(instrument.levels)]
        self.fields["level"] = forms.TypedChoiceField(
            label="结论等级", coerce=int, choices=[("", "请选择"), *levels]
        )
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")

    def totals(self, instrument: Instrument) -> dict[str, int]:
        return {d.code: self.cleaned_data[f"total_{d.code}"] for d in instrument.domains}

    def conditions(self, instrument: Instrument) -> tuple[str, ...]:
        return tuple(a.code for a in instrument.adjustments if self.cleaned_data[f"condition_{a.code}"])


def moment(form: AppointForm) -> datetime:
    """Date and time of an appointment, aware."""
    from django.utils.timezone import make_aware

    return make_aware(datetime.combine(form.cleaned_data["day"], form.cleaned_data["time"]))
