"""Random histories of applications, offers, answers and skips on the pure parts: the queue keeps its promises.

The world below is the waiting list without a database: it uses the engine's order, draw, rule of refusals, course
and telling, which are the ones that the operations use.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from yinling.engines.queueing.choosing import FreeBed, PassedOver, Standing, choose_in, why_not
from yinling.engines.queueing.course import IN_QUEUE, OPEN, Act, State, after
from yinling.engines.queueing.history import Move, retell
from yinling.engines.queueing.ordering import Applicant, Place, key_of, order
from yinling.engines.queueing.refusing import after_refusal
from yinling.rulebook.waiting_lists import load

POLICY = load()["public-homes-demo"]
FACTS = sorted(frozenset().union(*(group for c in POLICY.classes for group in c.needs)) - {"destitute"})
BEGUN = datetime(2026, 1, 5, 8, tzinfo=UTC)
HISTORIES, STEPS = 10_000, 20


@dataclass
class Case:
    """One application; `person` may have had others."""

    applicant: Applicant
    person: int
    state: State = State.QUEUED
    skipped: bool = False
    assessed_until: date = date(2030, 1, 1)
    offers: int = 0  # open ones


@dataclass
class World:
    """`refusals` and `barred` are of people; `moves` newest last; `seen` the positions after every step."""

    rng: Random
    now: datetime = BEGUN
    cases: dict[str, Case] = field(default_factory=dict)
    refusals: dict[int, list[date]] = field(default_factory=dict)
    barred: dict[int, date] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    people: int = 0

    def queue(self) -> list[Place]:
        waiting = [c.applicant for c in self.cases.values() if c.state in IN_QUEUE]
        self.rng.shuffle(waiting)
        return order(POLICY, waiting)

    def go(self, case: Case, act: Act, cause: str) -> None:
        state = after(case.state, act)
        assert state is not None, f"{act} in {case.state}"
        was, now = case.state in IN_QUEUE, state in IN_QUEUE
        key = key_of(POLICY, case.applicant)
        case.state = state
        if was != now:
            self.moves.append(
                Move(self.now, case.applicant.number, key if was else None, key if now else None, cause)
            )

    def pick(self, *states: State) -> Case | None:
        found = [c for c in self.cases.values() if c.state in states]
        return self.rng.choice(found) if found else None


def apply(w: World) -> None:
    again = w.rng.random() < 0.3 and w.people > 0
    person = w.rng.randrange(w.people) if again else w.people
    w.people += not again
    open_already = any(c.person == person and c.state in OPEN for c in w.cases.values())
    barred = w.barred.get(person, date.min) > w.now.date()
    if open_already or barred:
        return  # the operations refuse both
    number = f"{len(w.cases):09d}"
    applicant = Applicant(
        number,
        frozenset(w.rng.sample(FACTS, w.rng.randint(0, 2))),
        w.rng.randint(0, 4),
        w.rng.randint(60, 101),
        w.now,
        w.rng.choice(("male", "female")),
        frozenset(w.rng.sample((1, 2, 3), w.rng.randint(0, 2))),
        frozenset(w.rng.sample(("ordinary", "nursing"), w.rng.randint(0, 1))),
    )
    case = w.cases[number] = Case(applicant, person, State.APPLIED)
    if w.rng.random() < 0.1:
        case.assessed_until = w.now.date() + timedelta(days=w.rng.randint(1, 60))
    w.go(case, Act.ENQUEUE, "joined")


def offer(w: World) -> None:
    bed = FreeBed(
        w.rng.choice((1, 2, 3)), w.rng.choice(("ordinary", "nursing")), w.rng.choice(("", "male", "female"))
    )
    queue, today = w.queue(), w.now.date()
    standings = {
        n: Standing(c.offers > 0, c.assessed_until, c.skipped)
        for n, c in w.cases.items()
        if c.state in IN_QUEUE
    }
    by_number = {n: w.cases[n].applicant for n in standings}
    choice = choose_in(queue, by_number, bed, standings, today=today)
    passed = dict(choice.passed_over)
    if choice.chosen is None:
        assert len(passed) == len(queue)
    else:
        case = w.cases[choice.chosen]
        chosen_key = key_of(POLICY, case.applicant)
        better = {p.number for p in queue if p.key < chosen_key}
        assert better == set(passed), "everybody better placed, and nobody else, is named with a reason"
        assert case.offers == 0 and case.state is State.QUEUED and not case.skipped
        assert w.barred.get(case.person, date.min) <= today and case.assessed_until > today
        case.offers += 1
        w.go(case, Act.OFFER, "")
    for number, reason in passed.items():
        assert why_not(by_number[number], bed, standings[number], today=today) is reason
        assert reason is not PassedOver.SKIPPED or w.cases[number].skipped


def refuse(w: World) -> None:
    case = w.pick(State.OFFERED, State.ACCEPTED)
    if case is None:
        return
    earlier = w.refusals.setdefault(case.person, [])
    outcome = after_refusal(POLICY, earlier, w.now.date())
    earlier.append(w.now.date())
    case.offers = 0
    if outcome.keeps_place:
        w.go(case, Act.KEEP, "returned")
        return
    assert outcome.refusals_in_window > POLICY.refusals_allowed and outcome.barred_until is not None
    w.barred[case.person] = outcome.barred_until
    w.go(case, Act.END, "ended")


def accept(w: World) -> None:
    case = w.pick(State.OFFERED)
    if case is not None:
        w.go(case, Act.ACCEPT, "accepted")


def move_in(w: World) -> None:
    case = w.pick(State.ACCEPTED)
    if case is not None:
        case.offers = 0
        w.go(case, Act.ADMIT, "admitted")


def withdraw(w: World) -> None:
    case = w.pick(*OPEN)
    if case is not None:
        case.offers = 0
        w.go(case, Act.END, "ended")


def skip(w: World) -> None:
    case = w.pick(State.QUEUED)
    if case is not None:
        case.skipped = not case.skipped


def change(w: World) -> None:
    """A new level: the key changes inside the queue."""
    case = w.pick(*IN_QUEUE)
    if case is None:
        return
    before = key_of(POLICY, case.applicant)
    case.applicant = replace(case.applicant, level=w.rng.randint(0, 4))
    after_it = key_of(POLICY, case.applicant)
    if before != after_it:
        w.moves.append(Move(w.now, case.applicant.number, before, after_it, "level"))


ACTS = (apply, apply, apply, offer, offer, refuse, accept, move_in, withdraw, skip, change)


def check(w: World, seen: list[tuple[datetime, dict[str, int]]]) -> None:
    queue = w.queue()
    assert [p.position for p in queue] == list(range(1, len(queue) + 1))
    assert {p.number for p in queue} == {n for n, c in w.cases.items() if c.state in IN_QUEUE}
    for case in w.cases.values():
        assert case.offers <= 1
        assert case.offers == (case.state in (State.OFFERED, State.ACCEPTED))
        barred = w.barred.get(case.person, date.min) > w.now.date()
        assert not (barred and case.state in OPEN)
    seen.append((w.now, {p.number: p.position for p in queue}))


def check_telling(w: World, seen: list[tuple[datetime, dict[str, int]]]) -> None:
    """What is told backwards from the last state is what was so."""
    queue = w.queue()
    if not queue:
        return
    place = w.rng.choice(queue)
    steps = retell(place.number, place.position, place.key, reversed(w.moves))
    for step in steps:
        that_day = [positions for at, positions in seen if at.date() == step.on]
        if step.own:
            continue
        assert that_day[-1][place.number] == step.after
        before = [positions for at, positions in seen if at.date() < step.on and place.number in positions]
        if before and not any(own.own and own.on == step.on for own in steps):
            assert before[-1][place.number] == step.before


def live(seed: int) -> World:
    w, seen = World(Random(seed)), []
    for _ in range(STEPS):
        w.now += timedelta(hours=w.rng.randint(1, 900))
        w.rng.choice(ACTS)(w)
        check(w, seen)
    check_telling(w, seen)
    return w


@pytest.mark.parametrize("part", range(10))
def test_histories_keep_the_promises_of_the_queue(part: int):
    each = HISTORIES // 10
    lives = [live(seed) for seed in range(part * each, (part + 1) * each)]
    assert any(w.barred for w in lives)  # the histories do reach the rare ends
    assert any(c.skipped for w in lives for c in w.cases.values())


MISTAKES = {Act.RESTORE, Act.HOLD_AGAIN, Act.TRY_AGAIN, Act.REOPEN}


@pytest.mark.parametrize("act", list(Act))
def test_what_has_ended_goes_on_only_when_the_end_was_a_mistake(act: Act):
    goes_on = {after(State.ENDED, act), after(State.ADMITTED, act)} - {None}
    assert not goes_on or act in MISTAKES


def test_every_state_can_be_left_but_the_ends():
    for state in OPEN:
        assert any(after(state, act) not in (None, state) for act in Act)
