"""Forms of fees. They check what a field can say by itself; the operations check the rest."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from yinling.kernel.errors import DomainError
from yinling.registry.choices import BedKind
from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.residence.fees.amounts import BadAmount, read_yuan
from yinling.residence.models import PriceVersion
from yinling.residence.models.fees.declarations import AidKind
from yinling.residence.models.fees.money import Method, ReceiptKind, RefundCause
from yinling.residence.models.fees.prices import FeeItem, PricePer, Whereabouts
from yinling.residence.operations.declarations import AidInput
from yinling.residence.operations.prices import AwayInput, ItemInput

CARE_ROWS, MEAL_ROWS, AWAY_ROWS, AID_ROWS = 8, 4, 6, 5


class BadRow(DomainError):
    """A row of a table that is filled in half, or holds no number."""


class YuanField(forms.CharField):
    """Fen from yuan as typed."""

    def __init__(self, *, nought: bool = False, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.nought = nought
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_yuan(text, nought=self.nought)
        except BadAmount as error:
            raise ValidationError(error.message) from None


class ContractForm(StyledForm):
    care_level = forms.ChoiceField(label="护理等级")
    meal_plan = forms.ChoiceField(label="餐食", required=False)
    deposit = YuanField(label="约定押金（元）", required=False, nought=True)
    signed_on = day_field("签订日期")
    signed_by = forms.CharField(label="老年人一方签字人", max_length=60)
    signer_relation = forms.CharField(label="与老年人关系", max_length=20, help_text="本人签字的写“本人”。")

    def __init__(self, *args: Any, prices: PriceVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, prices)


class ContractChangeForm(StyledForm):
    care_level = forms.ChoiceField(label="护理等级")
    meal_plan = forms.ChoiceField(label="餐食", required=False)
    valid_from = day_field(
        "起始日期", help_text="这一天起按新的护理等级和餐食收费；已出账的月份会生成补充账单。"
    )
    reason = forms.CharField(label="变更原因", max_length=200)
    signed_on = day_field("签字日期")
    signed_by = forms.CharField(label="签字人", max_length=60)

    def __init__(self, *args: Any, prices: PriceVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, prices)


class ReceiptForm(StyledForm):
    kind = choice_field("款项", ReceiptKind)
    bill = forms.ChoiceField(label="对应账单", required=False, help_text="款项是“账单”时选择。")
    method = choice_field("收款方式", [c for c in Method.choices if c[0] != Method.OFFSET])
    amount = YuanField(label="金额（元）")
    received_on = day_field("收款日期")
    payer = forms.CharField(label="付款人", max_length=60, required=False)
    reason = forms.CharField(
        label="说明", max_length=200, required=False, help_text="系统提醒后仍要收取的，请写明理由。"
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, bills: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bill"].choices = [("", "不对应账单"), *bills]


class RefundForm(StyledForm):
    cause = choice_field("事由", [c for c in RefundCause.choices if c[0] in ("asked", "overpaid", "left")])
    whole = forms.ChoiceField(
        label="退多少", choices=[("1", "全部结清：先抵扣欠费，余额退还"), ("", "退一部分，在下面填写金额")], required=False, initial="1"
    )  # fmt: skip
    service_fee = YuanField(label="预收服务费（元）", required=False, nought=True)
    deposit = YuanField(label="押金（元）", required=False, nought=True)
    membership = YuanField(label="会员费（元）", required=False, nought=True)
    reason = forms.CharField(label="说明", max_length=200)


class PayRefundForm(StyledForm):
    method = choice_field(
        "付款方式", [c for c in Method.choices if c[0] in ("cash", "transfer")], initial="transfer"
    )
    paid_on = day_field("付款日期")
    payee = forms.CharField(label="收款人", max_length=60)


class ReserveForm(StyledForm):
    way = choice_field("存入或转出", [("in", "存入"), ("out", "转出")], initial="in")
    amount = YuanField(label="金额（元）")
    on = day_field("日期")
    reason = forms.CharField(label="说明", max_length=200)


class StandingForm(StyledForm):
    net_fixed_assets = forms.CharField(
        label="未抵押的固定资产净额（元）",
        max_length=20,
        required=False,
        help_text="不掌握的留空，留空时不核对。",
    )
    unfinished = forms.BooleanField(label="机构尚未建成", required=False)
    dishonest = forms.BooleanField(label="机构或负责人被列入失信名单", required=False)
    source = forms.CharField(label="依据", max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unfinished", "dishonest"):
            self.fields[name].widget.attrs.pop("class", None)

    def clean_net_fixed_assets(self) -> int | None:
        text = self.cleaned_data["net_fixed_assets"].replace(",", "").strip()
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 11:
            raise ValidationError("请填写整数元，例如 12000000。")
        return int(text) * 100


def offer(form: forms.Form, prices: PriceVersion) -> None:
    """The names of the home's price list."""
    named = [(i.kind, i.code) for i in prices.items.all()]
    form.fields["care_level"].choices = [("", "请选择"), *((c, c) for k, c in named if k == FeeItem.CARE)]
    form.fields["meal_plan"].choices = [
        ("", "不在机构用餐"),
        *((c, c) for k, c in named if k == FeeItem.MEALS),
    ]


