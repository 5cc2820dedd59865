"""What happens to assessments and concerns the rooms above."""

from dataclasses import dataclass

from yinling.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AssessmentSigned(Event):
    """A conclusion. `replaced_id`: the result that it takes the place of; None for a review that only confirms."""

    assessment_id: int
    person_id: int
    replaced_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ResultAccepted(Event):
    """采信 for another purpose."""

    acceptance_id: int
    person_id: int
