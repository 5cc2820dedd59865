"""Nobody moves into a public home past those who wait; and mistakes of clerks are taken back."""

from datetime import date, timedelta

import pytest

from tests.residence import waiting as make
from tests.world import AT
from yinling.assessment.choices import Channel
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.choices import BedKind, Ownership, PersonState
from yinling.registry.operations.beds import open_beds
from yinling.registry.operations.states import change_state
from yinling.residence.choices import StayEnd, StayKind
from yinling.residence.models import Application, Offer, Stay
from yinling.residence.operations import annulling, answering, applying, leaving, offering, reinstating, stays
from yinling.residence.queries.queue import explain, position_of
from yinling.residence.turns import NotTheirTurn
from yinling.residence.waiting_choices import ApplicationEnd

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SYSTEM = {"by": None, "at": AT}


def move_in(person, bed, kind=StayKind.LONG, at=AT, **more) -> Stay:
    return stays.admit(person=person, bed=bed, kind=kind, since=at, by=None, at=at, **more)


def offer(home, n=0, at=AT):
    return offering.offer_bed(bed=make.beds_of(home)[n], by=None, at=at)


def say(made, accept, at=AT, by=None):
    return answering.answer_offer(offer=made, accept=accept, channel=Channel.PHONE, by=by, at=at)


def state(application) -> str:
    return Application.objects.get(pk=application.pk).state


@pytest.mark.parametrize("kind", [StayKind.LONG, StayKind.TRIAL])
def test_a_home_cannot_take_somebody_in_past_those_who_wait(world, kind):
    home, walks_in = make.public_home(world), make.elder(world, 2)
    make.waiting(make.elder(world, 1))
    with pytest.raises(NotTheirTurn, match="有人排在前面"):
        move_in(walks_in, make.beds_of(home)[0], kind)
    assert not Stay.objects.exists()


def test_when_nobody_waits_for_the_bed_anybody_may_move_in(world):
    home, other = make.public_home(world, beds=3), make.public_home(world, name="环翠区敬老院")
    make.waiting(make.elder(world, 1), other)  # wishes another home
    move_in(make.elder(world, 2), make.beds_of(home)[0])


def test_the_first_of_the_queue_may_move_in_without_an_offer(world):
    home, first, second = (
        make.public_home(world),
        make.elder(world, 1, level=3),
        make.elder(world, 2, level=1),
    )
    own, _ = make.waiting(first), make.waiting(second)
    with pytest.raises(NotTheirTurn):
        move_in(second, make.beds_of(home)[0])
    move_in(first, make.beds_of(home)[0])
    assert state(own) == "admitted"


def test_private_homes_and_those_provided_for_do_not_queue(world):
    home, private = (
        make.public_home(world),
        make.public_home(world, name="环翠福寿养老院", ownership=Ownership.PRIVATE),
    )
    make.waiting(make.elder(world, 1))
    move_in(make.elder(world, 2), make.beds_of(private)[0])
    move_in(make.elder(world, 3, kinds=["destitute"]), make.beds_of(home)[0], funded=True)


def test_a_short_stay_passes_nobody_and_does_not_turn_into_a_long_one_past_the_queue(world):
    home, guest = make.public_home(world), make.elder(world, 2, level=1)
    stay = move_in(guest, make.beds_of(home)[0], StayKind.RESPITE, planned_until=AT.date() + 20 * DAY)
    first = make.waiting(make.elder(world, 1, level=4))
    with pytest.raises(NotTheirTurn):
        stays.confirm_stay(stay=stay, **SYSTEM)
    applying.end_application(application=first, end=ApplicationEnd.WITHDRAWN, **SYSTEM)
    own = make.waiting(guest)
    stays.confirm_stay(stay=stay, **SYSTEM)  # nobody before them any more
    assert state(own) == "admitted" and position_of(own.pk) is None


def test_from_a_private_home_into_a_public_one_goes_by_the_queue_too(world):
    home, private = (
        make.public_home(world),
        make.public_home(world, name="环翠福寿养老院", ownership=Ownership.PRIVATE),
    )
    resident = make.elder(world, 2, level=1)
    stay = move_in(resident, make.beds_of(private)[0], at=AT - DAY)
    first = make.waiting(make.elder(world, 1, level=4))
    with pytest.raises(NotTheirTurn):
        stays.transfer(stay=stay, bed=make.beds_of(home)[0], since=AT, **SYSTEM)
    own = make.waiting(resident)
    applying.end_application(application=first, end=ApplicationEnd.WITHDRAWN, **SYSTEM)
    moved = stays.transfer(stay=stay, bed=make.beds_of(home)[0], since=AT, **SYSTEM)
    assert state(own) == "admitted" and Application.objects.get(pk=own.pk).stay == moved


