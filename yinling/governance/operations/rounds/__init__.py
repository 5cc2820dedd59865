"""Monthly dispatch 月调度: open a round, fill and submit, accept or return, remind, lock, reopen."""

from yinling.governance.operations.rounds.closing import (
    BadDueDay,
    RoundIsOpen,
    RoundNotDue,
    lock_round,
    mark_late,
    remind_due,
    remind_round,
    reopen_round,
)
from yinling.governance.operations.rounds.exporting import export_round
from yinling.governance.operations.rounds.filling import (
    FigureDraft,
    LineDraft,
    NotInReport,
    NotYourReport,
    ReportChangedMeanwhile,
    ReportIncomplete,
    ReportNotWithUnit,
    fill_report,
    submit_report,
)
from yinling.governance.operations.rounds.opening import (
    RoundHasNoReporters,
    RoundIsLocked,
    RoundTooEarly,
    open_due_rounds,
    open_round,
)
from yinling.governance.operations.rounds.reviewing import (
    AlreadyReviewed,
    ReportNotSubmitted,
    ReviewedByOwnHand,
    accept_report,
    return_report,
)
from yinling.governance.operations.rounds.settings import (
    SettingsOutOfRange,
    SettingsTooLate,
    set_round_settings,
)
from yinling.kernel.errors import ReasonMissing

__all__ = [
    "AlreadyReviewed",
    "BadDueDay",
    "FigureDraft",
    "LineDraft",
    "NotInReport",
    "NotYourReport",
    "ReasonMissing",
    "ReportChangedMeanwhile",
    "ReportIncomplete",
    "ReportNotSubmitted",
    "ReportNotWithUnit",
    "ReviewedByOwnHand",
    "RoundHasNoReporters",
    "RoundIsLocked",
    "RoundIsOpen",
    "RoundNotDue",
    "RoundTooEarly",
    "SettingsOutOfRange",
    "SettingsTooLate",
    "accept_report",
    "export_round",
    "fill_report",
    "lock_round",
    "mark_late",
    "open_due_rounds",
    "open_round",
    "remind_due",
    "remind_round",
    "reopen_round",
    "return_report",
    "set_round_settings",
    "submit_report",
]
