"""Forms of a person's file. They check what a field can say by itself; the operations check the rest."""

from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import localdate

from yinling.core.files import EVIDENCE_TYPES
from yinling.kernel.errors import DomainError
from yinling.registry.choices import (
    CategoryKind,
    CertificateKind,
    ConsentForm,
    ConsentGiver,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PersonState,
    Post,
    ProofKind,
    Sex,
)
from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.registry.identity import Identifier, read_identifier
from yinling.registry.models import Place
from yinling.registry.office.dividing import DivisionField

ACCEPT = ",".join(sorted(EVIDENCE_TYPES))


def file_field(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text="照片、扫描件或 PDF，不超过 20 MB；加密保存，查看会留痕。",
        widget=forms.FileInput({"class": "input input--file", "accept": ACCEPT}),
    )


def tick(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=forms.CheckboxInput({"class": ""}))


class NumberForm(StyledForm):
    """A document; birth date and sex only for those whose number does not say them."""

    id_kind = choice_field("证件类型", IdentifierKind, initial=IdentifierKind.ID_CARD)
    id_number = forms.CharField(label="证件号码", max_length=24)
    born_on = day_field("出生日期", required=False)
    sex = choice_field("性别", Sex, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_number"].help_text = "身份证、居住证号码含出生日期和性别，会自动读取。"
        self.fields["born_on"].help_text = "只有护照、通行证要填。"
        self.fields["sex"].help_text = "只有护照、通行证要填。"

    def clean(self) -> dict[str, Any]:
        """The number by itself, so that its fault is told together with those of the other fields."""
        given = super().clean() or {}
        kind, number = given.get("id_kind"), given.get("id_number")
        self.read: Identifier | None = None
        if kind and number:
            try:
                self.read = read_identifier(IdentifierKind(kind), number, at=localdate())
            except DomainError as error:
                self.add_error("id_number", error.message)
        return given


class PersonForm(NumberForm):
    """Registration."""

    name = forms.CharField(label="姓名", max_length=60)
    village = DivisionField("居住村居")
    address = forms.CharField(label="详细地址", max_length=200, required=False)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    living = choice_field("居住状况", LivingSituation)
    insurance = choice_field("医疗保险", InsuranceKind, initial=InsuranceKind.UNKNOWN)
    hukou = DivisionField("户籍村居", required=False, whole_city=True)
    hukou_elsewhere = forms.CharField(
        label="市外户籍地", max_length=100, required=False, help_text="户籍不在本市的填写省、市、县。"
    )
    field_order = ("name", "id_kind", "id_number", "born_on", "sex", "village", "address", "phone")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.read is not None and self.read.born_on is None:
            for name in ("born_on", "sex"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, "这种证件的号码不含出生日期和性别，请填写。")
        return given

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("village", "hukou"):
            if name in self.fields:
                self.fields[name].for_actor(actor)


class PersonEditForm(StyledForm):
    name = forms.CharField(label="姓名", max_length=60)
    village = DivisionField("居住村居")
    living = choice_field("居住状况", LivingSituation)
    insurance = choice_field("医疗保险", InsuranceKind)
    hukou = DivisionField("户籍村居", required=False, whole_city=True)
    hukou_elsewhere = forms.CharField(
        label="市外户籍地", max_length=100, required=False, help_text="户籍不在本市的填写省、市、县。"
    )
    phone = forms.CharField(label="新的联系电话", max_length=20, required=False, help_text="不改则留空。")
    address = forms.CharField(label="新的详细地址", max_length=200, required=False, help_text="不改则留空。")

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("village", "hukou"):
            self.fields[name].for_actor(actor)


class IdentifierForm(StyledForm):
    id_kind = choice_field("证件类型", IdentifierKind)
    id_number = forms.CharField(label="证件号码", max_length=24)
    is_main = tick("设为主要证件（名单上显示的证件）")


class IdentifierCorrectForm(NumberForm):
    reason = forms.CharField(label="更正原因", max_length=200)


class ReasonForm(StyledForm):
    reason = forms.CharField(label="原因", max_length=200)


class DayReasonForm(StyledForm):
    on = day_field("终止日期")
    reason = forms.CharField(label="原因", max_length=200)


class ContactForm(StyledForm):
    name = forms.CharField(label="姓名", max_length=60)
    relation = forms.CharField(
        label="与老年人关系", max_length=20, help_text="如：长子、长女、配偶、侄子、村干部。"
    )
    phone = forms.CharField(label="电话", max_length=20, required=False)
    is_guardian = tick("是监护人（须有证明）")
    valid_from = day_field("从何时起", required=False)
    proof = choice_field("证明", ProofKind, required=False)
    proof_file = file_field("证明材料")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("is_guardian") and not given.get("proof") and "proof" not in self.errors:
            self.add_error("proof", "登记监护人须选择证明，如户口簿、法院判决或监护协议。")
        if given.get("is_guardian") and not given.get("valid_from") and "valid_from" not in self.errors:
            self.add_error("valid_from", "登记监护人须填写从何时起。")
        return given


class GuardianForm(StyledForm):
    """Another guardian in the present one's place."""

    name = forms.CharField(label="新监护人姓名", max_length=60)
    relation = forms.CharField(label="与老年人关系", max_length=20)
    phone = forms.CharField(label="电话", max_length=20, required=False)
    on = day_field("从何时起更换")
    proof = choice_field("证明", ProofKind)
    proof_file = file_field("证明材料")
    reason = forms.CharField(label="更换原因", max_length=200)


class CategoryForm(StyledForm):
    kind = choice_field("类别", CategoryKind)
    valid_from = day_field("生效日期")
    valid_to = day_field("到期日期", required=False, help_text="有期限的填写；当天起不再有效。")
    source = forms.CharField(label="认定来源", max_length=100, help_text="认定的部门或方式。")
    document = forms.CharField(label="认定文书", max_length=100, required=False, help_text="文书名称和编号。")
    proof_file = file_field("证明材料")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("valid_from"), given.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", "到期日期应晚于生效日期。")
        return given


class CategoryCorrectForm(CategoryForm):
    reason = forms.CharField(label="更正原因", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"]


class StateForm(StyledForm):
    state = choice_field("变更为", [])
    on = day_field("日期")
    moved_to = forms.CharField(
        label="迁往何处", max_length=100, required=False, help_text="迁出的填写省、市、县；市内迁移不算迁出。"
    )
    reason = forms.CharField(label="依据或说明", max_length=200, help_text="如死亡证明、迁出证明、家属报告。")
    reopen = tick("登记有误：当天同时终止的事项一并恢复")

    def __init__(self, *args: Any, present: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [PersonState.DECEASED, PersonState.MOVED_AWAY, PersonState.MISSING, PersonState.ACTIVE]
        words = {PersonState.ACTIVE: "恢复在册（找到、迁回或登记有误）"}
        choices = [(s.value, words.get(s, s.label)) for s in states if s != present]
        self.fields["state"].choices = [("", "请选择"), *choices]
        self.fields["on"].initial = today
        if present in (PersonState.ACTIVE, PersonState.MISSING):
            del self.fields["reopen"]
        if present == PersonState.MOVED_AWAY:
            del self.fields["moved_to"]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > localdate():
            raise forms.ValidationError("日期还没有到，请改正。")
        return on

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("state") == PersonState.MOVED_AWAY and not given.get("moved_to", "").strip():
            self.add_error("moved_to", "请填写迁往何处。")
        return given


class ConsentRecordForm(StyledForm):
    purpose = choice_field("同意的目的", [])
    given_by = choice_field("由谁同意", ConsentGiver)
    form = choice_field("同意的形式", ConsentForm)
    valid_from = day_field("同意日期")
    valid_to = day_field("有效期至", required=False, help_text="没有期限的不填。")
    scope = forms.CharField(label="范围或限制", max_length=200, required=False)
    evidence_file = file_field("同意书或录音说明")

    def __init__(self, *args: Any, purposes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", "请选择"), *purposes]


class AccessForm(StyledForm):
    full_name = forms.CharField(label="对方姓名", max_length=40)
    phone = forms.CharField(
        label="对方手机号",
        max_length=20,
        help_text="对方用这个手机号接收验证码登录；还没有账号的会一并开通。",
    )
    relation = forms.CharField(label="与老年人关系", max_length=20, help_text="老年人自己的账号填“本人”。")
    ground = forms.CharField(
        label="授权依据", max_length=100, help_text="如：本人当面同意、监护人、窗口核验户口簿。"
    )
    valid_to = day_field("授权截止", required=False, help_text="当天起不能再查看；不填为不定期。")
    proof_file = file_field("证明材料")


class AnswerForm(StyledForm):
    done = forms.ChoiceField(
        label="结果", choices=[("1", "已更正"), ("0", "不予更正")], widget=forms.RadioSelect({"class": ""})
    )
    answer = forms.CharField(label="答复", max_length=500, widget=forms.Textarea({"rows": 4}))


class TransferInForm(StyledForm):
    name = forms.CharField(label="姓名", max_length=60, help_text="与证件上的姓名一致。")
    id_kind = choice_field("证件类型", IdentifierKind, initial=IdentifierKind.ID_CARD)
    id_number = forms.CharField(label="证件号码", max_length=24)
    village = DivisionField("迁入村居")
    reason = forms.CharField(label="说明", max_length=200)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].for_actor(actor)


class TransferOutForm(StyledForm):
    village = DivisionField("迁往村居", whole_city=True)
    reason = forms.CharField(label="说明", max_length=200)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].for_actor(actor)


class PlaceField(forms.CharField):
    """An open place inside the actor's reach, by its name or a part of it; cleans to the Place."""

    actor: Any = None

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        seen = Place.objects.visible_to(self.actor).filter(valid_to=None)
        found = list(seen.filter(name=text)[:2]) or list(
            seen.filter(name__contains=text).order_by("name")[:6]
        )
        if not found:
            raise forms.ValidationError("辖区里没有这个名称的机构，请核对全称。")
        if len(found) > 1:
            names = "、".join(f"“{place.name}”" for place in found[:5])
            raise forms.ValidationError(f"有几家机构符合：{names}。请填写全称。")
        return found[0]


class HomeCareBedForm(StyledForm):
    place = PlaceField(label="服务机构", max_length=100, help_text="填写机构名称或其中一部分。")
    on = day_field("启用日期")

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].actor = actor


class EmployForm(StyledForm):
    place = PlaceField(label="任职机构", max_length=100, help_text="填写机构名称或其中一部分。")
    post = choice_field("岗位", Post)
    on = day_field("任职日期")
    certificate = choice_field("证书", CertificateKind, required=False)
    number = forms.CharField(label="证书编号", max_length=40, required=False)
    issued_on = day_field("发证日期", required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].actor = actor

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("certificate"):
            for name in ("number", "issued_on"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, "登记证书须填写编号和发证日期。")
        return given


class DayForm(StyledForm):
    on = day_field("日期")
