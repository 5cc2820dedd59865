"""For a free bed, the first in the queue who may have it, and why each one before was passed over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yinling.engines.queueing.ordering import Applicant, Place, order
from yinling.kernel.queueing import QueuePolicy


class PassedOver(StrEnum):
    """Why somebody better placed is not offered this bed."""

    OTHER_HOME = "other_home"
    OTHER_BED_KIND = "other_bed_kind"
    NOT_NEEDED = "not_needed"
    OTHER_SEX = "other_sex"
    OFFER_OPEN = "offer_open"
    ASSESSMENT_EXPIRED = "assessment_expired"
    SKIPPED = "skipped"  # by a recorded decision of two people


REASONS = {
    PassedOver.OTHER_HOME: "没有申请这家机构",
    PassedOver.OTHER_BED_KIND: "申请的不是这类床位",
    PassedOver.NOT_NEEDED: "这类床位专供有相应照护需要的人，档案里没有这种需要，也没有申请这类床位",
    PassedOver.OTHER_SEX: "这间房安排另一性别",
    PassedOver.OFFER_OPEN: "已收到另一张床位的通知，正在答复期内",
    PassedOver.ASSESSMENT_EXPIRED: "能力评估已过有效期，须先复评",
    PassedOver.SKIPPED: "经两人审批暂缓，理由已记录",
}


@dataclass(frozen=True, slots=True)
class FreeBed:
    """`sex` empty: the room takes anybody. `needs`: for whom one of these facts holds, or who asked for the kind;
    empty for everybody."""

    home: int
    kind: str
    sex: str = ""
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of an application on the day, apart from its place."""

    offer_open: bool = False
    assessed_until: date | None = None  # before this day the assessment is valid
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen` is None when nobody fits. `passed_over` names everybody better placed, with the reason."""

    chosen: str | None
    passed_over: tuple[tuple[str, PassedOver], ...]


def choose(
    policy: QueuePolicy,
    applicants: Iterable[Applicant],
    bed: FreeBed,
    standings: Mapping[str, Standing],
    *,
    today: date,
) -> Choice:
    """Walk the queue in its order. Nobody who fits is ever passed over."""
    by_number = {a.number: a for a in applicants}
    return choose_in(order(policy, by_number.values()), by_number, bed, standings, today=today)


def choose_in(
    queue: Iterable[Place],
    by_number: Mapping[str, Applicant],
    bed: FreeBed,
    standings: Mapping[str, Standing],
    *,
    today: date,
) -> Choice:
    """As `choose`, for a queue that is in order already."""
    passed: list[tuple[str, PassedOver]] = []
    for place in queue:
        standing = standings.get(place.number, Standing())
        reason = why_not(by_number[place.number], bed, standing, today=today)
        if reason is None:
            return Choice(place.number, tuple(passed))
        passed.append((place.number, reason))
    return Choice(None, tuple(passed))


def why_not(applicant: Applicant, bed: FreeBed, standing: Standing, *, today: date) -> PassedOver | None:
    """The first reason against offering the bed; None when there is none."""
    if applicant.homes and bed.home not in applicant.homes:
        return PassedOver.OTHER_HOME
    if applicant.bed_kinds and bed.kind not in applicant.bed_kinds:
        return PassedOver.OTHER_BED_KIND
    if bed.needs and not applicant.bed_kinds and bed.needs.isdisjoint(applicant.facts):
        return PassedOver.NOT_NEEDED
    if bed.sex and applicant.sex and bed.sex != applicant.sex:
        return PassedOver.OTHER_SEX
    if standing.offer_open:
        return PassedOver.OFFER_OPEN
    if standing.assessed_until is None or standing.assessed_until <= today:
        return PassedOver.ASSESSMENT_EXPIRED
    return PassedOver.SKIPPED if standing.skipped else None
