"""What an elder reads about the own application has no dates of a machine."""

import re
from datetime import date

import pytest

from tests.residence import waiting as make
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.kernel.periods import spoken_day
from yinling.residence.operations.offering import offer_bed
from yinling.residence.operations.skips import propose_skip
from yinling.residence.queries.waiting import list_timeline
from yinling.residence.waiting_choices import SkipGround

pytestmark = pytest.mark.django_db


def test_the_course_of_an_application_says_its_days_as_a_letter_does(world):
    home, person = make.public_home(world), make.elder(world, 1)
    row = make.waiting(person, home, at=AT)
    propose_skip(
        application=row,
        ground=SkipGround.OTHER,
        particulars="外出",
        until=date(2026, 11, 2),
        by=world.accounts[Role.DISTRICT_BUREAU],
        at=AT,
    )
    offer = offer_bed(bed=make.beds_of(home)[0], by=None, at=AT)
    said = " ".join(event["text"] for event in list_timeline(row))
    assert f"{spoken_day(offer.answer_by)}以前答复" in said and "至2026年11月2日" in said
    assert not re.search(r"\d{4}-\d\d", said)
