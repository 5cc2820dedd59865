"""延伸服务: a home counts when it offers and visits; the page, the view and the indicator agree."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registry import make
from tests.residence.stays import DAY, OPENED
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.governance.queries.live import as_of
from yinling.kernel.errors import ReasonMissing
from yinling.registry.choices import PlaceKind, Post
from yinling.registry.operations.beds import open_home_care_bed
from yinling.registry.operations.workers import employ_worker
from yinling.registry.refusals import WrongDates
from yinling.residence.models import HomeService, HomeVisit
from yinling.residence.models.home_visits import HomeServiceKind
from yinling.residence.operations import home_visits as acts
from yinling.residence.operations.home_visits import VisitInput
from yinling.residence.queries import home_visits as reads

pytestmark = pytest.mark.django_db
MEAL, BATH = HomeServiceKind.MEAL, HomeServiceKind.BATHING


@pytest.fixture
def w(world):
    world.home = make.place(world)
    world.manager = world.accounts[Role.INSTITUTION_MANAGER]
    world.carer = world.accounts[Role.CARE_WORKER]
    world.district = world.accounts[Role.DISTRICT_BUREAU]
    return world


def offer(w, kind=MEAL, since=date(2026, 1, 1), by=None):
    return acts.offer_home_service(place=w.home, kind=kind, since=since, by=by or w.manager, at=AT)


def visit(w, on=TODAY, kind=MEAL, by=None, minutes=40, **more):
    return acts.record_home_visit(
        place=w.home, visit=VisitInput(kind, on, minutes, **more), by=by or w.carer, at=AT
    )


def counts(w, day) -> bool:
    """By the view; the page's own count must say the same."""
    with as_of(day) as cursor:
        cursor.execute("SELECT home_visits FROM facts.place WHERE id = %s", [w.home.pk])
        (found,) = cursor.fetchone()
    (row,) = reads.coverage(actor=w.district, divisions=[w.huancui], on=day)
    assert (row.homes, row.visiting) == (1, int(found))
    return found


def test_a_home_counts_from_its_first_visit_for_twelve_months_while_it_offers(w):
    service = offer(w)
    assert not counts(w, TODAY)  # offered, but nobody visited
    row = visit(w)
    assert counts(w, TODAY)
    assert not counts(w, TODAY - DAY)
    assert counts(w, date(2027, 10, 19))
    assert not counts(w, date(2027, 10, 20))
    assert [r[0] for r in reads.list_silent(actor=w.district, on=date(2027, 10, 20))] == [w.home.pk]
    HomeService.objects.filter(pk=service.pk).update(valid_to=TODAY + 5 * DAY)
    assert (counts(w, TODAY + 4 * DAY), counts(w, TODAY + 5 * DAY)) == (True, False)
    acts.withdraw_home_visit(visit=row, reason="记错机构", by=w.manager, at=AT)
    assert not counts(w, TODAY)


def test_a_visit_needs_an_offer_of_its_kind_on_its_day(w):
    offer(w, since=date(2026, 10, 1))
    with pytest.raises(acts.NotOffered):
        visit(w, kind=BATH)
    with pytest.raises(acts.NotOffered):
        visit(w, on=date(2026, 9, 30))
    with pytest.raises(WrongDates):
        visit(w, on=TODAY + DAY)
    with pytest.raises(WrongDates):
        visit(w, on=TODAY - 93 * DAY)
    with pytest.raises(acts.AlreadyOffered):
        offer(w)


def test_numbers_are_within_reason(w):
    offer(w)
    for more in ({"people": 0}, {"people": 501}, {"minutes": 0}, {"minutes": 721}):
        with pytest.raises(acts.VisitIncomplete):
            visit(w, **more)


def test_names_are_only_those_of_own_clients_and_own_staff(w):
    offer(w)
    person = make.person(w.village)
    with pytest.raises(acts.NotItsClient):
        visit(w, person=person)
    open_home_care_bed(person=person, place=w.home, opened_on=date(2026, 5, 1), by=None, at=AT)
    assert visit(w, person=person).person == person
    with pytest.raises(acts.VisitIncomplete):
        visit(w, person=person, people=2)
    elsewhere = make.place(w, name="荣成颐养院", foreign=True)
    nurse = make.person(w.foreign_village, name="于护士", serial=55, born_on=date(1985, 1, 1))
    worker = employ_worker(person=nurse, place=elsewhere, post=Post.NURSE, since=OPENED, by=None, at=AT)
    with pytest.raises(acts.NotItsWorker):
        visit(w, worker=worker)


def test_ending_a_service_leaves_what_was_given_true(w):
    service = offer(w)
    visit(w, on=TODAY - DAY)
    with pytest.raises(WrongDates):
        acts.end_home_service(service=service, on=TODAY - DAY, by=w.manager, at=AT)
    acts.end_home_service(service=service, on=TODAY, by=w.manager, at=AT)
    with pytest.raises(acts.NotOffered):
        visit(w)


def test_who_may(w):
    with pytest.raises(NotPermitted):
        offer(w, by=w.carer)
    with pytest.raises(OutOfScope):
        offer(w, by=w.foreign[Role.INSTITUTION_MANAGER])
    offer(w)
    with pytest.raises(NotPermitted):
        visit(w, by=w.district)
    with pytest.raises(OutOfScope):
        visit(w, by=w.foreign[Role.CARE_WORKER])
    row = visit(w)
    with pytest.raises(NotPermitted):
        acts.withdraw_home_visit(visit=row, reason="记错", by=w.carer, at=AT)
    with pytest.raises(ReasonMissing):
        acts.withdraw_home_visit(visit=row, reason="", by=w.manager, at=AT)
    w.home = make.place(w, name="医院", kind=PlaceKind.HOSPITAL)
    with pytest.raises(acts.PlaceGoesOut):
        offer(w)


spans = st.tuples(st.integers(-900, 20), st.one_of(st.none(), st.integers(1, 500)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(service=spans, days=st.lists(st.integers(-900, 30), max_size=4), shown=st.integers(-400, 30))
def test_any_history_is_counted_alike_on_any_day(w, service, days, shown):
    HomeVisit.objects.all().delete()
    HomeService.objects.all().delete()
    place = {"place": w.home, "division_path": w.home.division_path, "kind": MEAL}
    start = TODAY + timedelta(days=service[0])
    end = start + timedelta(days=service[1]) if service[1] else None
    HomeService.objects.create(**place, valid_from=start, valid_to=end)
    made = [TODAY + timedelta(days=n) for n in days]
    for on in made:
        HomeVisit.objects.create(**place, on=on, minutes=30, recorded_at=AT)
    day = TODAY + timedelta(days=shown)
    offered = start <= day and (end is None or end > day)
    expected = offered and any(reads.year_before(day) < on <= day for on in made)
    assert counts(w, day) is expected
