from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.queueing.choosing import FreeBed, PassedOver, Standing, choose, why_not
from yinling.engines.queueing.ordering import Applicant, age_band, classify, key_of, order
from yinling.engines.queueing.refusing import after_refusal, months_later
from yinling.engines.queueing.telling import Mover, what_moved, why_here
from yinling.rulebook import waiting_lists
from yinling.rulebook.facts import BadRulebook
from yinling.rulebook.waiting_lists import load, read_policy

POLICY = load()["public-homes-demo"]
TODAY = date(2026, 10, 20)
DEMENTED = frozenset({"dementia"})
VALID = Standing(assessed_until=date(2027, 1, 1))
FACTS = sorted(frozenset().union(*(group for c in POLICY.classes for group in c.needs)))
MOMENTS = st.integers(0, 9).map(lambda h: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=h))


@st.composite
def applicants(draw, most=12):
    rows = draw(
        st.lists(
            st.tuples(
                st.frozensets(st.sampled_from(FACTS), max_size=3),
                st.integers(0, 4),
                st.integers(60, 105),
                MOMENTS,
                st.sampled_from(["male", "female"]),
                st.frozensets(st.integers(1, 3), max_size=2),
                st.frozensets(st.sampled_from(["ordinary", "nursing"]), max_size=1),
            ),
            max_size=most,
        )
    )
    return [Applicant(f"S{i:04d}", *row) for i, row in enumerate(rows)]


standings = st.builds(
    Standing,
    offer_open=st.booleans(),
    assessed_until=st.sampled_from([None, TODAY, date(2027, 1, 1)]),
    skipped=st.booleans(),
)
beds = st.builds(
    FreeBed, st.integers(1, 3), st.sampled_from(["ordinary", "nursing"]), st.sampled_from(["", "male"])
)


def one(**more):
    given_ = {"facts": frozenset(), "level": 2, "age": 75, "applied_at": datetime(2026, 1, 1, tzinfo=UTC)}
    return Applicant("S1", **(given_ | more))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"destitute", "low_income"}, "destitute"),
        ({"low_income", "dementia"}, "special_low_income"),
        ({"low_income"}, "special_difficulty"),
        ({"low_income_marginal", "age_80"}, "low_income_marginal"),
        ({"age_100", "age_80"}, "entitled"),
        ({"age_80"}, "disabled_or_old"),
        (set(), "others"),
    ],
)
def test_the_first_class_whose_needs_hold_is_the_class(facts, code):
    assert classify(POLICY, facts)[1].code == code


@pytest.mark.parametrize(("age", "band"), [(100, 0), (99, 1), (90, 1), (80, 2), (79, 3), (69, 4)])
def test_age_bands(age, band):
    assert age_band(POLICY, age) == band


@given(applicants(), st.randoms())
def test_the_order_does_not_depend_on_how_applicants_are_given(people, rng):
    shuffled = list(people)
    rng.shuffle(shuffled)
    assert order(POLICY, people) == order(POLICY, shuffled)
    assert [p.position for p in order(POLICY, people)] == list(range(1, len(people) + 1))


@given(applicants(), st.data())
def test_a_newcomer_changes_nobodys_place_among_the_others(people, data):
    if people:
        gone = data.draw(st.sampled_from(people)).number
        rest = [p.number for p in order(POLICY, [a for a in people if a.number != gone])]
        assert rest == [p.number for p in order(POLICY, people) if p.number != gone]


@given(applicants(), beds, st.data())
def test_nobody_better_placed_who_fits_is_passed_over(people, bed, data):
    standing = {a.number: data.draw(standings) for a in people}
    choice = choose(POLICY, people, bed, standing, today=TODAY)
    by_number = {a.number: a for a in people}
    fitting = [a for a in people if why_not(a, bed, standing[a.number], today=TODAY) is None]
    best = min(fitting, key=lambda a: key_of(POLICY, a), default=None)
    assert choice.chosen == (best.number if best else None)
    ahead = [p.number for p in order(POLICY, people)]
    ahead = ahead[: ahead.index(choice.chosen)] if choice.chosen else ahead
    assert [number for number, _ in choice.passed_over] == ahead
    for number, reason in choice.passed_over:
        assert reason == why_not(by_number[number], bed, standing[number], today=TODAY)


