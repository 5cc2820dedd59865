"""A row of texts → what it says about a person. Looks at nothing but the row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinling.kernel.errors import DomainError
from yinling.kernel.identity import BadIdNumber
from yinling.registry.choices import CategoryKind, IdentifierKind
from yinling.registry.identity import BadIdentifier, Identifier, read_identifier
from yinling.registry.operations.people import CategoryInput, ContactInput
from yinling.registry.uploads import values
from yinling.registry.uploads.columns import Field
from yinling.registry.uploads.places import PlaceFinder, PlaceFound
from yinling.registry.uploads.values import BadCell

EXAMPLE_MARK = "（示例）"
_MOST_MESSAGES = 4


@dataclass(frozen=True, slots=True)
class Given:
    """What a row says; an empty cell is empty here and changes nothing of a file that exists."""

    name: str
    identifier: Identifier
    place: PlaceFound
    born_on: date | None
    sex: str
    phone: str
    address: str
    hukou_id: int | None
    living: str
    insurance: str
    categories: tuple[CategoryInput, ...]
    contacts: tuple[ContactInput, ...]
    registered_on: date | None


class Checker:
    """Reads rows by a mapping (field of each column, empty for none)."""

    def __init__(
        self,
        mapping: Sequence[str],
        finder: PlaceFinder,
        *,
        today: date,
        source: str,
        epoch_1904: bool = False,
    ) -> None:
        self._at = {Field(name): index for index, name in enumerate(mapping) if name}
        self._finder = finder
        self._today = today
        self._source = source
        self._epoch_1904 = epoch_1904

    def read(self, cells: Sequence[str]) -> Given:
        """Raises DomainError for the first thing that is wrong."""
        get = self._getter(cells)
        born_on, sex, identifier = self._identity(get)
        return Given(
            name=self._name(get),
            identifier=identifier,
            place=self._place(get),
            born_on=born_on,
            sex=sex,
            phone=values.read_phone(get(Field.PHONE), Field.PHONE),
            address=values.read_text(get(Field.ADDRESS), Field.ADDRESS, 200),
            hukou_id=self._hukou(get),
            living=values.read_living(get(Field.LIVING)),
            insurance=values.read_insurance(get(Field.INSURANCE)),
            categories=self._categories(get),
            contacts=self._contacts(get),
            registered_on=self._registered_on(get),
        )

    def problems(self, cells: Sequence[str]) -> list[tuple[str, str]]:
        """(field, message) of all that is wrong with a row that `read` refused."""
        get = self._getter(cells)
        parts: list[Callable[[], Any]] = [
            lambda: self._name(get),
            lambda: self._identity(get),
            lambda: self._place(get),
            lambda: values.read_phone(get(Field.PHONE), Field.PHONE),
            lambda: values.read_text(get(Field.ADDRESS), Field.ADDRESS, 200),
            lambda: self._hukou(get),
            lambda: values.read_living(get(Field.LIVING)),
            lambda: values.read_insurance(get(Field.INSURANCE)),
            lambda: self._categories(get),
            lambda: self._contacts(get),
            lambda: self._registered_on(get),
        ]
        found = []
        for part in parts:
            try:
                part()
            except BadCell as error:
                found.append((str(error.field), error.message))
            except DomainError as error:
                found.append((str(Field.ID_NUMBER), error.message))
        return found[:_MOST_MESSAGES]

    def number_of(self, cells: Sequence[str]) -> str:
        """The document's number as far as it can be read, to find rows that repeat it; empty if it cannot."""
        index = self._at.get(Field.ID_NUMBER, -1)
        if not 0 <= index < len(cells) or not cells[index]:
            return ""
        text = cells[index]
        if len(text) == 18 and text.isascii() and text.isalnum():  # nearly all of them
            return text.upper()
        try:
            return values.read_number(text)
        except BadCell:
            return ""

    def shown_name(self, cells: Sequence[str]) -> str:
        return self._getter(cells)(Field.NAME)

    def _getter(self, cells: Sequence[str]) -> Callable[[Field], str]:
        at, size = self._at, len(cells)

        def get(field: Field) -> str:
            index = at.get(field)
            return cells[index] if index is not None and index < size else ""

        return get

    def _name(self, get: Callable[[Field], str]) -> str:
        text = get(Field.NAME)
        if text.startswith(EXAMPLE_MARK):
            raise BadCell(Field.NAME, "这是模板里的示例行，没有导入。")
        name = values.read_name(text, Field.NAME)
        if not name:
            raise BadCell(Field.NAME, "没有填写姓名。")
        return name

    def _identity(self, get: Callable[[Field], str]) -> tuple[date | None, str, Identifier]:
        number = values.read_number(get(Field.ID_NUMBER))
        if not number:
            raise BadCell(Field.ID_NUMBER, "没有填写证件号码。")
        kind = values.read_id_kind(get(Field.ID_KIND))
        sex = values.read_sex(get(Field.SEX))
        born_on = self._day(get, Field.BORN_ON)
        try:
            identifier = read_identifier(
                IdentifierKind(kind) if kind else _kind_of(number), number, at=self._today
            )
        except (BadIdNumber, BadIdentifier) as error:
            raise BadCell(Field.ID_NUMBER, error.message) from None
        if identifier.sex and sex and sex != identifier.sex:
            raise BadCell(Field.SEX, "性别与证件号码不符。请核对号码，或把性别留空。")
        if identifier.born_on and born_on and born_on != identifier.born_on:
            raise BadCell(Field.BORN_ON, "出生日期与证件号码不符。请核对号码，或把出生日期留空。")
        if not identifier.born_on and (not born_on or not sex):
            raise BadCell(Field.BORN_ON, "这种证件的号码不含出生日期和性别，请填写“出生日期”和“性别”两列。")
        return born_on, sex, identifier

    def _place(self, get: Callable[[Field], str]) -> PlaceFound:
        return self._finder.find(
            code=get(Field.DIVISION_CODE),
            district=get(Field.DISTRICT),
            town=get(Field.TOWN),
            village=get(Field.VILLAGE),
            whole=get(Field.DIVISION),
        )

    def _hukou(self, get: Callable[[Field], str]) -> int | None:
        text = get(Field.HUKOU)
        return self._finder.find_anywhere(text) if text and not text.isspace() else None

    def _categories(self, get: Callable[[Field], str]) -> tuple[CategoryInput, ...]:
        text = get(Field.CATEGORIES)
        kinds = values.read_categories(text) if text else ()
        if not kinds:
            return ()
        since = self._day(get, Field.CATEGORIES_FROM) or self._today
        source = values.read_text(get(Field.CATEGORIES_SOURCE), Field.CATEGORIES_SOURCE, 100) or self._source
        document = values.read_text(get(Field.CATEGORIES_DOCUMENT), Field.CATEGORIES_DOCUMENT, 100)
        return tuple(CategoryInput(CategoryKind(kind), since, source, document) for kind in kinds)

    def _contacts(self, get: Callable[[Field], str]) -> tuple[ContactInput, ...]:
        found = []
        for name_field, relation_field, phone_field, is_guardian in _CONTACTS:
            text = get(name_field)
            phone = values.read_phone(get(phone_field), phone_field)
            name = values.read_name(text, name_field) if text else ""
            if not name:
                if phone:
                    raise BadCell(name_field, "填了电话，没有填姓名。")
                continue
            relation = values.read_text(get(relation_field), relation_field, 20)
            if not relation:
                raise BadCell(relation_field, "填了姓名，没有填与老年人的关系。")
            found.append(ContactInput(name, relation, phone, is_guardian))
        if len(found) == 2 and found[0].name == found[1].name:
            found.pop()  # the guardian is the contact too
        return tuple(found)

    def _registered_on(self, get: Callable[[Field], str]) -> date | None:
        return self._day(get, Field.REGISTERED_ON)

    def _day(self, get: Callable[[Field], str], field: Field) -> date | None:
        text = get(field)
        return values.read_day(text, field, today=self._today, epoch_1904=self._epoch_1904) if text else None


_CONTACTS = (
    (Field.GUARDIAN_NAME, Field.GUARDIAN_RELATION, Field.GUARDIAN_PHONE, True),
    (Field.CONTACT_NAME, Field.CONTACT_RELATION, Field.CONTACT_PHONE, False),
)


def _kind_of(number: str) -> IdentifierKind:
    """Where no kind is written: eighteen characters tell by how they begin."""
    if len(number) == 18 and number.startswith(("81", "82", "83")):
        return IdentifierKind.RESIDENCE_PERMIT
    if len(number) == 18 and number.startswith("9"):
        return IdentifierKind.FOREIGN_PERMANENT
    return IdentifierKind.ID_CARD
