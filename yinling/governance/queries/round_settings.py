"""When a month's round opens and falls due."""

from datetime import date

from yinling.governance.models import RoundSettings
from yinling.kernel.periods import Month


def settings_for(month: Month) -> RoundSettings:
    """The settings in force for a month; the model's defaults (20th, 5th, 3 days) when none were made."""
    found = RoundSettings.objects.filter(valid_from__lte=month.first_on).order_by("-valid_from").first()
    return found or RoundSettings(valid_from=month.first_on)


def due_on(month: Month, settings: RoundSettings) -> date:
    """The day by which a month's reports must be in: of the next month, or the month's last for 0."""
    if settings.due_on_day == 0:
        return month.last_on
    return month.plus(1).first_on.replace(day=settings.due_on_day)


def opens_on(month: Month, settings: RoundSettings) -> date:
    return month.first_on.replace(day=settings.opens_on_day)
