"""The bed map is what the stays say, now and at every moment before; its pages, and how often they ask."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.registry.make import id_number
from tests.residence.stays import DAY, HOUR, bed, elder, home, moved_in
from tests.world import AT, TODAY
from yinling.core.access.roles import Role
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PersonState
from yinling.registry.models import Bed
from yinling.registry.operations.beds import close_bed, open_beds
from yinling.registry.operations.states import change_state
from yinling.residence.choices import BedState, StayEnd, StayKind
from yinling.residence.models import Stay
from yinling.residence.operations import absences, leaving, stays
from yinling.residence.operations.rooms import (
    RoomInUse,
    RoomsDoNotFit,
    RoomsInput,
    close_room,
    open_building,
    open_rooms,
    place_beds,
)
from yinling.residence.queries.bed_map import get_bed_map
from yinling.residence.queries.residents import list_due
from yinling.residence.queries.vacancy import HomeFilters, age_words, list_vacancies

pytestmark = pytest.mark.django_db
SYSTEM = {"by": None, "at": AT}
PEOPLE, BEDS = st.integers(0, 3), st.integers(0, 3)


def cells(place, at) -> dict:
    return {c.code: c for f in get_bed_map(place, at).floors for r in f.rooms for c in r.beds}


def client_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


class Clerks(RuleBasedStateMachine):
    """Acts in any order on four people and four beds of two homes, beside a plain picture of who lies where."""

    world = None

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.savepoint()
        self.now = AT - 5 * HOUR
        self.places = [home(self.world, 2, name=f"海山{n}院") for n in range(2)]
        self.beds = list(Bed.objects.filter(place__in=self.places).order_by("pk"))
        self.people = [elder(self.world, 50 + n) for n in range(4)]
        self.where: dict[int, tuple[int, str]] = {}  # person: (bed, state)
        self.entered: dict[int, int] = {}  # person: how many moments were past when the stay began
        self.plain: set[int] = set()  # who did nothing since moving in
        self.past: list[tuple] = []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.undo)

    def tick(self):
        self.past.append((self.now, dict(self.where)))
        self.now += timedelta(minutes=7)
        return {"by": None, "at": self.now}

    def act(self, person: int, do) -> bool:
        """Whether it was done; what the picture forbids must be refused."""
        try:
            with transaction.atomic():
                do(Stay.objects.filter(person=self.people[person], until=None).first())
        except DomainError:
            return False
        self.plain.discard(person)
        return True

    def free(self, bed: int) -> bool:
        return bed not in {b for b, _ in self.where.values()}

    @rule(person=PEOPLE, bed=BEDS)
    def move_in(self, person, bed):
        by, may = self.tick(), person not in self.where and self.free(bed)
        self.people[person].refresh_from_db()
        may = may and self.people[person].state == "active"
        assert may == self.act(
            person,
            lambda _: stays.admit(
                person=self.people[person], bed=self.beds[bed], kind=StayKind.LONG, since=self.now, **by
            ),
        )
        if may:
            self.where[person], self.entered[person] = (bed, BedState.TAKEN), len(self.past)
            self.plain.add(person)

    @rule(person=PEOPLE, bed=BEDS)
    def to_bed(self, person, bed):
        if person not in self.where:
            return
        by, (old, state) = self.tick(), self.where[person]
        other_home = self.beds[old].place_id != self.beds[bed].place_id
        may = self.free(bed) and not (other_home and state != BedState.TAKEN)
        assert may == self.act(
            person, lambda stay: stays.transfer(stay=stay, bed=self.beds[bed], since=self.now, **by)
        )
        if may:
            self.where[person] = (bed, state)

    @rule(person=PEOPLE, hospital=st.booleans())
    def away(self, person, hospital):
        if person not in self.where:
            return
        by, (bed, state) = self.tick(), self.where[person]
        may = state == BedState.TAKEN or (hospital and state == BedState.ON_LEAVE)
        if hospital:
            done = self.act(person, lambda s: absences.go_to_hospital(stay=s, since=self.now, **by))
        else:
            day = TODAY + DAY
            done = self.act(
                person,
                lambda s: absences.start_leave(
                    stay=s, since=self.now, expected_back=day, reason="探亲", **by
                ),
            )
        assert may == done
        if done:
            self.where[person] = (bed, BedState.IN_HOSPITAL if hospital else BedState.ON_LEAVE)

    @rule(person=PEOPLE)
    def back(self, person):
        if person not in self.where:
            return
        by, (bed, state) = self.tick(), self.where[person]
        done = self.act(person, lambda s: absences.return_from_absence(stay=s, until=self.now, **by))
        assert done == (state != BedState.TAKEN)
        self.where[person] = (bed, BedState.TAKEN)

    @rule(person=PEOPLE)
    def leave(self, person):
        if person not in self.where:
            return
        by = self.tick()
        assert self.act(
            person,
            lambda s: leaving.end_stay(stay=s, how=StayEnd.DEPARTED, until=self.now, reason="回家", **by),
        )
        del self.where[person]

    @rule(person=PEOPLE)
    def die(self, person):
        self.people[person].refresh_from_db()
        if self.people[person].state != PersonState.ACTIVE or len(self.past) < 6:
            return
        by = self.tick()
        change_state(person=self.people[person], state=PersonState.DECEASED, on=TODAY, reason="病故", **by)
        self.where.pop(person, None)
        self.plain.discard(person)

    @rule(person=PEOPLE)
    def undo_moving_in(self, person):
        if person not in self.where:
            return
        by, plain = self.tick(), person in self.plain
        done = self.act(person, lambda s: leaving.reverse_admission(stay=s, reason="登记错人", **by))
        came = Stay.objects.filter(person=self.people[person]).order_by("-pk").first()
        assert done == plain or came.absences.exists() or came.occupancies.count() > 1 or came.came_from_id
        if done:
            del self.where[person]
            for _, picture in self.past[self.entered[person] :]:
                picture.pop(person, None)

    @invariant()
    def the_map_shows_the_picture_now_and_at_every_moment_before(self):
        for moment, picture in [(self.now, self.where), *self.past[-3:], *self.past[:2]]:
            shown = {}
            for place in self.places:
                shown |= {c.pk: (c.stay_id > 0, c.state) for c in _all(place, moment)}
            held = {self.beds[b].pk: (True, state) for b, state in picture.values()}
            expected = {b.pk: held.get(b.pk, (False, BedState.FREE)) for b in self.beds}
            assert shown == expected


def _all(place, at):
    return [c for f in get_bed_map(place, at).floors for r in f.rooms for c in r.beds]


def test_the_map_is_the_stays_whatever_happens(world):
    Clerks.world = world
    run_state_machine_as_test(
        Clerks,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_moment_of_the_past_is_shown_as_it_was(world):
    place, manager = home(world, 2), world.accounts[Role.INSTITUTION_MANAGER]
    stay = moved_in(elder(world, name="邢守义"), bed(place), since=AT - 3 * DAY)
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT - DAY, reason="回家", **SYSTEM)
    client, url = client_of(manager), reverse("residence:bed_map", args=[place.pk])
    assert "邢守义" not in client.get(url).content.decode()
    then = client.get(url, {"at": f"{timezone.localtime(AT - 2 * DAY):%Y-%m-%dT%H:%M}"}).content.decode()
    assert "邢守义" in then and "every 30s" not in then
    for wrong in ("2999-01-01T00:00", "gestern", "9999999999999"):
        assert "已显示现在的床位" in client.get(url, {"at": wrong}).content.decode()


def test_the_part_that_refreshes_is_the_same_as_on_the_page(world):
    place = home(world, 2)
    moved_in(elder(world), bed(place))
    client = client_of(world.accounts[Role.INSTITUTION_MANAGER])
    url = reverse("residence:bed_map", args=[place.pk])
    part = client.get(url, headers={"HX-Request": "true", "HX-Target": "bed-map"}).content.decode()
    assert "<h1" not in part and "邢守义" in part and "bed--taken" in part


def test_rooms_hold_beds_and_a_closed_bed_is_shown_as_such(world):
    place = home(world, 5)
    building = open_building(place=place, name="一号楼", **SYSTEM)
    first, second = open_rooms(building=building, rooms=RoomsInput(1, 101, 2, beds_each=2), **SYSTEM)
    with pytest.raises(RoomsDoNotFit):
        open_rooms(building=building, rooms=RoomsInput(1, 102, 1), **SYSTEM)
    shown = get_bed_map(place, AT)
    assert [(f.floor, r.name, len(r.beds)) for f in shown.floors for r in f.rooms] == [
        (1, "101", 2),
        (1, "102", 2),
        (None, "未分房间", 1),
    ]
    with pytest.raises(RoomInUse):
        close_room(room=second, **SYSTEM)
    place_beds(beds=[bed(place, 3), bed(place, 4)], room=first, **SYSTEM)
    close_room(room=second, **SYSTEM)
    close_bed(bed=bed(place), on=TODAY, **SYSTEM)
    assert cells(place, AT)["0001"].state == BedState.CLOSED
    assert cells(place, AT - DAY)["0001"].state == BedState.FREE
    assert get_bed_map(place, AT).total == 4


def test_vacancy_counts_what_is_free_and_says_how_old_it_is(world):
    place = home(world, 3)
    stay = moved_in(elder(world), bed(place), since=AT - 2 * HOUR)
    (row,) = list_vacancies(HomeFilters(), AT)
    assert (row.all_beds.total, row.all_beds.free, row.free_kinds) == (3, 2, [("普通床位", 2)])
    assert age_words(row.changed_at, AT) == "2 小时前"
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT, reason="回家", **SYSTEM)
    assert list_vacancies(HomeFilters(with_bed="ordinary"), AT)[0].all_beds.free == 3
    assert list_vacancies(HomeFilters(with_bed="nursing"), AT) == []


def test_terms_and_returns_that_are_due_are_listed(world):
    place, actor = home(world, 3), world.accounts[Role.INSTITUTION_MANAGER]
    moved_in(
        elder(world), bed(place), since=AT - 20 * DAY, kind=StayKind.RESPITE, planned_until=TODAY - 2 * DAY
    )
    away = moved_in(elder(world, 32), bed(place, 2), since=AT - 20 * DAY)
    absences.start_leave(stay=away, since=AT - 5 * DAY, expected_back=TODAY - DAY, reason="探亲", **SYSTEM)
    moved_in(elder(world, 33), bed(place, 3), since=AT - 20 * DAY, kind=StayKind.TRIAL)
    rows = list_due(actor=actor, at=AT)
    assert [(r.late, r.what[:4]) for r in rows] == [(2, "短期托养"), (1, "请假外出")]
    assert list_due(actor=world.foreign[Role.INSTITUTION_MANAGER], at=AT) == []


def test_pages_do_not_ask_more_often_for_more_residents(world):
    place = home(world, 30)
    client = client_of(world.accounts[Role.INSTITUTION_MANAGER])
    pages = [
        reverse("residence:bed_map", args=[place.pk]),
        reverse("residence:rooms", args=[place.pk]),
        reverse("residence:residents"),
        reverse("residence:stays_due"),
        reverse("residence:vacancies"),
    ]

    def asked() -> list[int]:
        counts = []
        for url in pages:
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
        return counts

    building = open_building(place=place, name="一号楼", **SYSTEM)
    open_rooms(building=building, rooms=RoomsInput(1, 101, 2, beds_each=2), **SYSTEM)
    moved_in(elder(world), bed(place), kind=StayKind.TRIAL)
    few = asked()
    open_rooms(building=building, rooms=RoomsInput(2, 201, 8, beds_each=2), **SYSTEM)
    for n in range(2, 16):
        stay = moved_in(elder(world, 40 + n), bed(place, n), kind=StayKind.TRIAL)
        if n % 3 == 0:
            absences.go_to_hospital(stay=stay, since=AT - HOUR, **SYSTEM)
    open_beds(place=home(world, 2, name="第二养老院"), count=1, opened_on=TODAY, **SYSTEM)
    many = asked()
    assert all(b <= a for a, b in zip(few, many, strict=True)), (few, many)


def test_the_counter_moves_somebody_in_by_name_and_number(world):
    place, person = home(world, 2), elder(world)
    client = client_of(world.accounts[Role.INSTITUTION_MANAGER])
    url = reverse("residence:admission", args=[place.pk])
    wrong = client.post(url, {"name": "别人", "id_kind": "id_card", "number": id_number(serial=31)})
    assert wrong.status_code == 422 and "没有找到" in wrong.content.decode()
    found = client.post(url, {"name": person.name, "id_kind": "id_card", "number": id_number(serial=31)})
    assert found.status_code == 303
    form = client.get(found.url)
    assert form.status_code == 200 and "能力评估" in form.content.decode()
    since = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    given = {"bed": bed(place).pk, "kind": "trial", "since": since}
    done = client.post(found.url, given)
    stay = Stay.objects.get(person=person, until=None)
    assert done.status_code == 303 and done.url == reverse("residence:resident", args=[stay.pk])
    page = client.get(done.url).content.decode()
    assert "暂时打不开" not in page and "住养经过" in page
    other = client_of(world.accounts[Role.CARE_WORKER])
    assert other.get(found.url).status_code == 403
    assert client.get(found.url.replace("found=", "found=x")).status_code == 404
