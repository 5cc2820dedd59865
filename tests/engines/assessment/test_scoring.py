from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.assessment.gate import Help, rate
from yinling.engines.assessment.reading_out import changes, reasons
from yinling.engines.assessment.scoring import (
    AnswerNotAnOption,
    ConditionUnknown,
    ItemLeftOut,
    TotalImpossible,
    score,
    score_totals,
)
from yinling.rulebook.instruments import load

ABILITY, LTCI = load()["gbt42195-2022"], load()["ltci37-2021"]
RAISING = ["dementia_or_mental", "risk_events"]


def best(instrument):
    return {item.code: max(item.by_score) for item in instrument.items}


def sheets(instrument):
    return st.fixed_dictionaries({i.code: st.sampled_from(sorted(i.by_score)) for i in instrument.items})


def with_total(instrument, total):
    """Some sheet with this total, by taking points from the first items on."""
    sheet = best(instrument)
    over = sum(sheet.values()) - total
    for item in instrument.items:
        for lower in sorted(item.by_score):
            if sheet[item.code] - lower <= over:
                over -= sheet[item.code] - lower
                sheet[item.code] = lower
                break
    assert over == 0
    return sheet


def test_the_ability_standard_has_26_items_and_90_points():
    assert len(ABILITY.items) == 26 and ABILITY.highest == 90
    assert [d.highest for d in ABILITY.domains] == [32, 15, 28, 15]


def test_the_long_term_care_standard_has_17_items():
    assert [sum(i.domain == d.code for i in LTCI.items) for d in LTCI.domains] == [10, 4, 3]
    assert [d.highest for d in LTCI.domains] == [100, 16, 12]


def expected_ability(total):
    """Table of GB/T 42195-2022, written out here on purpose."""
    if total == 90:
        return 0
    return 1 if total >= 66 else 2 if total >= 46 else 3 if total >= 30 else 4


@pytest.mark.parametrize("total", range(91))
def test_each_total_of_the_ability_standard_has_its_level(total):
    result = score(ABILITY, with_total(ABILITY, total))
    assert result.total == total and result.level == result.first_level == expected_ability(total)


@pytest.mark.parametrize("first_total", [90, 89, 66, 65, 46, 45, 30, 29, 0])
@pytest.mark.parametrize("conditions", [c for n in range(4) for c in product(["coma", *RAISING], repeat=n)])
def test_adjustments_raise_once_and_coma_sets_the_worst_level(first_total, conditions):
    result = score(ABILITY, with_total(ABILITY, first_total), set(conditions))
    if "coma" in conditions:
        assert result.level == 4
    else:
        assert result.level == min(expected_ability(first_total) + bool(conditions), 4)
    assert set(result.adjusted_by) == set(conditions)


ADL = [(100, 0), (95, 1), (65, 1), (60, 2), (45, 2), (40, 3), (0, 3)]
COGNITION = [(16, 0), (15, 1), (4, 1), (3, 2), (2, 2), (1, 3), (0, 3)]
SENSORY = [(12, 0), (11, 1), (4, 1), (3, 2), (2, 2), (1, 3), (0, 3)]
MATRIX = {0: "0011", 1: "1112", 2: "2223", 3: "3345"}


@pytest.mark.parametrize(("adl", "cognition", "sensory"), list(product(ADL, COGNITION, SENSORY)))
def test_each_boundary_and_each_cell_of_the_matrix(adl, cognition, sensory):
    result = score_totals(LTCI, {"C1": adl[0], "C2": cognition[0], "C3": sensory[0]})
    assert result.level == int(MATRIX[adl[1]][max(cognition[1], sensory[1])])


def test_every_combination_of_totals_has_the_level_of_its_cell():
    def band(total, full, middle, low):
        return 0 if total == full else 1 if total >= middle else 2 if total >= low else 3

    for adl, cognition, sensory in product(range(0, 101, 5), range(17), range(13)):
        worse = max(band(cognition, 16, 4, 2), band(sensory, 12, 4, 2))
        level = score_totals(LTCI, {"C1": adl, "C2": cognition, "C3": sensory}).level
        assert level == int(MATRIX[band(adl, 100, 65, 45)][worse]), (adl, cognition, sensory)


