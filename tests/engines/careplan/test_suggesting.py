import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.careplan import suggest, suggest_risks
from yinling.kernel.care import Assessed
from yinling.rulebook import care, instruments

RULES = care.load()
GB = instruments.load()["gbt42195-2022"]
BEST = {i.code: max(i.by_score) for i in GB.items}
WORST = {i.code: min(i.by_score) for i in GB.items}
answers = st.fixed_dictionaries({i.code: st.sampled_from(sorted(i.by_score)) for i in GB.items})
ORDER = ("low", "medium", "high")


def assessed(given_answers=BEST, level=0, grounds=()):
    return Assessed(GB.id, level, {**BEST, **given_answers}, tuple(grounds))


def codes(found):
    return [s.rule.code for s in found]


def test_who_can_do_everything_is_looked_in_on_and_nothing_more():
    assert codes(suggest(RULES.items, assessed())) == ["round_day"]
    assert {s.level for s in suggest_risks(RULES.risks, assessed())} == {"low"}


def test_each_suggestion_says_why_in_the_words_of_the_item():
    found = {s.rule.code: s.reasons for s in suggest(RULES.items, assessed({"B.1.3": 1}))}
    assert found["bath"] == ("洗澡要他人协助",)


@pytest.mark.parametrize(
    ("score", "wanted"), [(4, []), (3, []), (2, ["meal_help"]), (1, ["meal_help"]), (0, ["meal_feed"])]
)
def test_help_with_meals_follows_the_answer(score, wanted):
    found = [c for c in codes(suggest(RULES.items, assessed({"B.1.1": score}))) if c.startswith("meal")]
    assert found == wanted


def test_answers_of_another_instrument_mean_nothing_here():
    other = Assessed("ltci37-2021", 0, dict(WORST))
    assert codes(suggest(RULES.items, other)) == ["round_day"]


def test_a_diagnosis_of_dementia_is_a_ground_by_itself():
    found = {
        s.rule.code: s.level for s in suggest_risks(RULES.risks, assessed(grounds=["dementia_or_mental"]))
    }
    assert (found["ingestion"], found["wandering"], found["fall"]) == ("high", "medium", "low")


def test_every_protection_of_the_standard_is_graded_once():
    assert [s.rule.name for s in suggest_risks(RULES.risks, assessed())] == [
        "噎食", "食品药品误食", "压疮", "烫伤", "坠床", "跌倒", "走失", "他伤和自伤", "文娱活动意外",
    ]  # fmt: skip


def test_every_need_names_an_item_of_its_instrument_and_is_reachable():
    known = {code: i for inst in instruments.load().values() for code, i in ((i.code, i) for i in inst.items)}
    for rule in (*RULES.items, *RULES.risks):
        for need in getattr(rule, "needs", None) or (*rule.high, *rule.medium):
            if need.item:
                assert any(need.low <= score <= need.high for score in known[need.item].by_score), rule.code


@given(answers, st.sampled_from([i.code for i in GB.items]), st.integers(0, 4))
def test_a_worse_answer_never_makes_a_risk_less(given_answers, item, level):
    worse = {**given_answers, item: min(next(i for i in GB.items if i.code == item).by_score)}
    if item == "B.2.3":  # who cannot walk at all does not fall while walking
        return
    before = suggest_risks(RULES.risks, Assessed(GB.id, level, given_answers))
    after = suggest_risks(RULES.risks, Assessed(GB.id, level, worse))
    assert all(ORDER.index(b.level) <= ORDER.index(a.level) for b, a in zip(before, after, strict=True))
