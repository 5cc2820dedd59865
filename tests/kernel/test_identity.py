from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.kernel.identity import (
    BadCreditCode,
    BadIdNumber,
    CreditCode,
    IdNumber,
    credit_check_character,
    id_check_digit,
    mask_id_number,
    mask_name,
    mask_phone,
)

AT = date(2026, 10, 20)
numbers = st.builds(
    lambda area, born, order: (body := f"{area:06d}{born:%Y%m%d}{order:03d}") + id_check_digit(body),
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), AT),
    st.integers(0, 999),
)


def test_the_standards_own_example_is_valid():
    number = IdNumber.parse("11010519491231002X", at=AT)
    assert number.born_on == date(1949, 12, 31) and number.sex == "female"


@given(numbers)
def test_every_well_made_number_is_read_back(value):
    number = IdNumber.parse(f" {value[:6]} {value[6:].lower()}", at=AT)
    assert number.value == value and f"{number.born_on:%Y%m%d}" == value[6:14]


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(value, place, shift):
    wrong = value[:place] + str((int(value[place]) + shift) % 10) + value[place + 1 :]
    with pytest.raises(BadIdNumber):
        IdNumber.parse(wrong, at=AT)


@given(numbers, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_found(value, place):
    swapped = value[:place] + value[place + 1] + value[place] + value[place + 2 :]
    if swapped != value:
        with pytest.raises(BadIdNumber):
            IdNumber.parse(swapped, at=AT)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "18 位"),
        ("37100219500101", "18 位"),
        ("１１０１０５19491231002X", "18 位"),
        ("110105194912310020", "校验位"),
        ("110105194913310028"[:17] + id_check_digit("11010519491331002"), "出生日期"),
        ("11010520991231002"[:17] + id_check_digit("11010520991231002"), "不合理"),
    ],
)
def test_the_message_names_the_part_that_is_wrong(text, part):
    with pytest.raises(BadIdNumber) as caught:
        IdNumber.parse(text, at=AT)
    assert part in caught.value.message and caught.value.code == "BadIdNumber"


def test_a_number_never_shows_itself_in_a_traceback():
    assert "19491231" not in repr(IdNumber.parse("11010519491231002X", at=AT))


def test_masks_keep_the_least():
    assert mask_id_number("11010519491231002X") == "110105**********2X"
    assert mask_phone("13812341234") == "138****1234"
    assert mask_name("张三丰") == "张**" and mask_name("张") == "张*"


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_credit_codes_check_themselves(body):
    value = body + credit_check_character(body)
    assert CreditCode.parse(value.lower()).value == value
    wrong = value[:-1] + ("0" if value[-1] != "0" else "1")
    with pytest.raises(BadCreditCode):
        CreditCode.parse(wrong)
