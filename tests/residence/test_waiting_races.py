"""Offers and answers at the same moment on real connections; random histories on the real tables."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils.timezone import localtime

from tests.races import at_once
from tests.residence import waiting as make
from tests.world import AT, build_world
from yinling.assessment.choices import Channel
from yinling.engines.queueing.ordering import Applicant, order
from yinling.kernel.errors import DomainError
from yinling.residence.models import Application, Offer, QueuePlace
from yinling.residence.operations import answering, applying, offering, verifying
from yinling.residence.queries.queue import explain, position_of
from yinling.residence.queueing.facts import Facts, facts_in_states
from yinling.residence.waiting_choices import HOLDING, ApplicationEnd
from yinling.rulebook.waiting_lists import policy_on

DAY = timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_many_clerks_at_the_same_moment():
    w = build_world()
    home = make.public_home(w, beds=3)
    people = [make.elder(w, n, level=4 - n) for n in range(4)]
    lined_up = [make.waiting(person) for person in people]
    beds = make.beds_of(home)

    # Two clerks take the same bed: one wins, the other is told.
    results = at_once(*[lambda: offering.offer_bed(bed=beds[0], by=None, at=AT)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["BedNotFree", "Offer"]
    assert Offer.objects.get().application_id == lined_up[0].pk

    # Two beds at once go to the next two, nobody is passed over and nobody gets both.
    results = at_once(*[lambda bed=bed: offering.offer_bed(bed=bed, by=None, at=AT) for bed in beds[1:]])
    assert {r.application_id for r in results} == {lined_up[1].pk, lined_up[2].pk}

    # Yes and no at once: one counts.
    given = Offer.objects.get(application=lined_up[1])
    results = at_once(
        *[
            lambda yes=yes: answering.answer_offer(
                offer=given, accept=yes, channel=Channel.PHONE, by=None, at=AT
            )
            for yes in (True, False)
        ]
    )
    assert sorted(type(r).__name__ for r in results) == ["Offer", "OfferClosed"]
    state = Application.objects.get(pk=lined_up[1].pk).state
    assert (state == "accepted") == (position_of(lined_up[1].pk) is None)

    # The same person applies at the counter and online at once.
    other = make.elder(w, 9)
    results = at_once(*[lambda: make.apply(other)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["AlreadyWaiting", "Application"]

    # Withdrawing while the bed is offered: whichever comes first, the bed is not held by somebody who has gone.
    first = Offer.objects.get(application=lined_up[0])
    at_once(
        lambda: answering.answer_offer(offer=first, accept=True, channel=Channel.PHONE, by=None, at=AT),
        lambda: applying.end_application(
            application=lined_up[0], end=ApplicationEnd.WITHDRAWN, by=None, at=AT
        ),
    )
    assert Application.objects.get(pk=lined_up[0].pk).state == "ended"
    assert not Offer.objects.filter(application=lined_up[0], state__in=HOLDING).exists()


def as_applicant(facts: Facts) -> Applicant:
    return Applicant(
        facts.number, facts.kinds, facts.level or 0, facts.age, localtime(facts.applied_at), facts.sex
    )


def check(day) -> None:
    """What must hold after every act."""
    waiting = facts_in_states(["queued", "offered"], at=day)
    rows = {p.application_id: p for p in QueuePlace.objects.all()}
    assert set(rows) == set(waiting)
    positions = {pk: position_of(pk) for pk in rows}
    assert sorted(positions.values()) == list(range(1, len(rows) + 1))
    engine = order(policy_on(day.date()), [as_applicant(f) for f in waiting.values()])
    by_number = {f.number: pk for pk, f in waiting.items()}
    assert {by_number[p.number]: p.position for p in engine} == positions
    for application in Application.objects.prefetch_related("offers"):
        held = [o for o in application.offers.all() if o.state in HOLDING]
        assert len(held) == (application.state in ("offered", "accepted"))
    beds = list(Offer.objects.filter(state__in=HOLDING).values_list("bed_id", flat=True))
    assert len(beds) == len(set(beds))


@pytest.mark.django_db
def test_random_histories_on_the_real_tables(world):
    rng = Random(20260)
    homes = [make.public_home(world, name=f"环翠区第{n}敬老院", beds=2) for n in (1, 2)]
    people = [
        make.elder(world, n, level=rng.randint(0, 4), kinds=rng.choice(((), ("low_income",))))
        for n in range(8)
    ]
    day = AT
    for _ in range(90):
        day += timedelta(hours=rng.randint(6, 90))
        act = rng.choice(
            ("apply", "apply", "offer", "offer", "yes", "no", "end", "refresh", "expire", "lapse")
        )
        try:
            _do(act, rng, people, homes, day)
        except DomainError:
            continue  # refused, and nothing half-written: the check below would see it
        if act in ("offer", "expire", "refresh"):
            check(day)
    check(day)
    assert Application.objects.filter(end="refused_twice").exists()
    for place in QueuePlace.objects.select_related("application__person"):
        told = explain(place.application, at=day)
        assert told.position == position_of(place.pk) and told.moved[-1][1].startswith("您")


def _do(act: str, rng: Random, people: list, homes: list, day) -> None:
    if act == "apply":
        wishes = rng.sample(homes, rng.randint(0, 2))
        make.waiting(rng.choice(people), *wishes, at=day)
    elif act == "offer":
        offering.offer_bed(bed=rng.choice(make.beds_of(rng.choice(homes))), by=None, at=day)
    elif act in ("yes", "no"):
        given = rng.choice(list(Offer.objects.filter(state="open")) or [None])
        if given:
            answering.answer_offer(offer=given, accept=act == "yes", channel=Channel.PHONE, by=None, at=day)
    elif act == "lapse":
        given = rng.choice(list(Offer.objects.filter(state="accepted")) or [None])
        if given:
            answering.lapse_acceptance(offer=given, reason="未来办理", by=None, at=day)
    elif act == "end":
        row = rng.choice(list(Application.objects.filter(ended_at=None)) or [None])
        if row and rng.random() < 0.4:
            applying.end_application(application=row, end=ApplicationEnd.WITHDRAWN, by=None, at=day)
    elif act == "expire":
        answering.expire_offers(by=None, at=day)
    else:
        verifying.refresh_queue(by=None, at=day)


def test_terms_beyond_the_known_calendar_say_so():
    from yinling.residence.queries.queue import term_note

    assert term_note(date(2026, 10, 27)) == "" and "周一至周五" in term_note(date(2039, 3, 1))
