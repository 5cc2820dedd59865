"""Care workers: employments and certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name
from yinling.registry.checks import locked_place
from yinling.registry.choices import CertificateKind, PersonState, Post
from yinling.registry.models import CareWorker, Person, Place, WorkerCertificate
from yinling.registry.refusals import WrongDates, explains


class AlreadyEmployed(DomainError):
    """The person has a post at that time."""


class NotEmployable(DomainError):
    """The person's file is closed."""


class CertificateNumberTaken(DomainError):
    """The certificate's number is already recorded."""


_CERTIFICATE_ERRORS: dict[str, DomainError] = {
    "registry_workercertificate_number_key": CertificateNumberTaken(
        "这个证书编号已登记过。请核对证书，不要重复登记。"
    ),
    "certificate_ends_after_issue": WrongDates("证书有效期应晚于发证日期，请改正。"),
}


@dataclass(frozen=True)
class CertificateInput:
    """A certificate as printed; `level` 1 to 5 where it has one."""

    kind: CertificateKind
    number: str
    issued_on: date
    expires_on: date | None = None
    level: int | None = None


@explains(
    {
        "care_worker_one_post_at_a_time": AlreadyEmployed(
            "此人这段时间已在机构任职，一人同时只登记一个岗位。请先办理原岗位的离职。"
        ),
        **_CERTIFICATE_ERRORS,
    }
)
@transaction.atomic
def employ_worker(
    *,
    person: Person,
    place: Place,
    post: Post,
    since: date,
    certificates: Sequence[CertificateInput] = (),
    by: Account | None,
    at: datetime,
) -> CareWorker:
    """Record an employment, with the certificates shown. Raises AlreadyEmployed, NotEmployable,
    CertificateNumberTaken, PlaceClosed, WrongDates."""
    place = locked_place(place, by)
    if person.state != PersonState.ACTIVE:
        raise NotEmployable("此人不在册，不能登记任职。请先核对其档案。")
    if since < place.valid_from or since > localdate(at):
        raise WrongDates("任职日期不能早于机构启用日期，也不能晚于今天。")
    worker = CareWorker.objects.create(
        person=person, place=place, division_path=place.division_path, post=post, valid_from=since
    )
    WorkerCertificate.objects.bulk_create([WorkerCertificate(person=person, **vars(c)) for c in certificates])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="employ_worker",
        subject=worker,
        after={
            "姓名": mask_name(person.name),
            "机构": place.name,
            "岗位": Post(post).label,
            "证书": [CertificateKind(c.kind).label for c in certificates],
        },
    )
    return worker


@explains({"care_worker_ends_after_start": WrongDates("离职日期应晚于任职日期，请改正。")})
@transaction.atomic
def end_employment(*, worker: CareWorker, on: date, by: Account | None, at: datetime) -> CareWorker:
    """End an employment on the day `on`. Raises WrongDates, NotEmployable."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, worker.division_path)
    worker = CareWorker.objects.select_for_update(of=("self",)).select_related("person").get(pk=worker.pk)
    if worker.valid_to is not None:
        raise NotEmployable(f"此人已于 {worker.valid_to} 离职。")
    worker.valid_to = on
    worker.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_employment",
        subject=worker,
        after={"姓名": mask_name(worker.person.name), "离职": on.isoformat()},
    )
    return worker


@explains(_CERTIFICATE_ERRORS)
@transaction.atomic
def record_certificate(
    *, worker: CareWorker, certificate: CertificateInput, by: Account | None, at: datetime
) -> WorkerCertificate:
    """Record a certificate of a worker. Raises CertificateNumberTaken, WrongDates."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, worker.division_path)
    if certificate.issued_on > localdate(at):
        raise WrongDates("发证日期还没有到，请改正。")
    if not certificate.number.strip():
        raise WrongDates("请填写证书编号。")
    added = WorkerCertificate.objects.create(person_id=worker.person_id, **vars(certificate))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="record_certificate",
        subject=worker,
        after={
            "证书": CertificateKind(certificate.kind).label,
            "编号": certificate.number,
            "发证": certificate.issued_on.isoformat(),
        },
    )
    return added
