"""Around an assessment: terms, validity, who may serve for what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# What a result is for; the words stand in assessment/choices.py.
PURPOSES = ("admission", "care_subsidy", "ltci", "home_care_bed")


@dataclass(frozen=True)
class AssessingRules:
    """Rules for one instrument; terms are in working days unless they say months.

    `purposes` are those it is used for, `accepted_for` those for which a result of it may be accepted. `months_by_level` differs from `valid_months` where a level holds longer.
    `members` assess together, `medical_members` of them at least with a medical or nursing background.
    `review_by_another_body`: a review excludes the first body, not only the first people. `needs_insurance` and
    `lasting_months` bar a request. `illustrative` names the fields that no rule at hand gives.
    """

    instrument: str
    purposes: tuple[str, ...]
    decide_within: int
    assess_within: int
    object_within: int
    valid_months: int
    members: int
    medical_members: int
    soon_days: int
    review_by_another_body: bool = False
    needs_insurance: bool = False
    lasting_months: int = 0
    accepted_for: tuple[str, ...] = ()
    months_by_level: Mapping[int, int] = field(default_factory=dict)
    illustrative: tuple[str, ...] = ()
    source: str = ""

    def months_valid(self, level: int) -> int:
        return self.months_by_level.get(level, self.valid_months)
