"""Death, moving away, going missing, and coming back: states with consequences, told to other rooms."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.checks import not_in_future
from yinling.registry.choices import PersonState
from yinling.registry.events import PersonDied, PersonMovedAway, PersonReturned, PersonWentMissing
from yinling.registry.models import Person
from yinling.registry.refusals import WrongDates, explains

LEFT = (PersonState.DECEASED, PersonState.MOVED_AWAY)
_EVENTS = {
    PersonState.DECEASED: PersonDied,
    PersonState.MOVED_AWAY: PersonMovedAway,
    PersonState.MISSING: PersonWentMissing,
    PersonState.ACTIVE: PersonReturned,
}


class FactsAfterLeaving(DomainError):
    """A category, home-care bed or employment begins after the day of leaving."""


class StateUnchanged(DomainError):
    """The file has this state already."""


class FileAnonymised(DomainError):
    """There is nobody left in the file to come back."""


def _dated(person: Person) -> list:
    """What ends when somebody leaves: sets of dated rows."""
    return [person.categories, person.home_care_beds, person.employments]


@explains(
    {
        "home_care_bed_one_per_person": StateUnchanged("恢复时与后来的登记冲突，请不勾选“同时恢复”再办理。"),
        "category_once_at_a_time": StateUnchanged("恢复时与后来的登记冲突，请不勾选“同时恢复”再办理。"),
        "care_worker_one_post_at_a_time": StateUnchanged(
            "恢复时与后来的登记冲突，请不勾选“同时恢复”再办理。"
        ),
    }
)
@transaction.atomic
def change_state(
    *,
    person: Person,
    state: PersonState,
    on: date,
    reason: str = "",
    moved_to: str = "",
    reopen: bool = False,
    by: Account | None,
    at: datetime,
) -> Person:
    """Record death, moving away (`moved_to` where), a missing person, or their return, and tell other rooms.

    Death and moving away also end categories, home-care bed and employment on that day, death the consents;
    a missing person keeps them. A return (`active`) brings back the file; with `reopen`, for an entry made by
    mistake, also what ended on the very day of leaving. Raises FactsAfterLeaving, StateUnchanged, WrongDates.
    """
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, person.division_path)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    not_in_future(on, localdate(at))
    _may_become(person, state, on)
    before = {"状态": PersonState(person.state).label}
    after: dict[str, object] = {"状态": PersonState(state).label, "日期": on.isoformat()}
    if state in LEFT:
        after["同时终止"] = _end_all(person, state, on)
    if state == PersonState.ACTIVE and reopen and person.left_on:
        after["同时恢复"] = sum(
            rows.filter(valid_to=person.left_on).update(valid_to=None) for rows in _dated(person)
        )
    if state == PersonState.MOVED_AWAY and moved_to.strip():
        after["迁往"] = moved_to.strip()
    person.moved_to = moved_to.strip() if state == PersonState.MOVED_AWAY else ""
    person.state = state
    person.left_on = None if state == PersonState.ACTIVE else on
    person.save(update_fields=["state", "left_on", "moved_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="change_state",
        subject=person,
        before=before,
        after=after,
        reason=reason,
    )
    publish(_EVENTS[state](person_id=person.pk, on=on, by=by, at=at))
    return person


def _may_become(person: Person, state: PersonState, on: date) -> None:
    if PersonState.MERGED in (person.state, state):
        raise StateUnchanged("并入另一份档案的状态只由合并和撤销合并改变。")
    if person.anonymised_on is not None:
        raise FileAnonymised("这份档案保存期满，已经匿名化，不能再变更状态。")
    if person.state == state:
        raise StateUnchanged(f"此人已经是“{PersonState(state).label}”，不用再变更。")
    if on < person.born_on:
        raise WrongDates("日期早于出生日期，请核对。")


def _end_all(person: Person, state: PersonState, on: date) -> int:
    """End what goes on beyond the day; how many. Raises FactsAfterLeaving."""
    ended = 0
    beyond = Q(valid_to=None) | Q(valid_to__gt=on)
    for rows in _dated(person):
        going_on = rows.filter(beyond)
        if going_on.filter(valid_from__gte=on).exists():
            raise FactsAfterLeaving(
                f"有类别、家庭养老床位或任职在 {on} 当日或之后才开始。请先核对更正，再办理离册。"
            )
        ended += going_on.update(valid_to=on)
    if state == PersonState.DECEASED:
        ended += person.consents.filter(beyond, valid_from__lte=on).update(valid_to=on)
    return ended
