"""What a row changes of a file that exists: only what differs, and never anything by an empty cell."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField
from django.db.models.expressions import RawSQL

from yinling.core.models import Division
from yinling.core.sealing import short_digests
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name, mask_phone
from yinling.registry.choices import CategoryKind, InsuranceKind, LivingSituation, PersonState
from yinling.registry.identity import digests_of
from yinling.registry.models import Contact, Person, PersonCategory, PersonIdentifier
from yinling.registry.operations.people import CATEGORY_TWICE, CategoryInput, ContactInput
from yinling.registry.search.tokens import PURPOSE, TokenMaker, place_of, placed
from yinling.registry.search.words import person_words
from yinling.registry.uploads.checking import Given


class NotYours(DomainError):
    """Somebody on file elsewhere; the message does not say where, nor that it is so."""


class OtherPerson(DomainError):
    """The number is on file under another surname."""


class FileClosed(DomainError):
    """The person has died, moved away or was anonymised."""


class SecondGuardian(DomainError):
    """Somebody else is guardian already."""


@dataclass(slots=True)
class OnFile:
    """A file as it stands. `version` changes with every change of its row."""

    pk: int
    version: str
    name: str
    state: str
    division_id: int
    division_path: str
    hukou_division_id: int | None
    phone: str
    address: str
    living: str
    insurance: str
    numbers: list[str] = field(default_factory=list)
    categories: list[tuple[str, date, date | None]] = field(default_factory=list)
    contacts: list[tuple[int, str, str, str, bool]] = field(default_factory=list)


@dataclass(slots=True)
class Change:
    """What to write of one file. `fields` are columns of Person; `before` and `after` are for the audit, masked."""

    pk: int
    version: str
    division_path: str
    row: dict[str, Any]
    categories: list[CategoryInput]
    contacts: list[ContactInput]
    changed_contacts: list[tuple[int, ContactInput]]
    tokens_gone: list[int]
    tokens_new: list[int]
    before: dict[str, Any]
    after: dict[str, Any]


def on_file(given: Iterable[Given]) -> dict[tuple[str, str], OnFile]:
    """The files of these documents, by kind and number. Four queries however many."""
    wanted: dict[bytes, tuple[str, str]] = {}
    for g in given:
        for digest in digests_of(g.identifier.kind, g.identifier.number):
            wanted[digest] = (str(g.identifier.kind), g.identifier.number)
    found = PersonIdentifier.objects.filter(digest__in=list(wanted)).values_list("person_id", "digest")
    owner = {wanted[bytes(digest)]: pk for pk, digest in found}
    if not owner:
        return {}
    files = _files(list(owner.values()))
    return {key: files[pk] for key, pk in owner.items() if pk in files}


def _files(people: list[int]) -> dict[int, OnFile]:
    version = RawSQL("registry_person.xmin::text", [], output_field=CharField())
    fields = (
        "pk", "version", "name", "state", "division_id", "division_path", "hukou_division_id", "phone", "address",
        "living", "insurance",
    )  # fmt: skip
    rows = Person.objects.filter(pk__in=people).annotate(version=version).values_list(*fields)
    files = {row[0]: OnFile(*row) for row in rows}
    for pk, number in PersonIdentifier.objects.filter(person_id__in=people).values_list(
        "person_id", "number"
    ):
        files[pk].numbers.append(number)
    categories = PersonCategory.objects.filter(person_id__in=people)
    for pk, kind, since, until in categories.values_list("person_id", "kind", "valid_from", "valid_to"):
        files[pk].categories.append((kind, since, until))
    contacts = Contact.objects.filter(person_id__in=people, valid_to=None).order_by("id")
    for pk, *contact in contacts.values_list("person_id", "pk", "name", "relation", "phone", "is_guardian"):
        files[pk].contacts.append(tuple(contact))
    return files


class Comparer:
    """Compares rows with files, inside a scope."""

    def __init__(self, scope_path: str, today: date) -> None:
        self._scope = scope_path
        self._today = today
        self._tokens = TokenMaker()
        self._names = _DivisionNames()

    def compare(self, given: Given, file: OnFile) -> Change | None:
        """None when nothing differs. Raises DomainError when the row must not touch the file."""
        self._refuse(given, file)
        row = {
            "name": given.name,
            "phone": given.phone or file.phone,
            "address": given.address or file.address,
            "division_id": given.place.pk,
            "division_path": given.place.path,
            "hukou_division_id": given.hukou_id or file.hukou_division_id,
            "living": given.living or file.living,
            "insurance": given.insurance or file.insurance,
        }
        differs = [k for k, v in row.items() if getattr(file, k) != v]
        categories = self._new_categories(given, file)
        contacts, changed_contacts = _contacts(given, file)
        if not (differs or categories or contacts or changed_contacts):
            return None
        before, after = self._shown(differs, row, file)
        if categories:
            after["新增类别"] = [CategoryKind(c.kind).label for c in categories]
        if contacts or changed_contacts:
            after["联系人"] = [mask_name(c.name) for c in (*contacts, *(c for _, c in changed_contacts))]
        gone, new = self._token_changes(differs, row, file, given)
        return Change(
            file.pk, file.version, given.place.path, row, categories, contacts, changed_contacts, gone, new,
            before, after,
        )  # fmt: skip

    def _refuse(self, given: Given, file: OnFile) -> None:
        if not file.division_path.startswith(self._scope):
            raise NotYours("这个证件号码不能由本单位导入。请先核对号码；核对无误的，请报上级民政部门办理。")
        if file.state in (PersonState.DECEASED, PersonState.MOVED_AWAY):
            raise FileClosed(
                f"此人已建档，状态为“{PersonState(file.state).label}”，不能由导入修改。如登记有误，请在档案页恢复在册。"
            )
        if file.name[:1] != given.name[:1]:
            raise OtherPerson(
                f"这个证件号码已建档，姓名是“{mask_name(file.name)}”，与本行不符。请核对号码；确已改姓的，请在档案页更正。"
            )

    def _new_categories(self, given: Given, file: OnFile) -> list[CategoryInput]:
        new = []
        for category in given.categories:
            periods = [(f, t) for kind, f, t in file.categories if kind == category.kind]
            if any(f <= self._today and (t is None or t > self._today) for f, t in periods):
                continue  # holds already
            if any(t is None or t > category.valid_from for _, t in periods):
                raise type(CATEGORY_TWICE)(f"{CategoryKind(category.kind).label}：{CATEGORY_TWICE.message}")
            new.append(category)
        return new

    def _shown(
        self, differs: list[str], row: dict[str, Any], file: OnFile
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        before, after = {}, {}
        for key in differs:
            label = _LABELS.get(key)
            if label:
                before[label] = self._masked(key, getattr(file, key))
                after[label] = self._masked(key, row[key])
        return before, after

    def _masked(self, key: str, value: Any) -> str:
        if key == "name":
            return mask_name(value)
        if key == "phone":
            return mask_phone(value or "")
        if key == "address":
            return "（已填写）" if value else ""
        if key in ("division_id", "hukou_division_id"):
            return self._names.full(value) if value else ""
        if key == "living":
            return str(LivingSituation(value).label)
        if key == "insurance":
            return str(InsuranceKind(value).label)
        return str(value)

    def _token_changes(
        self, differs: list[str], row: dict[str, Any], file: OnFile, given: Given
    ) -> tuple[list[int], list[int]]:
        if not {"name", "phone", "address", "division_id"} & set(differs):
            return [], []
        words = person_words(
            name=file.name,
            numbers=file.numbers,
            phones=[file.phone],
            address=file.address,
            division_names=self._names.pair(file.division_id),
        )
        place = place_of(file.division_path)
        before = {placed(d, place) for word in words for d in short_digests(PURPOSE, word)}
        after = self._tokens.tokens(
            name=row["name"],
            division_path=row["division_path"],
            identifiers=file.numbers,
            phones=[row["phone"]],
            address=row["address"],
            division_names=given.place.names,
        )
        return sorted(before - after), sorted(after - before)


class _DivisionNames:
    """Names of divisions by id, looked up once each."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, str]] = {}

    def pair(self, pk: int) -> tuple[str, str]:
        if pk not in self._known:
            own = Division.objects.select_related("parent").get(pk=pk)
            self._known[pk] = (own.name, own.parent.name if own.parent else "")
        return self._known[pk]

    def full(self, pk: int) -> str:
        own, town = self.pair(pk)
        return f"{town}{own}"


def _contacts(given: Given, file: OnFile) -> tuple[list[ContactInput], list[tuple[int, ContactInput]]]:
    """(to add, to change). One of the same name is the same contact. Raises SecondGuardian."""
    new, changed = [], []
    for contact in given.contacts:
        same = next((c for c in file.contacts if c[1] == contact.name), None)
        guardian = next((c for c in file.contacts if c[4]), None)
        if contact.is_guardian and guardian is not None and guardian is not same:
            raise SecondGuardian(
                f"档案里的监护人是“{mask_name(guardian[1])}”，与本行不同。请先在档案页更正监护人，再重新导入。"
            )
        if same is None:
            new.append(contact)
            continue
        pk, _, relation, phone, is_guardian = same
        merged = ContactInput(
            contact.name,
            contact.relation or relation,
            contact.phone or phone,
            contact.is_guardian or is_guardian,
        )
        if (merged.relation, merged.phone, merged.is_guardian) != (relation, phone, is_guardian):
            changed.append((pk, merged))
    return new, changed


_LABELS = {
    "name": "姓名",
    "phone": "联系电话",
    "address": "居住地址",
    "division_id": "居住地",
    "hukou_division_id": "户籍地",
    "living": "居住状况",
    "insurance": "医疗保险",
}