def read_items(data: Mapping[str, str]) -> list[ItemInput]:
    """The rows of the price form that hold something. Raises BadRow, BadAmount."""
    found = [
        ItemInput(FeeItem.BED, kind, _per(data, f"bed_{kind}_per"), read_yuan(text))
        for kind in BedKind.values
        if (text := data.get(f"bed_{kind}", "").strip())
    ]
    for item, rows in ((FeeItem.CARE, CARE_ROWS), (FeeItem.MEALS, MEAL_ROWS)):
        for n in range(rows):
            name, text = (data.get(f"{item}_{n}_{part}", "").strip() for part in ("name", "amount"))
            if bool(name) != bool(text):
                raise BadRow(f"{item.label}第 {n + 1} 行：名称和金额要都填，或者都不填。")
            if name:
                fen = read_yuan(text, nought=True)
                found.append(ItemInput(item, name[:20], _per(data, f"{item}_{n}_per"), fen))
    return found


def read_away(data: Mapping[str, str]) -> list[AwayInput]:
    """Raises BadRow."""
    found = []
    for n in range(AWAY_ROWS):
        presence, kind, day, percent = (
            data.get(f"away_{n}_{part}", "").strip() for part in ("presence", "kind", "day", "percent")
        )
        if not any((presence, kind, day, percent)):
            continue
        whole = (
            presence in ("leave", "hospital") and kind in FeeItem.values and _small(day) and _small(percent)
        )
        if not whole:
            raise BadRow(f"离院收费第 {n + 1} 行没有填完整，请填写情形、项目、天数和百分比。")
        found.append(AwayInput(Whereabouts(presence), FeeItem(kind), int(day), int(percent)))
    return found


def read_aids(data: Mapping[str, str]) -> list[AidInput]:
    """Raises BadRow, BadAmount."""
    found = []
    for n in range(AID_ROWS):
        kind, source, year, amount = (
            data.get(f"aid_{n}_{part}", "").strip() for part in ("kind", "source", "year", "amount")
        )
        if not any((source, year, amount)):
            continue
        if kind not in AidKind.values or not source or not _small(year, 4) or not amount:
            raise BadRow(f"扶持第 {n + 1} 行没有填完整，请填写方式、来源、年度和金额。")
        found.append(AidInput(AidKind(kind), source[:100], int(year), _large(amount)))
    return found


def read_declared(data: Mapping[str, str]) -> dict[BedKind, int]:
    """Raises BadAmount."""
    return {
        BedKind(kind): read_yuan(text)
        for kind in BedKind.values
        if (text := data.get(f"bed_{kind}", "").strip())
    }


def read_form_day(text: str) -> date:
    """Raises BadRow."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadRow("请填写日期。") from None


def _per(data: Mapping[str, str], name: str) -> PricePer:
    value = data.get(name, "")
    return PricePer(value) if value in PricePer.values else PricePer.MONTH


def _small(text: str, digits: int = 3) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def _large(text: str) -> int:
    """Fen of an aid, which may be more than a receipt can be."""
    plain = text.replace(",", "").removesuffix("元").strip()
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit() or len(plain) > 12:
        raise BadRow("扶持金额请写成 500000 这样的数字，单位元。")
    whole, _, part = plain.partition(".")
    return int(whole or 0) * 100 + int((part + "00")[:2])
