import pytest

from tests.assessment import make
from tests.residence import stays
from tests.world import AT
from yinling.assessment.interests import interested_bodies
from yinling.assessment.operations.appointments import ConflictOfInterest
from yinling.assessment.operations.requests import decide_request


def test_whoever_runs_the_home_does_not_assess_who_lives_there(world):
    person = stays.elder(world)
    stays.moved_in(person, stays.bed(stays.home(world)))
    assert interested_bodies(person, AT) == {world.operator.pk}
    asked = make.request(person, reason="immediate")
    decide_request(request=asked, accept=True, by=None, at=AT)
    with pytest.raises(ConflictOfInterest, match="回避"):
        make.give(asked, make.assessors(world, ("assessor_o", "assessor_p"), world.operator))
