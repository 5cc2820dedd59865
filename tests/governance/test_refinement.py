from datetime import date
from decimal import Decimal

import pytest

from tests.world import AT
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.governance.models import IndicatorValue, LocalTarget
from yinling.governance.operations.refinement import (
    LocalValueRefused,
    NotRefinable,
    TargetsDoNotAddUp,
    WrongDistrict,
    refine_targets,
)
from yinling.governance.queries.refinement import city_target, get_refinement, refinable
from yinling.rulebook import indicators as rulebook

END_2025 = date(2025, 12, 31)
END_2024 = date(2024, 12, 31)
HOMES, BEDS, EACH = "smart-homes", "nursing-beds", "age-friendly-communities-per-district"


@pytest.fixture
def city(world):
    return world.accounts[Role.CITY_BUREAU]


def refine(by, indicator, deadline, **values):
    """`refine(city, HOMES, END_2025, huancui=4)`."""
    world = by.world
    given = {getattr(world, name): None if v is None else Decimal(v) for name, v in values.items()}
    return refine_targets(indicator_id=indicator, deadline=deadline, values=given, by=by, at=AT)


@pytest.fixture(autouse=True)
def _attach(world):
    for one in (*world.accounts.values(), *world.foreign.values()):
        one.world = world


def test_counts_must_sum_to_the_citys(world, city):
    assert refine(city, HOMES, END_2025, huancui=4).holds is None
    with pytest.raises(TargetsDoNotAddUp, match="少 1家"):
        refine(city, HOMES, END_2025, rongcheng=2)
    assert LocalTarget.objects.count() == 1
    assert refine(city, HOMES, END_2025, rongcheng=3).holds is True


def test_shares_hold_each_or_weighted(world, city):
    with pytest.raises(TargetsDoNotAddUp, match="荣成市低于"):
        refine(city, BEDS, END_2024, huancui=80, rongcheng=50)
    for division, beds in ((world.huancui, 300), (world.rongcheng, 100)):
        IndicatorValue.objects.create(
            indicator_id=BEDS,
            month=date(2024, 9, 1),
            division=division,
            numerator=1,
            denominator=beds,
            definition_digest="0",
            computed_at=AT,
        )
    result = refine(city, BEDS, END_2024, huancui=80, rongcheng=50)
    assert result.holds and result.reached == Decimal("72.5") and result.lacking == ("荣成市",)
    with pytest.raises(TargetsDoNotAddUp, match="加权"):
        refine(city, BEDS, END_2024, huancui=60)


def test_what_every_district_owes_cannot_be_balanced_by_another(world, city):
    with pytest.raises(TargetsDoNotAddUp, match="分别达到2处"):
        refine(city, EACH, END_2025, huancui=9, rongcheng=1)
    assert refine(city, EACH, END_2025, huancui=2, rongcheng=2).holds


def test_a_district_sets_and_sees_its_own_only(world, city):
    district = world.accounts[Role.DISTRICT_BUREAU]
    refine(city, HOMES, END_2025, rongcheng=5)
    with pytest.raises(OutOfScope):
        refine(district, HOMES, END_2025, rongcheng=1)
    refine(district, HOMES, END_2025, huancui=3)
    with pytest.raises(NotPermitted):
        refine(world.accounts[Role.LEADER], HOMES, END_2025, huancui=3)
    indicator = rulebook.load()[HOMES]
    target = city_target(indicator, END_2025)
    seen = get_refinement(indicator=indicator, target=target, deadline=END_2025, actor=district)
    assert [(line.division.name, line.local.value) for line in seen.lines] == [
        ("环翠区", 3)
    ] and seen.hidden == 1
    assert seen.check.reached == 8  # the sum is everybody's


def test_a_district_is_not_told_which_other_one_falls_short(world, city):
    refine(city, BEDS, END_2024, rongcheng=50)
    with pytest.raises(TargetsDoNotAddUp) as refused:
        refine(world.accounts[Role.DISTRICT_BUREAU], BEDS, END_2024, huancui=90)
    assert "荣成" not in refused.value.message and "其他区市" in refused.value.message


@pytest.mark.parametrize("value", ["-1", "2.5", "NaN", "1e20"])
def test_a_count_is_a_whole_number(world, city, value):
    with pytest.raises(LocalValueRefused):
        refine(city, HOMES, END_2025, huancui=value)


def test_what_cannot_be_shared_out_is_refused(world, city):
    for indicator, deadline in [
        ("meal-mechanism", END_2024),
        ("nothing", END_2025),
        (HOMES, date(2031, 1, 1)),
    ]:
        with pytest.raises(NotRefinable):
            refine(city, indicator, deadline, huancui=1)
    with pytest.raises(LocalValueRefused):
        refine(city, BEDS, END_2024, huancui=101)
    with pytest.raises(WrongDistrict):
        refine_targets(indicator_id=HOMES, deadline=END_2025, values={world.town: Decimal(1)}, by=city, at=AT)


def test_a_target_can_be_cleared(world, city):
    refine(city, HOMES, END_2025, huancui=4)
    assert refine(city, HOMES, END_2025, huancui=None).missing == ("环翠区", "荣成市")
    assert not LocalTarget.objects.exists()


def test_every_quantity_of_the_rulebook_can_be_refined(world):
    for indicator, targets in refinable():
        for target in targets:
            assert city_target(indicator, target.by or END_2025) is not None
