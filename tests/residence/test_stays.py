"""Moving in, away, back, on and out: what is refused, and what stays true."""

from datetime import date

import pytest

from tests.residence.stays import DAY, HOUR, assess, bed, elder, home, moved_in
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.events import publish
from yinling.core.models import AuditEvent, Notice
from yinling.registry.choices import BedKind, PersonState, PlaceKind
from yinling.registry.events import PersonAnonymised
from yinling.registry.operations.beds import close_bed, close_home_care_bed, open_home_care_bed
from yinling.registry.operations.duplicates import merge_people
from yinling.registry.operations.places import close_place
from yinling.registry.operations.states import change_state
from yinling.registry.vetoes import StillNeeded
from yinling.residence import fitting
from yinling.residence.checks import StayHasEnded, WrongTime
from yinling.residence.choices import AbsenceKind, RoomSex, StayEnd, StayKind
from yinling.residence.models import Absence, Occupancy, Stay
from yinling.residence.operations import absences, leaving, stays
from yinling.residence.operations.rooms import (
    RoomForOneSex,
    RoomsInput,
    open_building,
    open_rooms,
    update_room,
)
from yinling.residence.own_stay_panels import copy_of_stays
from yinling.residence.queries.stays import current_stay, list_residents
from yinling.shell.home import sections

pytestmark = pytest.mark.django_db
SYSTEM = {"by": None, "at": AT}


def uses(person) -> list[tuple]:
    return list(
        Occupancy.objects.filter(person=person).order_by("since", "pk").values_list("kind", "since", "until")
    )


def test_who_moves_in_lives_in_the_home_and_has_the_bed(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place), by=world.accounts[Role.INSTITUTION_MANAGER])
    person.refresh_from_db()
    assert (person.living, stay.lived_before) == ("institution", "with_family")
    assert Occupancy.objects.get(stay=stay, until=None).bed == bed(place)
    assert stay.assessment == person.assessments.get()
    assert current_stay(person.pk, AT) == stay
    assert list(list_residents(place, AT)) == [stay]
    acts = AuditEvent.objects.filter(subject_type="residence.Stay", subject_id=str(stay.pk))
    assert [e.act for e in acts] == ["admit"]


@pytest.mark.parametrize(
    ("state", "words"),
    [(PersonState.DECEASED, "去世"), (PersonState.MOVED_AWAY, "迁出"), (PersonState.MISSING, "失联")],
)
def test_who_is_not_in_the_register_does_not_move_in(world, state, words):
    place, person = home(world), elder(world)
    change_state(person=person, state=state, on=TODAY, reason="登记", **SYSTEM)
    with pytest.raises(fitting.PersonNotInRegister, match=words):
        moved_in(person, bed(place), since=AT)


def test_who_was_not_assessed_is_told_how_to_be(world):
    place = home(world)
    with pytest.raises(fitting.NotAssessed, match="评估申请"):
        moved_in(elder(world, assessed=False), bed(place))
    late = elder(world, 32, assessed=False)
    assess(late, valid_from=date(2024, 1, 1), years=1)
    with pytest.raises(fitting.NotAssessed):
        moved_in(late, bed(place))
    assert not Stay.objects.exists() and not Occupancy.objects.exists()


def test_a_bed_taken_or_closed_or_of_another_kind_is_refused(world):
    place, nursing = home(world), home(world, name="护理院", kind=BedKind.NURSING)
    moved_in(elder(world), bed(place))
    second = elder(world, 32)
    with pytest.raises(fitting.BedAlreadyTaken):
        moved_in(second, bed(place))
    close_bed(bed=bed(place, 2), on=TODAY, **SYSTEM)
    with pytest.raises(fitting.BedDoesNotFit, match="停用"):
        moved_in(second, bed(place, 2))
    with pytest.raises(fitting.BedDoesNotFit, match="护理型"):
        moved_in(second, bed(nursing), bed_kind=BedKind.ORDINARY)
    hospital = home(world, name="市立医院", kind=BedKind.ORDINARY)
    hospital.kind = PlaceKind.HOSPITAL
    hospital.save()
    with pytest.raises(fitting.BedDoesNotFit, match="医院"):
        moved_in(second, bed(hospital))


def test_a_room_for_women_takes_no_man(world):
    place = home(world)
    building = open_building(place=place, name="一号楼", **SYSTEM)
    (room,) = open_rooms(
        building=building, rooms=RoomsInput(1, 101, 1, beds_each=3, sex=RoomSex.FEMALE), **SYSTEM
    )
    with pytest.raises(fitting.BedDoesNotFit, match="只住女性"):
        moved_in(elder(world), bed(place))
    moved_in(elder(world, 33, sex="female", name="邢守梅"), bed(place))
    with pytest.raises(RoomForOneSex):
        update_room(room=room, name="101", floor=1, sex=RoomSex.MALE, dementia_unit=False, **SYSTEM)