def test_the_last_bed_is_not_offered_while_one_is_owed(world):
    home = make.public_home(world, beds=1)
    owed = make.waiting(make.elder(world, 1, kinds=["destitute"]), home)
    waits = make.waiting(make.elder(world, 2))
    with pytest.raises(offering.BedsReserved, match="特困"):
        offer(home)
    with pytest.raises(NotTheirTurn, match="特困"):
        move_in(make.elder(world, 3), make.beds_of(home)[0])
    given = offering.offer_assured_bed(application=owed, bed=make.beds_of(home)[0], by=None, at=AT)
    say(given, False)  # who declined once does not keep the bed from the queue
    assert offer(home).application_id == waits.pk


def test_a_hospice_bed_is_offered_to_nobody(world):
    home = make.public_home(world, beds=0)
    open_beds(place=home, count=1, opened_on=date(2021, 1, 1), kind=BedKind.HOSPICE, by=None, at=AT)
    make.waiting(make.elder(world, 1))
    with pytest.raises(offering.BedNotFree):
        offer(home)


def test_a_dementia_bed_goes_to_who_needs_it_or_asked_for_it(world):
    home, opened = make.public_home(world, beds=0), date(2021, 1, 1)
    more = {"kind": BedKind.DEMENTIA, "certified_on": opened, "by": None, "at": AT}
    open_beds(place=home, count=2, opened_on=opened, **more)
    any_will_do = make.waiting(make.elder(world, 1, level=4))
    needs, asked = make.elder(world, 2, level=3, kinds=["dementia"]), make.elder(world, 3, level=1)
    rows = [make.waiting(needs), make.waiting(asked, kinds=(BedKind.DEMENTIA,))]
    given = [offer(home), offer(home, 1)]
    assert [g.application_id for g in given] == [r.pk for r in rows]
    assert given[1].trace["passed"]["not_needed"] == [any_will_do.number]


def test_giving_up_with_a_bed_on_offer_counts_as_a_refusal(world):
    home, person = make.public_home(world, beds=3), make.elder(world, 1)
    first = make.waiting(person, home)
    made = offer(home)
    applying.end_application(application=first, end=ApplicationEnd.WITHDRAWN, **SYSTEM)
    made.refresh_from_db()
    assert made.state == "refused" and state(first) == "ended"
    again = make.waiting(person, home, at=AT + DAY)
    say(offer(home, 1, at=AT + DAY), False, at=AT + DAY)
    row = Application.objects.get(pk=again.pk)
    assert (row.state, row.end) == ("ended", "refused_twice")


def test_nobody_provided_for_is_barred(world):
    from yinling.registry.choices import CategoryKind
    from yinling.registry.operations.categories import certify_category
    from yinling.registry.operations.people import CategoryInput

    home, person = make.public_home(world, beds=3), make.elder(world, 1)
    make.waiting(person, home)
    for n in (0, 1):
        say(offer(home, n, at=AT + n * DAY), False, at=AT + n * DAY)
    with pytest.raises(applying.Barred):
        make.apply(person, home, at=AT + 2 * DAY)
    certified = CategoryInput(CategoryKind.DESTITUTE, AT.date(), "认定")
    certify_category(person=person, category=certified, by=None, at=AT + 2 * DAY)
    assert make.waiting(person, home, at=AT + 3 * DAY).state == "assured"


