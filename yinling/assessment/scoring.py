"""From a sheet as it stands to what the engine makes of it, and how that is kept."""

from yinling.assessment.checks import instrument_of
from yinling.assessment.models import Assessment
from yinling.engines.assessment.reading_out import reasons
from yinling.engines.assessment.scoring import (
    Result,
    check_agreements,
    check_particulars,
    conditions_of,
    score,
)
from yinling.kernel.instruments import Instrument


def score_sheet(assessment: Assessment) -> Result:
    """What the sheet as it stands comes to. Raises ItemLeftOut, AnswerNotAnOption, AnswersDisagree."""
    instrument = instrument_of(assessment)
    check_particulars(instrument, assessment.particulars)
    result = score(instrument, assessment.answers, conditions_of(instrument, assessment.particulars))
    check_agreements(instrument, {**assessment.particulars, **assessment.answers})
    return result


def as_kept(instrument: Instrument, result: Result) -> dict[str, object]:
    """The result with its steps in words, as it stays for ever."""
    return {
        "totals": result.totals,
        "total": result.total,
        "first_level": result.first_level,
        "level": result.level,
        "level_name": instrument.levels[result.level],
        "adjusted_by": list(result.adjusted_by),
        "reasons": reasons(instrument, result),
        "standard": instrument.standard,
    }