@pytest.mark.parametrize("total", [n for n in range(101) if n % 5])
def test_an_adl_total_that_is_no_multiple_of_five_is_refused(total):
    with pytest.raises(TotalImpossible, match="5 的倍数"):
        score_totals(LTCI, {"C1": total, "C2": 16, "C3": 12})


@pytest.mark.parametrize("totals", [{"C1": 105, "C2": 0, "C3": 0}, {"C1": -5, "C2": 0, "C3": 0}, {"C1": 100}])
def test_totals_out_of_range_or_missing_are_refused(totals):
    with pytest.raises(TotalImpossible):
        score_totals(LTCI, totals)


@pytest.mark.parametrize("instrument", [ABILITY, LTCI], ids=lambda i: i.id)
def test_every_item_must_be_answered_with_one_of_its_options(instrument):
    for item in instrument.items:
        short = best(instrument)
        del short[item.code]
        with pytest.raises(ItemLeftOut, match=item.name):
            score(instrument, short)
        for wrong in (max(item.by_score) + 1, -1, True, 2.5, "4"):
            with pytest.raises(AnswerNotAnOption, match=item.name):
                score(instrument, {**best(instrument), item.code: wrong})


def test_items_and_conditions_of_another_instrument_are_refused():
    with pytest.raises(AnswerNotAnOption, match=r"C1\.1"):
        score(ABILITY, {**best(ABILITY), "C1.1": 10})
    with pytest.raises(ConditionUnknown):
        score(LTCI, best(LTCI), {"coma"})


@pytest.mark.parametrize(("a", "b"), list(product(range(4), range(4))))
def test_each_of_the_16_self_ratings(a, b):
    table = ["ABBC", "BCDE", "DEEF", "EFFG"]
    answers = dict.fromkeys([c for c, _ in (*LTCI.gate.class_a, *LTCI.gate.class_b)], Help.PARTIAL)
    answers |= dict.fromkeys([c for c, _ in LTCI.gate.class_a[:a]], Help.DEPENDENT)
    answers |= dict.fromkeys([c for c, _ in LTCI.gate.class_b[:b]], Help.DEPENDENT)
    rated = rate(LTCI.gate, answers)
    assert (rated.grade, rated.may_apply) == (table[a][b], table[a][b] in "EFG")


def test_a_self_rating_left_open_is_refused():
    with pytest.raises(ItemLeftOut, match="进食"):
        rate(LTCI.gate, {})


@given(sheets(ABILITY), st.sets(st.sampled_from(RAISING)))
def test_doing_better_in_one_item_never_makes_the_level_worse(sheet, conditions):
    level = score(ABILITY, sheet, conditions).level
    for item in ABILITY.items:
        better = min((s for s in item.by_score if s > sheet[item.code]), default=None)
        if better is not None:
            assert score(ABILITY, {**sheet, item.code: better}, conditions).level <= level


@given(sheets(LTCI))
def test_items_and_totals_lead_to_the_same_level(sheet):
    result = score(LTCI, sheet)
    assert score_totals(LTCI, result.totals) == result
    assert sum(result.totals.values()) == result.total == sum(sheet.values())


@given(sheets(ABILITY), sheets(ABILITY))
def test_changes_lead_from_one_sheet_to_the_other(before, after):
    told = changes(ABILITY, before, after)
    assert {c.code for c in told} == {k for k in before if before[k] != after[k]}
    assert sum(c.gained for c in told) == sum(after.values()) - sum(before.values())


def test_the_reasons_say_how_the_level_came_to_be():
    told = reasons(ABILITY, score(ABILITY, with_total(ABILITY, 70), set(RAISING)))
    assert any("总分 70 分" in line and "1级" in line for line in told)
    assert any("只提高一次" in line for line in told) and "2 级" in told[-1]
    told = reasons(LTCI, score_totals(LTCI, {"C1": 40, "C2": 16, "C3": 1}))
    assert any("较差的是感知觉与沟通能力“重度受损”" in line for line in told) and "5 级" in told[-1]
