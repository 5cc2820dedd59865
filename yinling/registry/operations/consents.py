"""Consents, and who may see whose file: given, taken back, both with their evidence."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import NotPermitted, OutOfScope, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import PUBLIC_ROLES
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, StoredFile
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name
from yinling.registry.checks import locked_person, not_in_future
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.registry.models import Consent, Person, PersonAccess
from yinling.registry.refusals import WrongDates, explains
from yinling.rulebook.personal_data import purposes


class ConsentNotNeeded(DomainError):
    """The purpose is a duty of the authority and asks for no consent."""


class ConsentAlreadyGiven(DomainError):
    """The same purpose at the same time."""


class ConsentEnded(DomainError):
    """Withdrawn or run out already."""


class GuardianUnknown(DomainError):
    """A guardian's consent for somebody who has no guardian on file that day."""


class AccessAlreadyGranted(DomainError):
    """The account sees this file already."""


class NotAPublicAccount(DomainError):
    """Staff see files by their role and scope, not by a grant."""


@dataclass(frozen=True)
class ConsentInput:
    """A consent as given: to what, by whom, in which form."""

    purpose: str
    given_by: ConsentGiver
    form: ConsentForm
    valid_from: date
    valid_to: date | None = None
    scope: str = ""
    evidence_file: StoredFile | None = None


@explains(
    {
        "consent_once_at_a_time": ConsentAlreadyGiven("这段时间内已登记过同一目的的同意，不用重复登记。"),
        "consent_ends_after_start": WrongDates("失效日期应晚于生效日期，请改正。"),
    }
)
@transaction.atomic
def record_consent(*, person: Person, consent: ConsentInput, by: Account | None, at: datetime) -> Consent:
    """Record a consent. Raises ConsentNotNeeded, ConsentAlreadyGiven, GuardianUnknown, WrongDates."""
    person = locked_person(person, by)
    not_in_future(consent.valid_from, localdate(at))
    purpose = purposes(consent.valid_from).get(consent.purpose)
    if purpose is None or not purpose.by_consent:
        raise ConsentNotNeeded("这一目的属于法定职责，或不在目的清单内，不用登记同意。")
    guardian = ""
    if consent.given_by == ConsentGiver.GUARDIAN:
        named = person.contacts.filter(is_guardian=True, valid_to=None).first()
        if named is None:
            raise GuardianUnknown("此人没有登记监护人，不能由监护人同意。请先登记监护人和证明。")
        guardian = named.name
    made = Consent.objects.create(person=person, giver=guardian, recorded_by=by, **vars(consent))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="record_consent",
        subject=person,
        after={
            "目的": purpose.label,
            "由谁同意": ConsentGiver(consent.given_by).label,
            "形式": ConsentForm(consent.form).label,
            "生效": consent.valid_from.isoformat(),
        },
    )
    return made


@transaction.atomic
def withdraw_consent(*, consent: Consent, reason: str = "", by: Account | None, at: datetime) -> Consent:
    """Take a consent back from today on: staff on behalf, or those themselves who may see the file.
    Raises ConsentEnded."""
    person = consent.person
    if by is not None and by.may(Permission.VIEW_OWN_FILE):
        if not Person.objects.visible_to(by).filter(pk=person.pk).exists():
            raise OutOfScope("这份档案没有委托给您，不能办理。")
    else:
        require(by, Permission.MANAGE_PEOPLE)
        require_scope(by, person.division_path)
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    today = localdate(at)
    if consent.valid_to is not None and consent.valid_to <= today:
        raise ConsentEnded(f"这项同意已于 {consent.valid_to} 失效，不用再撤回。")
    consent.withdrawn_on = consent.valid_to = max(today, consent.valid_from)
    consent.withdrawn_reason = reason.strip()[:200]
    consent.save(update_fields=["withdrawn_on", "valid_to", "withdrawn_reason"])
    purpose = purposes(today).get(consent.purpose)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_consent",
        subject=person,
        after={"目的": purpose.label if purpose else "", "撤回": consent.valid_to.isoformat()},
        reason=reason,
    )
    return consent


@explains(
    {
        "access_once_at_a_time": AccessAlreadyGranted("这个账号已经可以查看这份档案，不用重复授权。"),
        "access_ends_after_start": WrongDates("授权的截止日期应晚于今天，请改正。"),
    }
)
@transaction.atomic
def grant_access(
    *,
    person: Person,
    account: Account,
    relation: str,
    ground: str,
    valid_to: date | None = None,
    proof_file: StoredFile | None = None,
    by: Account | None,
    at: datetime,
) -> PersonAccess:
    """Let an elder's or family's account see a file from today. Raises AccessAlreadyGranted,
    NotAPublicAccount, WrongDates."""
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, person.division_path)
    if account.role not in PUBLIC_ROLES or not account.is_active:
        raise NotAPublicAccount("只能授权给启用中的老年人或家属账号。工作人员按职责和辖区查看，不用授权。")
    today = localdate(at)
    if valid_to is not None and valid_to <= today:
        raise WrongDates("授权的截止日期应晚于今天，请改正。")
    if not relation.strip() or not ground.strip():
        raise NotPermitted("请写明与老年人的关系和授权依据。")
    granted = PersonAccess.objects.create(
        account=account,
        person=person,
        relation=relation.strip(),
        ground=ground.strip(),
        granted_by=by,
        proof_file=proof_file,
        valid_from=today,
        valid_to=valid_to,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="grant_access",
        subject=person,
        after={
            "账号": mask_name(account.full_name),
            "关系": relation.strip(),
            "依据": ground.strip(),
            "截止": valid_to.isoformat() if valid_to else "未定",
        },
    )
    return granted


@transaction.atomic
def revoke_access(*, access: PersonAccess, reason: str, by: Account | None, at: datetime) -> PersonAccess:
    """End a grant at once. Raises ConsentEnded."""
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, access.person.division_path)
    access = PersonAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
    today = localdate(at)
    if access.valid_to is not None and access.valid_to <= today:
        raise ConsentEnded(f"这项授权已于 {access.valid_to} 结束。")
    access.valid_to = max(today, access.valid_from)
    access.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="revoke_access",
        subject=access.person,
        after={"账号": mask_name(access.account.full_name), "结束": access.valid_to.isoformat()},
        reason=reason,
    )
    return access
