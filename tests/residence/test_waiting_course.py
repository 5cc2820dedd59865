"""From the application to the bed: who may apply, how the queue comes to be, offers and their answers."""

from datetime import date, timedelta

import pytest

from tests.residence import waiting as make
from tests.world import AT
from yinling.assessment.choices import Channel
from yinling.core.access.roles import Role
from yinling.core.models import Notice
from yinling.registry.choices import CategoryKind, Ownership, PersonState
from yinling.registry.operations.categories import certify_category
from yinling.registry.operations.people import CategoryInput
from yinling.registry.operations.states import change_state
from yinling.residence.models import Application, Offer, QueueMove, QueuePlace
from yinling.residence.operations import answering, applying, offering, skips, verifying
from yinling.residence.queries.queue import explain, position_of
from yinling.residence.waiting_choices import ApplicationEnd, OfferState, SkipGround

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def offer(home, n=0, at=AT):
    return offering.offer_bed(bed=make.beds_of(home)[n], by=None, at=at)


def say(made, accept, at=AT):
    return answering.answer_offer(offer=made, accept=accept, channel=Channel.PHONE, by=None, at=at)


def state(application):
    return Application.objects.get(pk=application.pk).state


def test_an_assessed_person_enters_the_queue_when_verified(world):
    made = make.waiting(make.elder(world, 1), make.public_home(world))
    assert made.state == "queued" and position_of(made.pk) == 1
    assert len(made.number) == 9 and made.verify_by == date(2026, 10, 27)


def test_without_an_assessment_one_waits_for_it_and_then_joins(world):
    person = make.elder(world, 1, level=None)
    made = make.waiting(person)
    assert made.state == "assessing" and position_of(made.pk) is None
    make.assess(person, 3)
    verifying.refresh_queue(by=None, at=AT + DAY)
    assert state(made) == "queued" and position_of(made.pk) == 1


def test_a_result_by_another_instrument_does_not_place_anybody(world):
    person = make.elder(world, 1, level=None)
    make.assess(person, 5, instrument="ltci37-2021")
    assert make.waiting(person).state == "assessing"


def test_the_destitute_are_past_the_queue_and_get_a_bed_that_is_owed(world):
    home = make.public_home(world)
    made = make.waiting(make.elder(world, 1, kinds=["destitute"]))
    assert made.state == "assured" and not QueuePlace.objects.exists()
    given = offering.offer_assured_bed(application=made, bed=make.beds_of(home)[0], by=None, at=AT)
    say(given, False)
    assert state(made) == "assured"  # a refusal bars nobody to whom a bed is owed


def test_only_one_open_application(world):
    person = make.elder(world, 1)
    make.apply(person)
    with pytest.raises(applying.AlreadyWaiting):
        make.apply(person)


def test_only_public_homes_have_the_list(world):
    home = make.public_home(world, ownership=Ownership.PRIVATE)
    with pytest.raises(applying.WishDoesNotFit, match="不是在办的公办"):
        make.apply(make.elder(world, 1), home)


def test_the_dead_cannot_apply(world):
    person = make.elder(world, 1)
    change_state(person=person, state=PersonState.DECEASED, on=AT.date(), by=None, at=AT)
    with pytest.raises(applying.CannotApply):
        make.apply(person)


def test_order_is_class_then_need_then_age_then_time(world):
    late_but_poor = make.elder(world, 1, level=0, kinds=["low_income"])
    needy = make.elder(world, 2, level=4)
    old = make.elder(world, 3, level=2, born_on=date(1934, 1, 1))
    first, second = (
        make.elder(world, 4, level=2, born_on=date(1950, 1, 1)),
        make.elder(world, 5, level=2, born_on=date(1951, 1, 1)),
    )
    made = {}
    for hours, (key, person) in enumerate({"second": second, "first": first}.items()):
        made[key] = make.waiting(person, at=AT - timedelta(hours=hours))
    for key, person in {"needy": needy, "old": old, "poor": late_but_poor}.items():
        made[key] = make.waiting(person, at=AT + DAY)
    assert [k for k, a in sorted(made.items(), key=lambda item: position_of(item[1].pk))] == [
        "poor", "needy", "old", "first", "second",
    ]  # fmt: skip


def test_the_offer_goes_to_the_first_who_fits_and_names_those_passed(world):
    home, other = make.public_home(world), make.public_home(world, name="环翠区敬老院")
    elsewhere = make.waiting(make.elder(world, 1, level=4), other)
    wants = make.waiting(make.elder(world, 2, level=2), home)
    made = offer(home)
    assert made.application_id == wants.pk and made.answer_by == date(2026, 10, 27)
    assert made.trace["passed"] == {"other_home": [elsewhere.number]} and made.trace["position"] == 2
    assert state(wants) == "offered" and position_of(wants.pk) == 2


def test_one_offer_at_a_time_and_the_next_bed_goes_to_the_next(world):
    home = make.public_home(world)
    one, two = make.waiting(make.elder(world, 1, level=3)), make.waiting(make.elder(world, 2, level=1))
    assert offer(home).application_id == one.pk
    second = offer(home, 1)
    assert second.application_id == two.pk and second.trace["passed"] == {"offer_open": [one.number]}
    with pytest.raises(offering.BedNotFree):
        offer(home)


