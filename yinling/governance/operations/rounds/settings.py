"""When rounds open, fall due and remind. Dated: a change holds from a month on and leaves older rounds alone."""

from datetime import datetime

from django.db import transaction

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.governance.models import Round, RoundSettings
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month


class SettingsOutOfRange(DomainError):
    """A day that does not exist in every month, or a reminder of more than 15 days."""


class SettingsTooLate(DomainError):
    """The month's round is open already, so its days cannot change."""


@transaction.atomic
def set_round_settings(
    *,
    valid_from: Month,
    opens_on_day: int,
    due_on_day: int,
    remind_days_before: int,
    by: Account | None,
    at: datetime,
) -> RoundSettings:
    """Set the days from a month on. Raises SettingsOutOfRange, SettingsTooLate."""
    require(by, Permission.MANAGE_ROUNDS)
    if not (1 <= opens_on_day <= 28 and 0 <= due_on_day <= 28 and 0 <= remind_days_before <= 15):
        raise SettingsOutOfRange(
            "开启日应在 1—28 日，截止日应在 1—28 日（0 表示当月最后一日），提前提醒不超过 15 天。请改正后保存。"
        )
    if Round.objects.filter(month__gte=valid_from.first_on).exists():
        raise SettingsTooLate(
            f"{valid_from.label}的调度已经开启，日期不能再改。请把“自何月起”改为以后的月份。"
        )
    values = {
        "opens_on_day": opens_on_day,
        "due_on_day": due_on_day,
        "remind_days_before": remind_days_before,
    }
    made, created = RoundSettings.objects.update_or_create(
        valid_from=valid_from.first_on, defaults={**values, "set_at": at, "set_by": by}
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE if created else AuditVerb.CHANGE,
        act="set_round_settings",
        subject=made,
        after=values,
    )
    return made