@pytest.mark.parametrize(
    ("applicant", "bed", "standing", "reason"),
    [
        (one(homes=frozenset({2})), FreeBed(1, "nursing"), VALID, PassedOver.OTHER_HOME),
        (one(bed_kinds=frozenset({"ordinary"})), FreeBed(1, "nursing"), VALID, PassedOver.OTHER_BED_KIND),
        (one(sex="male"), FreeBed(1, "nursing", "female"), VALID, PassedOver.OTHER_SEX),
        (one(), FreeBed(1, "dementia", needs=DEMENTED), VALID, PassedOver.NOT_NEEDED),
        (one(facts=DEMENTED), FreeBed(1, "dementia", needs=DEMENTED), VALID, None),
        (one(bed_kinds=DEMENTED), FreeBed(1, "dementia", needs=DEMENTED), VALID, None),
        (one(), FreeBed(1, "nursing"), Standing(True, VALID.assessed_until), PassedOver.OFFER_OPEN),
        (one(), FreeBed(1, "nursing"), Standing(), PassedOver.ASSESSMENT_EXPIRED),
        (one(), FreeBed(1, "nursing"), Standing(assessed_until=TODAY), PassedOver.ASSESSMENT_EXPIRED),
        (one(), FreeBed(1, "nursing"), Standing(False, VALID.assessed_until, True), PassedOver.SKIPPED),
        (one(), FreeBed(1, "nursing"), VALID, None),
    ],
)
def test_each_reason(applicant, bed, standing, reason):
    assert why_not(applicant, bed, standing, today=TODAY) == reason


def test_the_first_refusal_keeps_the_place_and_the_second_within_a_year_does_not():
    first = after_refusal(POLICY, [], date(2026, 3, 1))
    assert first.keeps_place and first.barred_until is None
    second = after_refusal(POLICY, [date(2026, 3, 1)], date(2027, 2, 28))
    assert not second.keeps_place and second.barred_until == date(2028, 2, 28)
    assert after_refusal(POLICY, [date(2026, 3, 1)], date(2027, 3, 1)).keeps_place


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-60, 60))
def test_months_later_lands_in_the_right_month(day, months):
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(applicants(), applicants(), st.data())
def test_what_moved_accounts_for_the_whole_difference(then, now, data):
    both = sorted({a.number for a in then} & {a.number for a in now})
    if not both:
        return
    number = data.draw(st.sampled_from(both))
    moved = what_moved(order(POLICY, then), order(POLICY, now), number)
    back = moved.others[Mover.JOINED_AHEAD] + moved.others[Mover.MOVED_AHEAD]
    forward = moved.others[Mover.LEFT] + moved.others[Mover.FELL_BEHIND]
    assert moved.after == moved.before + back - forward


def test_the_words_name_the_persons_own_values():
    applicant = one(facts=frozenset({"low_income", "dementia"}), level=3, age=84)
    place = order(POLICY, [applicant])[0]
    told = "".join(why_here(POLICY, applicant, place))
    for part in ("低保家庭中的特殊困难老年人", "3 级", "80 岁以上", "2026年1月1日", "S1", "第 1 位"):
        assert part in told


def test_a_policy_that_leaves_somebody_without_a_class_is_refused(tmp_path):
    source = Path(waiting_lists.__file__).with_name("public-homes-demo.yaml")
    file = tmp_path / "x.yaml"
    file.write_text(source.read_text().replace("needs: []", "needs: [[age_80]]"))
    with pytest.raises(BadRulebook, match="最后一类"):
        read_policy(file)
