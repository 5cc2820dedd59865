from itertools import product

import pytest

from yinling.engines.assessment.scoring import (
    AnswerNotAnOption,
    ItemLeftOut,
    check_answer,
    check_particulars,
    conditions_of,
)
from yinling.rulebook.assessing import accepted_for, instruments_for
from yinling.rulebook.assessing import load as load_rules
from yinling.rulebook.instruments import load

ABILITY, LTCI = load()["gbt42195-2022"], load()["ltci37-2021"]
EVENTS = [f"A.2.14.{n}" for n in range(1, 6)]
WELL = {q.code: min(q.by_score) for q in ABILITY.questions if q.required}


def test_a_whole_form_without_anything_bad_has_no_condition():
    check_particulars(ABILITY, WELL)
    assert conditions_of(ABILITY, WELL) == []


@pytest.mark.parametrize("times", list(product(range(4), repeat=2)))
def test_two_risk_events_raise_whatever_their_kinds(times):
    form = {**WELL, EVENTS[0]: times[0], EVENTS[4]: times[1]}
    assert ("risk_events" in conditions_of(ABILITY, form)) == (sum(times) >= 2)


@pytest.mark.parametrize("code", ["A.4.1.F00", "A.4.1.F04"])
def test_either_diagnosis_raises(code):
    assert conditions_of(ABILITY, {**WELL, code: 1}) == ["dementia_or_mental"]


def test_coma_is_its_own_condition():
    assert conditions_of(ABILITY, {**WELL, "A.5.11": 1}) == ["coma"]


@pytest.mark.parametrize("question", [q for q in ABILITY.questions if q.required], ids=lambda q: q.code)
def test_a_required_question_left_out_is_named(question):
    with pytest.raises(ItemLeftOut, match=question.name.replace("（", ".").replace("）", ".")):
        check_particulars(ABILITY, {k: v for k, v in WELL.items() if k != question.code})


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("A.5.11", 2),
        ("A.5.11", True),
        ("A.5.11", [1]),
        ("A.4.1", 1),
        ("A.4.1", [1, 1]),
        ("A.4.1", [99]),
        ("A.4.2", 3),
        ("B.1.1", 3),
        ("nothing", 1),
    ],
)
def test_what_a_question_does_not_offer_is_refused(code, value):
    with pytest.raises(AnswerNotAnOption):
        check_particulars(ABILITY, {**WELL, code: value})


@pytest.mark.parametrize(("code", "value"), [("B.1.1", 5), ("B.1.1", "4"), ("A.5.11", 1), ("C1.1", 5)])
def test_a_score_that_is_no_option_is_refused_alone(code, value):
    with pytest.raises(AnswerNotAnOption):
        check_answer(ABILITY, code, value)


def test_severe_results_for_long_term_care_hold_two_years_others_one():
    rules = load_rules()["ltci37-2021"]
    assert [rules.months_valid(level) for level in range(6)] == [12, 12, 12, 24, 24, 24]
    assert {load_rules()["gbt42195-2022"].months_valid(level) for level in range(5)} == {12}


def test_the_care_insurance_takes_no_other_instrument():
    assert instruments_for("ltci") == ("ltci37-2021",) and accepted_for()["ltci"] == ()
    assert instruments_for("admission") == ("gbt42195-2022",)
