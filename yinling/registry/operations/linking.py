"""An elder's first sign-in: whose file a phone belongs to, without telling who is on file."""

import hmac
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.roles import Role
from yinling.core.attempts import Limit, take
from yinling.core.audit import Act, record_all
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.operations.public_accounts import open_public_account
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_phone
from yinling.registry.choices import IdentifierKind, PersonState
from yinling.registry.identity import digests_of, read_identifier
from yinling.registry.models import Person
from yinling.registry.operations.consents import grant_access
from yinling.rulebook.sign_in import sign_in_rules

_DAY = timedelta(days=1)


class TooManyTries(DomainError):
    """The same phone or address named too many people today."""


def link_elder(
    *, phone: str, name: str, number: str, address: str, by: Account | None, at: datetime
) -> Account | None:
    """The account of an elder whose name, identity number and phone are all on file; None otherwise, for
    whatever reason: the answer must not tell who is on file. The phone was proved by a code before.
    Raises TooManyTries.

    Not atomic as a whole: a refusal must be counted and noted although nothing else is kept.
    """
    rules = sign_in_rules(localdate(at))
    for limit, key in (
        (Limit("link phone", rules.links_per_phone, _DAY, _DAY), phone),
        (Limit("link address", rules.links_per_address, _DAY, _DAY), address),
    ):
        if not take(limit, key, at=at).allowed:
            raise TooManyTries("今天核对的次数太多了。请明天再试，或者带身份证到村居、镇街服务窗口办理。")
    person = _matching(phone, name, number, at)
    if person is None:
        _note_refusal(phone, address, at=at)
        return None
    return _link(person, phone, at=at)


def _matching(phone: str, name: str, number: str, at: datetime) -> Person | None:
    try:
        identifier = read_identifier(IdentifierKind.ID_CARD, number, at=localdate(at))
    except DomainError:
        return None
    found = Person.objects.filter(
        identifiers__digest__in=digests_of(IdentifierKind.ID_CARD, identifier.number),
        state=PersonState.ACTIVE,
    ).first()
    # Everything is compared, found or not, so that time tells no more than words.
    on_file = (found.name, found.phone) if found else ("", "")
    same = [
        hmac.compare_digest(_plain(a).encode(), _plain(b).encode())
        for a, b in zip(on_file, (name, phone), strict=True)
    ]
    return found if found is not None and all(same) else None


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@transaction.atomic
def _link(person: Person, phone: str, *, at: datetime) -> Account:
    account = open_public_account(
        phone=phone, full_name=person.name, role=Role.ELDER, division=person.division, by=None, at=at
    )
    if not Person.objects.visible_to(account).filter(pk=person.pk).exists():
        grant_access(
            person=person,
            account=account,
            relation="本人",
            ground="姓名、身份证号、手机号与档案一致，手机号经验证码核实",
            by=None,
            at=at,
        )
    return account


@transaction.atomic
def _note_refusal(phone: str, address: str, *, at: datetime) -> None:
    refused = Act(
        verb=AuditVerb.REFUSED,
        act="link_elder",
        subject_type=Account._meta.label,
        subject_id="",
        division_path="",
        after={"电话": mask_phone(phone), "来源地址": address},
    )
    record_all([refused], by=None, at=at)