def test_one_person_has_one_bed(world):
    place, other = home(world), home(world, name="第二养老院")
    person = elder(world)
    moved_in(person, bed(place))
    with pytest.raises(fitting.PersonAlreadyHasBed):
        moved_in(person, bed(other))


def test_a_bed_at_home_counts_and_may_end_in_the_same_act(world):
    place, person = home(world), elder(world)
    at_home = open_home_care_bed(person=person, place=place, opened_on=date(2026, 3, 1), **SYSTEM)
    assert [u[0] for u in uses(person)] == ["home_care"]
    manager = world.accounts[Role.INSTITUTION_MANAGER]
    with pytest.raises(fitting.HasHomeCareBed, match="家庭养老床位"):
        moved_in(person, bed(place), by=manager)
    moved_in(person, bed(place), since=AT - HOUR, by=manager, end_home_care_bed=True)
    at_home.refresh_from_db()
    assert at_home.valid_to == TODAY
    assert [(k, u is None) for k, _, u in uses(person)] == [("home_care", False), ("home", True)]


def test_who_lives_in_a_home_gets_no_bed_at_home_until_leaving(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place), since=AT - 2 * DAY)
    with pytest.raises(fitting.PersonAlreadyHasBed):
        open_home_care_bed(person=person, place=place, opened_on=TODAY, **SYSTEM)
    assert not person.home_care_beds.exists()
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT - HOUR, reason="回家", **SYSTEM)
    made = open_home_care_bed(person=person, place=place, opened_on=TODAY, **SYSTEM)
    assert Occupancy.objects.get(home_care_bed=made).since == AT - HOUR
    close_home_care_bed(bed=made, on=TODAY + DAY, reason="到期", **SYSTEM)
    assert Occupancy.objects.get(home_care_bed=made).until is not None


def test_a_home_acts_in_its_own_beds_only_and_care_workers_do_not(world):
    place = home(world)
    person = elder(world)
    for account in (world.foreign[Role.INSTITUTION_MANAGER],):
        with pytest.raises(OutOfScope):
            moved_in(person, bed(place), by=account)
    with pytest.raises(NotPermitted):
        moved_in(person, bed(place), by=world.accounts[Role.CARE_WORKER])
    stay = moved_in(person, bed(place))
    with pytest.raises(OutOfScope):
        leaving.end_stay(
            stay=stay,
            how=StayEnd.DEPARTED,
            until=AT,
            reason="x",
            by=world.foreign[Role.INSTITUTION_MANAGER],
            at=AT,
        )


def test_respite_ends_within_thirty_days_and_trial_becomes_long(world):
    place = home(world)
    with pytest.raises(stays.TermTooLong, match="填写"):
        moved_in(elder(world), bed(place), kind=StayKind.RESPITE)
    with pytest.raises(stays.TermTooLong, match="30 天"):
        moved_in(elder(world, 32), bed(place), kind=StayKind.RESPITE, planned_until=TODAY + 30 * DAY)
    respite = moved_in(elder(world, 33), bed(place), kind=StayKind.RESPITE, planned_until=TODAY + 5 * DAY)
    assert stays.extend_stay(stay=respite, planned_until=TODAY + 28 * DAY, **SYSTEM).planned_until == (
        TODAY + 28 * DAY
    )
    with pytest.raises(stays.TermTooLong):
        stays.extend_stay(stay=respite, planned_until=TODAY + 29 * DAY, **SYSTEM)
    trial = moved_in(elder(world, 34), bed(place, 2), kind=StayKind.TRIAL)
    assert trial.planned_until == TODAY + 28 * DAY
    long = stays.confirm_stay(stay=trial, **SYSTEM)
    assert (long.kind, long.planned_until, long.confirmed_at) == (StayKind.LONG, None, AT)
    with pytest.raises(stays.NothingToConfirm):
        stays.confirm_stay(stay=trial, **SYSTEM)