def test_acceptance_leaves_the_queue_and_holds_the_bed(world):
    home = make.public_home(world)
    made = make.waiting(make.elder(world, 1))
    given = say(offer(home), True)
    assert state(made) == "accepted" and position_of(made.pk) is None
    assert given.move_in_by == date(2026, 10, 27)
    with pytest.raises(offering.BedNotFree):
        offer(home)


def test_first_refusal_keeps_the_place_second_ends_and_bars(world):
    home = make.public_home(world)
    person = make.elder(world, 1)
    made = make.waiting(person)
    say(offer(home), False)
    assert state(made) == "queued" and position_of(made.pk) == 1
    say(offer(home, at=AT + DAY), False, at=AT + DAY)
    row = Application.objects.get(pk=made.pk)
    assert (row.state, row.end, row.barred_until) == ("ended", "refused_twice", date(2027, 10, 21))
    assert not QueuePlace.objects.exists()
    with pytest.raises(applying.Barred, match="2027年10月21日"):
        make.apply(person, at=AT + 2 * DAY)
    make.apply(person, at=AT + 400 * DAY)


def test_after_the_deadline_no_answer_and_expiry_counts_as_refusal(world):
    home = make.public_home(world)
    made = make.waiting(make.elder(world, 1))
    given = offer(home)
    late = AT + 8 * DAY
    with pytest.raises(answering.OfferOver):
        say(given, True, at=late)
    assert answering.expire_offers(by=None, at=AT + 7 * DAY) == 0  # the last day is whole
    assert answering.expire_offers(by=None, at=late) == 1
    assert Offer.objects.get().state == OfferState.EXPIRED and state(made) == "queued"
    with pytest.raises(offering.OfferClosed):
        say(given, True, at=late)


def test_accepted_and_not_moved_in_counts_and_returns(world):
    home = make.public_home(world)
    made = make.waiting(make.elder(world, 1))
    given = say(offer(home), True)
    answering.lapse_acceptance(offer=given, reason="家属来电暂不入住", by=None, at=AT + DAY)
    assert state(made) == "queued" and position_of(made.pk) == 1


def test_a_withdrawn_offer_counts_for_nothing(world):
    home = make.public_home(world)
    made = make.waiting(make.elder(world, 1))
    offering.withdraw_offer(offer=offer(home), reason="床位维修", by=None, at=AT)
    say(offer(home, 1), False)
    assert state(made) == "queued"


def test_expired_assessment_is_passed_over_and_said(world):
    home = make.public_home(world)
    person = make.elder(world, 1, level=None)
    make.assess(person, 4, days=2)
    old, valid = make.waiting(person), make.waiting(make.elder(world, 2, level=0))
    made = offer(home, at=AT + 5 * DAY)
    assert made.application_id == valid.pk and made.trace["passed"] == {"assessment_expired": [old.number]}
    assert position_of(old.pk) == 1  # the place is kept


def test_beds_are_kept_back_for_the_destitute(world):
    from yinling.residence.operations.publishing import set_reserve

    home = make.public_home(world)
    make.waiting(make.elder(world, 1))
    set_reserve(place=home, beds=2, source="上年收住 2 人", by=None, at=AT)
    with pytest.raises(offering.BedsReserved, match="留 2 张"):
        offer(home)


def test_nobody_fits_and_nothing_is_written(world):
    home, other = make.public_home(world), make.public_home(world, name="环翠区敬老院")
    make.waiting(make.elder(world, 1), other)
    with pytest.raises(offering.NobodyFits):
        offer(home)
    assert not Offer.objects.exists()


def test_a_skip_needs_two_people_and_stands_in_the_trace(world):
    home = make.public_home(world)
    one, two = make.waiting(make.elder(world, 1, level=4)), make.waiting(make.elder(world, 2, level=1))
    clerk, city = world.accounts[Role.DISTRICT_BUREAU], world.accounts[Role.CITY_BUREAU]
    skip = skips.propose_skip(
        application=one,
        ground=SkipGround.IN_HOSPITAL,
        particulars="住院三周",
        until=date(2026, 11, 20),
        by=clerk,
        at=AT,
    )
    with pytest.raises(skips.NotPermitted):
        skips.decide_skip(skip=skip, approve=True, by=clerk, at=AT)
    assert Application.objects.filter(skips__state="approved").count() == 0
    skips.decide_skip(skip=skip, approve=True, by=city, at=AT)
    made = offer(home)
    assert made.application_id == two.pk and made.trace["passed"] == {"skipped": [one.number]}


def test_death_closes_the_application_and_frees_the_bed(world):
    home = make.public_home(world, beds=1)
    person = make.elder(world, 1)
    made, following = make.waiting(person), make.waiting(make.elder(world, 2, level=0))
    offer(home)
    change_state(person=person, state=PersonState.DECEASED, on=AT.date(), by=None, at=AT)
    row = Application.objects.get(pk=made.pk)
    assert (row.state, row.end) == ("ended", ApplicationEnd.DIED)
    assert offer(home, at=AT + DAY).application_id == following.pk