def test_a_refusal_is_annulled_by_another_person_and_the_queue_goes_on(world):
    bureau, second = world.accounts[Role.DISTRICT_BUREAU], world.accounts[Role.CITY_BUREAU]
    home, person = make.public_home(world, beds=3), make.elder(world, 1)
    own = make.waiting(person, home)
    say(offer(home), False)
    last = say(offer(home, 1, at=AT + DAY), False, at=AT + DAY, by=bureau)
    assert state(own) == "ended"
    with pytest.raises(NotPermitted, match="另一位同事"):
        annulling.annul_refusal(offer=last, reason="登记错了人", by=bureau, at=AT + 2 * DAY)
    with pytest.raises(offering.OfferClosed):
        annulling.annul_refusal(offer=last, reason=" ", by=second, at=AT + 2 * DAY)
    annulling.annul_refusal(offer=last, reason="登记错了人", by=second, at=AT + 2 * DAY)
    row = Application.objects.get(pk=own.pk)
    assert (row.state, row.barred_until, row.applied_at) == ("queued", None, own.applied_at)
    assert "恢复轮候" in explain(row, at=AT + 2 * DAY).moved[-1][1]
    # The first one counts still, the annulled one does not: one more ends it.
    say(offer(home, 2, at=AT + 2 * DAY), False, at=AT + 2 * DAY)
    assert state(own) == "ended"
    with pytest.raises(offering.OfferClosed, match="没有放弃登记"):
        annulling.annul_refusal(offer=last, reason="再来", by=second, at=AT + 3 * DAY)


def test_an_end_entered_by_mistake_is_taken_back_with_its_own_time(world):
    home, person = make.public_home(world), make.elder(world, 1)
    own, other = make.waiting(person, home), make.waiting(make.elder(world, 2), at=AT + DAY)
    assert position_of(other.pk) == 2
    applying.end_application(application=own, end=ApplicationEnd.WITHDRAWN, by=None, at=AT + DAY)
    applying.reopen_application(application=own, reason="撤错了人", by=None, at=AT + 2 * DAY)
    assert position_of(own.pk) == 1 and position_of(other.pk) == 2
    assert AuditEvent.objects.filter(act="reopen_application").exists()
    applying.end_application(application=own, end=ApplicationEnd.WITHDRAWN, by=None, at=AT + 2 * DAY)
    with pytest.raises(applying.CannotApply, match="超过"):
        applying.reopen_application(application=own, reason="撤错了人", by=None, at=AT + 60 * DAY)
    make.apply(person, home, at=AT + 3 * DAY)
    with pytest.raises((applying.AlreadyWaiting, applying.CannotApply)):
        applying.reopen_application(application=own, reason="撤错了人", by=None, at=AT + 4 * DAY)


def test_who_was_found_not_eligible_is_verified_again(world):
    own = make.apply(make.elder(world, 1))
    applying.end_application(
        application=own, end=ApplicationEnd.NOT_ELIGIBLE, reason="户籍不符", by=None, at=AT
    )
    applying.reopen_application(application=own, reason="核实有误", by=None, at=AT + DAY)
    assert state(own) == "applied"


def test_a_death_that_was_none_leaves_bed_and_trial_as_they_were(world):
    home, person = make.public_home(world), make.elder(world, 1)
    own = make.waiting(person, home)
    given = say(offer(home), True)
    stay = move_in(person, given.bed, StayKind.TRIAL)
    change_state(person=person, state=PersonState.DECEASED, on=AT.date(), reason="病故", by=None, at=AT + DAY)
    assert state(own) == "ended"
    change_state(
        person=person, state=PersonState.ACTIVE, on=AT.date(), reason="登记有误", reopen=True, by=None,
        at=AT + 2 * DAY,
    )  # fmt: skip
    reinstating.reverse_end(stay=stay, reason="登记有误", by=None, at=AT + 2 * DAY)
    stay.refresh_from_db()
    person.refresh_from_db()
    assert (stay.until, stay.end, state(own), person.living) == (None, "", "trial", "institution")


def test_a_leaving_is_not_taken_back_once_the_bed_is_promised_or_had(world):
    home, person = make.public_home(world, beds=1), make.elder(world, 1)
    bed = make.beds_of(home)[0]
    stay = move_in(person, bed, at=AT - DAY)
    leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=AT, reason="回家", **SYSTEM)
    waits = make.waiting(make.elder(world, 2))
    made = offer(home)
    with pytest.raises(Exception, match="已通知轮候"):
        reinstating.reverse_end(stay=stay, reason="登记错了", **SYSTEM)
    say(made, True)
    move_in(waits.person, bed, at=AT + DAY)
    with pytest.raises(Exception, match="有人住着"):
        reinstating.reverse_end(stay=stay, reason="登记错了", by=None, at=AT + DAY)
    with pytest.raises(leaving.CannotBeUndone, match="超过"):
        reinstating.reverse_end(stay=stay, reason="登记错了", by=None, at=AT + 30 * DAY)
    assert Offer.objects.get().state == "used"