def test_leave_and_hospital_keep_the_bed(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place), since=AT - 3 * DAY)
    away = {"stay": stay, "reason": "探亲", "expected_back": TODAY, **SYSTEM}
    absences.start_leave(since=AT - 2 * DAY, **away)
    with pytest.raises(absences.AlreadyAway):
        absences.start_leave(since=AT - DAY, **away)
    with pytest.raises(fitting.BedAlreadyTaken):
        moved_in(elder(world, 32), bed(place), since=AT)
    absences.go_to_hospital(stay=stay, since=AT - DAY, **SYSTEM)
    kinds = Absence.objects.filter(stay=stay).order_by("since").values_list("kind", "until")
    assert list(kinds) == [(AbsenceKind.LEAVE, AT - DAY), (AbsenceKind.HOSPITAL, None)]
    with pytest.raises(WrongTime):
        absences.return_from_absence(stay=stay, until=AT - 2 * DAY, **SYSTEM)
    absences.return_from_absence(stay=stay, until=AT, **SYSTEM)
    with pytest.raises(absences.NotAway):
        absences.return_from_absence(stay=stay, until=AT, **SYSTEM)
    assert uses(person)[0][2] is None


def test_to_another_bed_and_to_another_home_at_one_instant(world):
    place, other, person = home(world), home(world, name="第二养老院"), elder(world)
    stay = moved_in(person, bed(place), since=AT - 3 * DAY, kind=StayKind.TRIAL)
    manager = world.accounts[Role.INSTITUTION_MANAGER]
    same = stays.transfer(stay=stay, bed=bed(place, 2), since=AT - 2 * DAY, by=manager, at=AT)
    assert same.pk == stay.pk
    with pytest.raises(stays.SameBed):
        stays.transfer(stay=stay, bed=bed(place, 2), since=AT - DAY, by=manager, at=AT)
    moved = stays.transfer(stay=stay, bed=bed(other), since=AT - DAY, reason="离家近", by=manager, at=AT)
    stay.refresh_from_db()
    assert (stay.end, stay.until, moved.since) == (StayEnd.MOVED_HOME, AT - DAY, AT - DAY)
    assert (moved.came_from, moved.planned_until) == (stay, stay.planned_until)
    assert [u[2] for u in uses(person)] == [AT - 2 * DAY, AT - DAY, None]
    leaving.end_stay(stay=moved, how=StayEnd.DEPARTED, until=AT, reason="回家", by=manager, at=AT)
    person.refresh_from_db()
    assert person.living == "with_family", "as before the first home"


def test_a_bed_elsewhere_is_not_reached_by_a_transfer(world):
    place, foreign = home(world), home(world, name="俚岛养老院", foreign=True)
    stay = moved_in(elder(world), bed(place))
    with pytest.raises(OutOfScope):
        stays.transfer(
            stay=stay, bed=bed(foreign), since=AT, by=world.accounts[Role.INSTITUTION_MANAGER], at=AT
        )


def test_who_leaves_frees_the_bed_and_lives_as_before(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place))
    absences.go_to_hospital(stay=stay, since=AT - 2 * HOUR, **SYSTEM)
    with pytest.raises(leaving.ReasonMissing):
        leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT, **SYSTEM)
    with pytest.raises(WrongTime):
        leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT - 3 * HOUR, reason="回家", **SYSTEM)
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT - HOUR, reason="回家", **SYSTEM)
    person.refresh_from_db()
    assert person.living == "with_family"
    assert Absence.objects.get(stay=stay).until == AT - HOUR
    with pytest.raises(StayHasEnded):
        absences.go_to_hospital(stay=stay, since=AT, **SYSTEM)
    moved_in(elder(world, 32), bed(place), since=AT - HOUR)


def test_a_death_in_the_register_ends_the_stay_at_that_time_and_moving_away_does_not(world):
    place = home(world)
    first, second = elder(world), elder(world, 32)
    stay = moved_in(first, bed(place), since=AT - 5 * DAY)
    change_state(person=first, state=PersonState.DECEASED, on=TODAY - 2 * DAY, reason="病故", **SYSTEM)
    stay.refresh_from_db()
    assert stay.end == StayEnd.DIED and stay.until.isoformat() == "2026-10-18T16:00:00+00:00"
    staying = moved_in(second, bed(place, 2))
    change_state(person=second, state=PersonState.MOVED_AWAY, on=TODAY, reason="户口迁走", **SYSTEM)
    staying.refresh_from_db()
    assert staying.until is None


def test_a_death_in_the_home_is_told_to_those_who_keep_the_file(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place))
    manager = world.accounts[Role.INSTITUTION_MANAGER]
    leaving.end_stay(stay=stay, how=StayEnd.DIED, until=AT, by=manager, at=AT)
    told = Notice.objects.filter(account=world.accounts[Role.VILLAGE_WORKER]).get()
    assert person.file_number in told.title and person.name not in told.title


