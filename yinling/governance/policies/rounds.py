"""Who may do what to which row of governance, beyond the role's right and the division's scope."""

from yinling.core.access.permissions import Permission
from yinling.core.models import Account, AuditEvent
from yinling.governance.choices import ReportState, RoundState
from yinling.governance.models import Report


def is_own_report(actor: Account, report: Report) -> bool:
    """A unit reports for itself."""
    return actor.organisation_id == report.organisation_id


def can_fill_report(actor: Account, report: Report) -> bool:
    """The unit's own people, while the round is open and the report lies with the unit."""
    return (
        actor.may(Permission.FILL_REPORT)
        and is_own_report(actor, report)
        and report.round.state == RoundState.OPEN
        and report.state in (ReportState.DRAFT, ReportState.RETURNED)
    )


def had_a_hand_in(actor: Account, report: Report) -> bool:
    """Whether the actor submitted the report or ever filled it in: such a person does not review it."""
    if report.submitted_by_id == actor.pk:
        return True
    return AuditEvent.objects.filter(
        subject_type=Report._meta.label, subject_id=str(report.pk), act="fill_report", actor=actor
    ).exists()


def can_review_report(actor: Account, report: Report) -> bool:
    """A second person with the right, while the round is open and the report is submitted."""
    return (
        actor.may(Permission.REVIEW_REPORT)
        and report.round.state == RoundState.OPEN
        and report.state == ReportState.SUBMITTED
        and not had_a_hand_in(actor, report)
    )


def can_read_report(actor: Account, report: Report) -> bool:
    """A draft is the unit's own and the reviewers'; what was submitted is open to all in scope."""
    return (
        is_own_report(actor, report)
        or actor.may(Permission.REVIEW_REPORT)
        or report.state != ReportState.DRAFT
    )
