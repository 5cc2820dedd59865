"""The notice 告知书: delivered, which starts the term for objections; and who looked at a sheet."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.assessment.checks import locked_assessment, rules_of
from yinling.assessment.choices import AssessmentState
from yinling.assessment.models import Assessment
from yinling.assessment.policies.seeing import can_see_sheet
from yinling.core.access.checks import NotPermitted, require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.calendar import add_working_days
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.queries.readings import noted_lately


class NothingToDeliver(DomainError):
    """No conclusion yet, or it was delivered."""


class DeliveryIncomplete(DomainError):
    """It is not said how."""


@transaction.atomic
def deliver_notice(*, assessment: Assessment, how: str, by: Account | None, at: datetime) -> Assessment:
    """Note that the notice was handed over; the term for an objection counts from this day. Raises
    NothingToDeliver, DeliveryIncomplete."""
    row = locked_assessment(assessment, by, Permission.VIEW_ASSESSMENTS)
    require(by, Permission.REQUEST_ASSESSMENT)
    if row.state not in (AssessmentState.SIGNED, AssessmentState.UPHELD) or row.outside_body:
        raise NothingToDeliver("没有需要送达的告知书。")
    if row.delivered_at is not None:
        raise NothingToDeliver("告知书已经登记送达，不用再登记。")
    if not how.strip():
        raise DeliveryIncomplete("请填写送达方式，比如当面送达、邮寄、家属代收。")
    row.delivered_at, row.delivered_how = at, how.strip()[:40]
    if row.object_by is not None:
        row.object_by = add_working_days(localdate(at), rules_of(row).object_within)
    row.save(update_fields=["delivered_at", "delivered_how", "object_by"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="deliver_notice",
        subject=row.person,
        after={"评估编号": row.number, "送达方式": row.delivered_how},
    )
    return row


@transaction.atomic
def download_notice(*, assessment: Assessment, by: Account, at: datetime) -> None:
    """Note that somebody took the notice as a file. Raises NotPermitted."""
    require(by, Permission.VIEW_ASSESSMENTS)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="download_notice",
        subject=assessment.person,
        after={"评估编号": assessment.number},
    )


@transaction.atomic
def open_sheet(*, assessment: Assessment, by: Account, at: datetime) -> None:
    """Note that somebody looked at the answers, which are about health; once for ten minutes. Raises NotPermitted."""
    require(by, Permission.VIEW_ASSESSMENTS)
    if not can_see_sheet(by, assessment):
        raise NotPermitted("您的角色只能看评估的进度和结论，不能看各项评分。")
    if not noted_lately(assessment.person, "open_sheet", by, at):
        record(by=by, at=at, verb=AuditVerb.READ, act="open_sheet", subject=assessment.person)
