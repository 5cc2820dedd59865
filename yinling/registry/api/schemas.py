"""What is said of people, in and out. Numbers, phones and addresses go out masked."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from yinling.core.machines.reading import Code, Input, text
from yinling.registry.api.areas import DivisionRef
from yinling.registry.choices import (
    CategoryKind,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PersonState,
    Sex,
)

Name = Annotated[str, text(60)]
Words = Annotated[str, text(100)]
Reason = Annotated[str, text(200)]
Number = Annotated[str, text(24)]
Phone = Annotated[str, text(20, 0)]
Address = Annotated[str, text(200, 0)]


class PersonLine(Schema):
    """A line of the list."""

    id: int
    name: str
    sex: Sex
    age: int
    id_number_masked: str
    living: LivingSituation
    state: PersonState
    town: str
    division: str
    categories: list[CategoryKind] = Field(description="Those that hold today")


class PersonPage(Schema):
    items: list[PersonLine]
    next: str
    count: int = Field(description="How many fit the filters; of a thousand and more, 1000 with `capped`")
    capped: bool


class CategoryOut(Schema):
    id: int
    kind: CategoryKind
    label: str
    valid_from: date
    valid_to: date | None = Field(description="The first day on which it no longer holds")
    source: str
    document: str


class PersonOut(Schema):
    """A file, numbers masked. The ETag of the answer changes with the file; send it back as If-Match."""

    id: int
    file_number: str
    name: str
    sex: Sex
    born_on: date
    id_number_masked: str
    phone_masked: str
    has_address: bool
    division: DivisionRef
    hukou_division: DivisionRef | None
    living: LivingSituation
    insurance: InsuranceKind
    state: PersonState
    registered_on: date
    left_on: date | None
    categories: list[CategoryOut]


class CategoryIn(Input):
    kind: CategoryKind
    valid_from: date
    source: Words = Field(description="Who certified it")
    document: Annotated[str, text(100, 0)] = ""


class PersonIn(Input):
    """A new file. Birth date and sex are read from the number; give them only for documents without them."""

    name: Name
    id_kind: IdentifierKind = IdentifierKind.ID_CARD
    id_number: Number
    born_on: date | None = None
    sex: Sex | None = None
    division: Code = Field(description="Village or community of residence")
    hukou_division: Code | None = None
    phone: Phone = ""
    address: Address = ""
    living: LivingSituation = LivingSituation.WITH_FAMILY
    insurance: InsuranceKind = InsuranceKind.UNKNOWN
    categories: list[CategoryIn] = Field(default=[], max_length=20)


class PersonChange(Input):
    """Fields that are not sent stay as they are."""

    name: Name | None = None
    phone: Phone | None = None
    address: Address | None = None
    division: Code | None = None
    hukou_division: Code | None = None
    living: LivingSituation | None = None
    insurance: InsuranceKind | None = None


class FindIn(Input):
    id_kind: IdentifierKind = IdentifierKind.ID_CARD
    id_number: Number


class PurposeIn(Input):
    purpose: Reason = Field(description="What the full particulars are for; kept in the audit trail")


class ContactRevealed(Schema):
    name: str
    relation: str
    phone: str


class Particulars(Schema):
    """Full particulars; that they were asked for, and what for, is on record."""

    id_number: str
    phone: str
    address: str
    contacts: list[ContactRevealed]


class StateIn(Input):
    state: PersonState
    on: date
    reason: Reason


class EndIn(Input):
    on: date = Field(description="The first day on which it no longer holds")
    reason: Reason