def test_a_mistaken_admission_is_taken_back_the_same_day_and_leaves_no_time(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place), since=AT - HOUR)
    with pytest.raises(leaving.CannotBeUndone):
        leaving.reverse_admission(stay=stay, reason="登记错人", by=None, at=AT + DAY)
    leaving.reverse_admission(stay=stay, reason="登记错人", **SYSTEM)
    stay.refresh_from_db()
    person.refresh_from_db()
    assert (stay.end, stay.until, person.living) == (StayEnd.REVERSED, stay.since, "with_family")
    assert current_stay(person.pk, AT - HOUR) is None
    moved_in(elder(world, 32), bed(place), since=AT - 2 * HOUR)
    moved_in(person, bed(place, 2), since=AT - 2 * HOUR)


def test_a_time_is_corrected_within_limits(world):
    place, person = home(world), elder(world)
    moved_in(elder(world, 32), bed(place), since=AT - 3 * DAY)
    leaving.end_stay(
        stay=Stay.objects.get(), how=StayEnd.DEPARTED, until=AT - 2 * DAY, reason="回家", **SYSTEM
    )
    stay = moved_in(person, bed(place))
    leaving.correct_since(stay=stay, since=AT - 2 * DAY, reason="笔误", **SYSTEM)
    assert uses(person)[0][1] == AT - 2 * DAY
    with pytest.raises(fitting.BedAlreadyTaken):
        leaving.correct_since(stay=stay, since=AT - 2 * DAY - HOUR, reason="笔误", **SYSTEM)
    manager = world.accounts[Role.INSTITUTION_MANAGER]
    with pytest.raises(WrongTime):
        leaving.correct_since(stay=stay, since=AT - 9 * DAY, reason="笔误", by=manager, at=AT)
    with pytest.raises(WrongTime):
        moved_in(elder(world, 35), bed(place, 3), since=AT + HOUR, by=manager)


def test_a_bed_in_use_and_a_home_lived_in_cannot_be_closed(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place))
    with pytest.raises(StillNeeded, match="有人住"):
        close_bed(bed=bed(place), on=TODAY, **SYSTEM)
    with pytest.raises(StillNeeded):
        close_place(place=place, on=TODAY, reason="停业", **SYSTEM)
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT, reason="回家", **SYSTEM)
    close_place(place=place, on=TODAY, reason="停业", **SYSTEM)


def test_two_files_of_one_resident_merge(world):
    place = home(world)
    kept, gone = elder(world, 41), elder(world, 42)
    stay = moved_in(gone, bed(place))
    merge_people(kept=kept, gone=gone, reason="同一人", **SYSTEM)
    stay.refresh_from_db()
    assert stay.person == kept and uses(kept) and not uses(gone)
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT, reason="回家", **SYSTEM)


def test_the_home_is_told_of_a_death_and_of_a_mistaken_one(world):
    place, person = home(world), elder(world)
    moved_in(person, bed(place), since=AT - 5 * DAY)
    officer, manager = world.accounts[Role.TOWN_OFFICER], world.accounts[Role.INSTITUTION_MANAGER]
    died = {"person": person, "state": PersonState.DECEASED, "on": TODAY, "reason": "病故"}
    change_state(**died, by=officer, at=AT)
    back = {"person": person, "state": PersonState.ACTIVE, "on": TODAY, "reason": "登记有误"}
    change_state(**back, reopen=True, by=officer, at=AT + HOUR)
    told = list(Notice.objects.filter(account=manager).order_by("sent_at").values_list("title", flat=True))
    assert ["登记去世" in told[0], "撤销离开登记" in told[1]] == [True, True]
    moved_in(person, bed(place), since=AT + HOUR, at=AT + 2 * HOUR)


def test_an_anonymised_file_leaves_no_words_of_a_stay(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place), since=AT - 5 * DAY)
    absences.start_leave(
        stay=stay, since=AT - DAY, expected_back=TODAY, reason="回长子王强家", companion="王强", **SYSTEM
    )
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT, reason="随王强居住", **SYSTEM)
    publish(PersonAnonymised(person_id=person.pk, **SYSTEM))
    stay.refresh_from_db()
    away = stay.absences.get()
    assert (stay.end_reason, away.reason, away.companion) == ("", "", "")


def test_ones_own_copy_tells_of_stays_and_absences(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place), since=AT - 5 * DAY)
    absences.go_to_hospital(stay=stay, since=AT - DAY, reason="市立医院", **SYSTEM)
    (sheet,) = copy_of_stays(person, AT)
    assert [row[1] for row in sheet.rows] == ["长期入住", "住院"]


def test_the_home_screen_of_a_manager_counts_residents_and_beds(world):
    place = home(world)
    moved_in(elder(world), bed(place), since=AT - 5 * DAY)
    section = next(
        s for s in sections(actor=world.accounts[Role.INSTITUTION_MANAGER], at=AT) if s.title == "住养"
    )
    assert [(c.label, c.value) for c in section.counts] == [("在住", 1), ("空床", 2), ("到期和未返回", 0)]
