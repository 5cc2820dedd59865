"""Which particulars of two files one chooses between, and how they are shown, compared and taken over."""

from dataclasses import dataclass
from typing import Any

from yinling.kernel.identity import mask_name
from yinling.registry.choices import InsuranceKind, LivingSituation
from yinling.registry.models import Person


@dataclass(frozen=True)
class Choosable:
    """`columns` go over together."""

    name: str
    label: str
    columns: tuple[str, ...]

    def values(self, person: Person) -> tuple[Any, ...]:
        return tuple(getattr(person, column) for column in self.columns)

    def for_audit(self, person: Person) -> str:
        """As the audit trail may hold it."""
        value = self.values(person)[0]
        if self.name == "name":
            return mask_name(str(value))
        if self.name in ("phone", "address"):
            return "（已填写）" if value else ""
        if self.name == "division":
            return person.division.name
        if self.name == "hukou":
            return person.hukou_division.name if person.hukou_division else person.hukou_elsewhere
        if self.name == "living":
            return str(LivingSituation(value).label)
        return str(InsuranceKind(value).label) if self.name == "insurance" else str(value)

    def is_empty(self, person: Person) -> bool:
        return all(v in (None, "", InsuranceKind.UNKNOWN) for v in self.values(person))


CHOOSABLE = (
    Choosable("name", "姓名", ("name", "pinyin")),
    Choosable("phone", "联系电话", ("phone",)),
    Choosable("address", "居住地址", ("address",)),
    Choosable("division", "居住地", ("division_id", "division_path")),
    Choosable("hukou", "户籍地", ("hukou_division_id", "hukou_elsewhere")),
    Choosable("living", "居住状况", ("living",)),
    Choosable("insurance", "医疗保险", ("insurance",)),
)
# The main document: birth date and sex come with it.
DOCUMENT = Choosable("document", "主要证件", ("born_on", "sex"))
LABELS = {column: c.label for c in (*CHOOSABLE, DOCUMENT) for column in c.columns} | {
    "registered_on": "建档日期",
    "is_main": "主要证件",
    "left_on": "离册日期",
    "state": "状态",
}
