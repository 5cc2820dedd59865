"""Two people at the same moment."""

import pytest

from tests.governance.policy_world import SHORT, measure, read
from tests.races import at_once
from tests.world import AT, build_world
from yinling.core.access.roles import Role
from yinling.governance.models import PolicyDocument
from yinling.governance.operations.documents import (
    MeasureAlreadyConfirmed,
    confirm_measure,
    import_document,
)
from yinling.governance.operations.tasks import TasksAlreadyMade, make_tasks

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_people_confirming_one_is_first_and_the_other_is_told():
    world = build_world()
    city = world.accounts[Role.CITY_BUREAU]
    first = measure(read(world), 1)
    results = at_once(
        lambda: confirm_measure(measure=first, by=city, at=AT),
        lambda: confirm_measure(measure=first, by=world.second, at=AT),
    )
    assert sorted(type(r).__name__ for r in results) == ["Measure", "MeasureAlreadyConfirmed"]
    (refused,) = [r for r in results if isinstance(r, MeasureAlreadyConfirmed)]
    first.refresh_from_db()
    assert first.confirmed_by.full_name in refused.message


def test_tasks_are_made_once_and_a_document_is_imported_once():
    world = build_world()
    city = world.accounts[Role.CITY_BUREAU]
    imported = at_once(*[lambda: import_document(data=SHORT.encode(), filename="a.txt", by=city, at=AT)] * 3)
    assert len({d.pk for d in imported}) == 1 and PolicyDocument.objects.count() == 1
    first = measure(imported[0], 1)
    confirm_measure(measure=first, by=city, at=AT)
    results = at_once(*[lambda: make_tasks(measure=first, by=city, at=AT)] * 2)
    assert sum(isinstance(r, TasksAlreadyMade) for r in results) == 1 and first.tasks.count() == 1
