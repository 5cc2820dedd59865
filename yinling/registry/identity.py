"""Documents of identity: what each kind must look like, and the keyed digest by which one is found again."""

import re
from dataclasses import dataclass
from datetime import date

from yinling.core.sealing import digest, digests, hold_key, is_changing
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import IdNumber, mask_id_number
from yinling.registry.choices import IdentifierKind
from yinling.registry.models import PersonIdentifier

PURPOSE = "person identifier"
_WITH_BIRTH_DATE = {
    IdentifierKind.ID_CARD,
    IdentifierKind.RESIDENCE_PERMIT,
    IdentifierKind.FOREIGN_PERMANENT,
}
_RESIDENCE_AREAS = ("810000", "820000", "830000")  # 香港、澳门、台湾
_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
_TRAVEL_PERMIT = re.compile(r"[HM]\d{8}(\d{2})?|\d{8}")


class BadIdentifier(DomainError):
    """A number that a document of this kind cannot have."""


@dataclass(frozen=True)
class Identifier:
    """A checked document. `born_on` and `sex` are None where the number does not say."""

    kind: IdentifierKind
    number: str
    born_on: date | None = None
    sex: str | None = None

    @property
    def masked(self) -> str:
        return mask_id_number(self.number)

    @property
    def digest(self) -> bytes:
        return digest(PURPOSE, f"{self.kind} {self.number}")

    def __repr__(self) -> str:  # a number must not reach a log by way of a traceback
        return f"Identifier({self.kind}, {self.masked})"


def read_identifier(kind: IdentifierKind, text: str, *, at: date) -> Identifier:
    """From user input, spaces allowed. Raises BadIdNumber, BadIdentifier."""
    if kind in _WITH_BIRTH_DATE:
        number = IdNumber.parse(text, at=at)
        area = number.value[:6]
        if (kind == IdentifierKind.RESIDENCE_PERMIT) != (area in _RESIDENCE_AREAS):
            raise BadIdentifier(
                f"号码以 {area} 开头，与证件类型“{IdentifierKind(kind).label}”不符。请核对证件类型。"
            )
        return Identifier(kind, number.value, number.born_on, number.sex)
    value = "".join(text.split()).upper()
    if kind == IdentifierKind.PASSPORT and not _PASSPORT.fullmatch(value):
        raise BadIdentifier("护照号码应为 5—20 位字母或数字。请核对证件后重新填写。")
    if kind == IdentifierKind.TRAVEL_PERMIT and not _TRAVEL_PERMIT.fullmatch(value):
        raise BadIdentifier(
            "通行证号码应为 H 或 M 加 8 位数字（港澳），或 8 位数字（台湾）。请核对证件后重新填写。"
        )
    return Identifier(kind, value)


def is_taken(identifier: Identifier, *, besides: int | None = None) -> bool:
    """Whether a file has this document already, apart from the identifier `besides`.

    To be asked in the transaction that then stores its digest: while keys are being changed a number may be there
    under another key, which the unique column cannot see. With one key in use the column alone decides.
    """
    hold_key()
    if not is_changing():
        return False
    same = PersonIdentifier.objects.filter(digest__in=digests_of(identifier.kind, identifier.number))
    return same.exclude(pk=besides).exists()


def digests_of(kind: IdentifierKind, number: str) -> list[bytes]:
    """Of a checked number, under every key in use: to look it up."""
    return digests(PURPOSE, f"{kind} {number}")
