from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.refinement import Local, Rule, check

values = st.decimals(min_value=0, max_value=10_000, places=2)
districts = st.lists(st.tuples(values, st.integers(1, 5_000)), min_size=1, max_size=10)


def locals_of(pairs):
    return [Local(str(i), value, weight) for i, (value, weight) in enumerate(pairs)]


@given(districts, values)
def test_a_sum_holds_exactly_when_it_reaches_the_citys_target(pairs, goal):
    total = sum(value for value, _ in pairs)
    result = check(goal, locals_of(pairs), Rule.SUM)
    assert result.holds == (total >= goal) and result.reached == total
    assert (result.difference >= 0) == result.holds


@given(districts, values)
def test_if_every_district_reaches_a_share_the_weighted_city_does(pairs, goal):
    each = check(goal, locals_of(pairs), Rule.EACH)
    weighted = check(goal, locals_of(pairs), Rule.WEIGHTED)
    assert not each.holds or (weighted.holds and weighted.reached >= goal)
    assert weighted.holds == (each.holds or weighted.reached >= goal)


@given(districts, values)
def test_a_ceiling_mirrors_a_floor(pairs, goal):
    for rule in (Rule.SUM, Rule.EACH):
        floor = check(goal, locals_of(pairs), rule)
        mirrored = [Local(one.name, -one.value, one.weight) for one in locals_of(pairs)]
        assert check(-goal, mirrored, rule, at_most=True).holds == floor.holds


@given(districts, values, st.integers(0, 9))
def test_a_missing_district_never_makes_a_failure_of_what_may_still_hold(pairs, goal, position):
    found = locals_of(pairs)
    found.insert(position % (len(found) + 1), Local("未定", None))
    for rule in Rule:
        assert check(goal, found, rule).holds is not False
        assert check(goal, found, rule).missing == ("未定",)


def test_without_weights_a_share_below_cannot_be_balanced():
    pair = [Local("甲", Decimal(90)), Local("乙", Decimal(50), 10)]
    result = check(Decimal(60), pair, Rule.WEIGHTED)
    assert result.holds is False and result.reached is None and result.lacking == ("乙",)
