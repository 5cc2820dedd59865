"""What homes' rows say for the indicators, on any day: the destitute in homes, occupancy, residents, visits, queue."""

from datetime import date, timedelta

import pytest

from tests.registry import make
from tests.residence.stays import DAY, assess, bed, home, moved_in
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.engines.indicators.totals import CITY
from yinling.governance.queries.live import compute_live
from yinling.kernel.errors import DomainError
from yinling.registry.choices import CategoryKind, ConsentGiver
from yinling.registry.operations.duplicates import merge_people
from yinling.registry.operations.people import CategoryInput
from yinling.registry.refusals import WrongDates
from yinling.residence.choices import StayEnd, StayKind
from yinling.residence.models import HomeService, HomeVisit, SupportWish
from yinling.residence.models.support import SupportKind
from yinling.residence.operations.leaving import end_stay
from yinling.residence.operations.support import NotDestitute, WishUnfounded, record_support_wish
from yinling.rulebook import indicators

pytestmark = pytest.mark.django_db
IDS = (
    "destitute-in-homes",
    "disabled-destitute-in-homes",
    "home-occupancy",
    "home-residents",
    "residents-respite",
    "home-visits-delivered",
    "waiting-applicants",
    "homes-offering-home-visits",
    "smart-homes",
)


def figures(day=TODAY, *ids) -> dict[str, tuple[int, int | None]]:
    """(numerator, denominator) of the city."""
    wanted = [indicators.load()[key] for key in ids or IDS]
    found = compute_live(wanted, day)
    return {key: (found[key][CITY].numerator, found[key][CITY].denominator) for key in found}


def destitute(world, serial, *more, **given):
    certified = CategoryInput(CategoryKind.DESTITUTE, date(2024, 1, 1), "认定书")
    return make.person(
        world.village,
        name=f"邢{serial}",
        serial=serial,
        categories=[certified, *more],
        registered_on=date(2024, 1, 1),
        **given,
    )


def wish(person, kind=SupportKind.IN_HOME, since=date(2026, 1, 1), **more):
    more = {"source": "意愿书", "by": None, "at": AT, **more}
    return record_support_wish(person=person, kind=kind, since=since, **more)


def test_an_empty_register_gives_noughts_and_nothing_to_divide_by(world):
    assert set(figures().values()) == {(0, None), (0, 0)}


def test_the_willing_are_counted_by_their_wish_and_only_in_a_home_if_they_live_in_one(world):
    place = home(world, 4)
    inside, waiting, at_home, unasked = (destitute(world, n) for n in (31, 32, 33, 34))
    for person in (inside, waiting):
        wish(person)
    wish(at_home, SupportKind.AT_HOME)
    for n, person in enumerate((inside, unasked), 1):
        assess(person, level=1)
        moved_in(person, bed(place, n), funded=True)
    assert figures()["destitute-in-homes"] == (1, 2)
    assert figures(TODAY - 2 * DAY)["destitute-in-homes"] == (0, 2)
    assert figures(date(2025, 12, 31))["destitute-in-homes"] == (0, 0)


def test_respite_is_no_support_in_a_home_but_fills_a_bed(world):
    place, person = home(world, 4), destitute(world, 31)
    wish(person)
    assess(person)
    moved_in(person, bed(place), kind=StayKind.RESPITE, planned_until=TODAY + 20 * DAY)
    found = figures()
    assert found["destitute-in-homes"] == (0, 1)
    assert found["home-occupancy"] == (1, 4)
    assert (found["home-residents"][0], found["residents-respite"][0]) == (1, 1)


def test_the_disabled_are_so_by_category_or_by_a_valid_assessment_from_level_two(world):
    place = home(world, 4)
    disabled = CategoryInput(CategoryKind.DISABLED_ELDER, date(2025, 1, 1), "残疾评定")
    by_category, by_level, able = destitute(world, 31, disabled), destitute(world, 32), destitute(world, 33)
    assess(by_level, level=2)
    assess(able, level=1)
    assess(by_category, level=0)
    for n, person in enumerate((by_category, able), 1):
        moved_in(person, bed(place, n))
    assert figures()["disabled-destitute-in-homes"] == (1, 2)
    assert figures(date(2028, 1, 1), "disabled-destitute-in-homes") == {
        "disabled-destitute-in-homes": (1, 1)  # the assessment has run out
    }
    assert figures(date(2025, 6, 1), "disabled-destitute-in-homes") == {"disabled-destitute-in-homes": (0, 1)}


def test_who_left_is_counted_until_the_day_before(world):
    place, person = home(world), destitute(world, 31)
    wish(person)
    assess(person)
    stay = moved_in(person, bed(place), since=AT - 5 * DAY)
    end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT - 2 * DAY, reason="回家", by=None, at=AT)
    lived = [figures(TODAY - n * DAY, "home-residents")["home-residents"][0] for n in range(7)]
    assert lived == [0, 0, 0, 1, 1, 1, 0]


def test_visits_add_up_to_the_day(world):
    place = make.place(world)
    common = {"place": place, "division_path": place.division_path, "kind": "meal", "recorded_at": AT}
    HomeService.objects.create(
        place=place, division_path=place.division_path, kind="meal", valid_from=date(2025, 1, 1)
    )
    for on, people in ((date(2025, 3, 1), 20), (date(2026, 10, 1), 7), (date(2026, 11, 1), 100)):
        HomeVisit.objects.create(**common, on=on, people=people, minutes=30)
    HomeVisit.objects.create(**common, on=date(2026, 1, 1), people=9, minutes=30, withdrawn_on=TODAY)
    assert figures()["home-visits-delivered"][0] == 27
    assert figures(date(2025, 12, 31))["home-visits-delivered"][0] == 20
    assert figures()["homes-offering-home-visits"] == (1, 1)
    assert figures(date(2026, 6, 1))["homes-offering-home-visits"] == (0, 1)


def test_two_files_with_the_same_wish_become_one_of_the_willing(world):
    first, twin = destitute(world, 31), destitute(world, 52)
    for person in (first, twin):
        wish(person)
    assert figures()["destitute-in-homes"] == (0, 2)
    merge_people(kept=first, gone=twin, reason="与户口簿核对为同一人", by=None, at=AT)
    assert figures()["destitute-in-homes"] == (0, 1)


def test_a_wish_has_a_period_a_source_and_belongs_to_the_destitute(world):
    person, other = destitute(world, 31), make.person(world.village, name="丛大爷", serial=32)
    with pytest.raises(NotDestitute):
        wish(other)
    with pytest.raises(WishUnfounded):
        wish(person, source=" ")
    with pytest.raises(WishUnfounded):
        wish(person, said_by=ConsentGiver.GUARDIAN)
    wish(person)
    with pytest.raises(WrongDates):
        wish(person, since=date(2026, 2, 1))
    wish(person, SupportKind.AT_HOME, since=date(2026, 5, 1))
    assert list(SupportWish.objects.order_by("pk").values_list("kind", "valid_to")) == [
        ("in_home", date(2026, 5, 1)),
        ("at_home", None),
    ]
    with pytest.raises(NotPermitted):
        wish(person, by=world.accounts[Role.INSTITUTION_MANAGER])
    with pytest.raises(DomainError):
        wish(person, since=TODAY + timedelta(days=1))