def test_a_certified_category_moves_one_up_and_the_other_is_told(world):
    person, other = make.elder(world, 1, level=1), make.elder(world, 2, level=3)
    mine, theirs = make.waiting(person), make.waiting(other)
    assert position_of(theirs.pk) == 1
    certify_category(
        person=person, category=CategoryInput(CategoryKind.LOW_INCOME, AT.date(), "认定"), by=None, at=AT
    )
    verifying.refresh_queue(by=None, at=AT + DAY)
    assert position_of(mine.pk) == 1
    told = explain(theirs, at=AT + DAY)
    assert told.position == 2 and told.moved[0] == (
        date(2026, 10, 21), "有 1 人因认定的类别变化，排到您前面。您从第 1 位到第 2 位。",
    )  # fmt: skip
    assert "特殊困难" in explain(mine, at=AT + DAY).why[0]


def test_refreshing_when_nothing_changed_moves_nobody(world):
    make.waiting(make.elder(world, 1))
    before = QueueMove.objects.count()
    assert verifying.refresh_queue(by=None, at=AT).changed == 0
    assert QueueMove.objects.count() == before


def test_who_becomes_destitute_leaves_the_queue_for_a_bed_that_is_owed(world):
    person = make.elder(world, 1)
    made = make.waiting(person)
    certify_category(
        person=person, category=CategoryInput(CategoryKind.DESTITUTE, AT.date(), "认定"), by=None, at=AT
    )
    verifying.refresh_queue(by=None, at=AT)
    assert state(made) == "assured" and not QueuePlace.objects.exists()


def test_the_elder_applies_and_answers_online(world):
    from yinling.registry.models import PersonAccess

    home, person, account = make.public_home(world), make.elder(world, 1), world.accounts[Role.ELDER]
    with pytest.raises(applying.require_about.__globals__["OutOfScope"]):
        make.apply(person, home, by=account)
    PersonAccess.objects.create(
        account=account, person=person, relation="本人", ground="窗口核验", valid_from=date(2020, 1, 1)
    )
    made = make.apply(person, home, by=account)
    assert made.channel == Channel.ONLINE
    verifying.verify_application(application=made, by=None, at=AT)
    given = offer(home)
    assert Notice.objects.filter(account=account, title__startswith="有床位了").exists()
    answering.answer_offer(offer=given, accept=True, channel=Channel.COUNTER, by=account, at=AT)
    assert Offer.objects.get().answer_channel == Channel.ONLINE


def test_a_village_worker_applies_for_their_own_village_only(world):
    worker = world.accounts[Role.VILLAGE_WORKER]
    make.apply(make.elder(world, 1), by=worker)
    with pytest.raises(applying.require_about.__globals__["OutOfScope"]):
        make.apply(make.elder(world, 2, division=world.other_village), by=worker)


def test_moving_in_fulfils_the_application_and_a_failed_trial_ends_it(world):
    from yinling.residence.choices import StayEnd, StayKind
    from yinling.residence.operations.leaving import end_stay
    from yinling.residence.operations.stays import admit, confirm_stay

    home = make.public_home(world, beds=3)
    one, two = make.elder(world, 1, level=3), make.elder(world, 2, level=1)
    first, second = make.waiting(one), make.waiting(two)
    given = {a.pk: say(offer(home, n), True) for n, a in enumerate((first, second))}
    stay = admit(person=one, bed=given[first.pk].bed, kind=StayKind.TRIAL, since=AT, by=None, at=AT)
    assert state(first) == "trial" and Offer.objects.get(application=first).state == "used"
    confirm_stay(stay=stay, by=None, at=AT + DAY)
    assert state(first) == "admitted"
    tried = admit(person=two, bed=given[second.pk].bed, kind=StayKind.TRIAL, since=AT, by=None, at=AT)
    end_stay(stay=tried, until=AT + DAY, how=StayEnd.TRIAL_ENDED, reason="不习惯", by=None, at=AT + DAY)
    row = Application.objects.get(pk=second.pk)
    assert (row.state, row.end) == ("ended", "trial_ended")
    make.apply(two, at=AT + 2 * DAY)  # barred by nothing


def test_an_admission_entered_by_mistake_puts_the_applicant_back(world):
    from yinling.residence.choices import StayKind
    from yinling.residence.operations.leaving import reverse_admission
    from yinling.residence.operations.stays import admit

    home, person = make.public_home(world), make.elder(world, 1)
    made = make.waiting(person)
    given = say(offer(home), True)
    stay = admit(person=person, bed=given.bed, kind=StayKind.LONG, since=AT, by=None, at=AT)
    assert state(made) == "admitted"
    reverse_admission(stay=stay, reason="录错了人", by=None, at=AT + timedelta(hours=1))
    assert state(made) == "accepted"  # the bed that was accepted is kept again
    assert Offer.objects.get(application=made).state == "accepted"
    admit(person=person, bed=given.bed, kind=StayKind.LONG, since=AT + DAY, by=None, at=AT + DAY)
    assert state(made) == "admitted"
