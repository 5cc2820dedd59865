"""The course of an application: which act leads from which state to which. Whatever is not here is refused."""

from enum import StrEnum


class State(StrEnum):
    """Where an application stands. The last two are ends."""

    APPLIED = "applied"
    ASSESSING = "assessing"  # checked, no valid assessment yet
    QUEUED = "queued"
    ASSURED = "assured"  # outside the queue: a bed is owed as soon as there is one
    OFFERED = "offered"
    ACCEPTED = "accepted"
    TRIAL = "trial"
    ADMITTED = "admitted"
    ENDED = "ended"


class Act(StrEnum):
    VERIFY = "verify"  # no valid assessment
    ENQUEUE = "enqueue"  # in order of the queue
    ASSURE = "assure"
    OFFER = "offer"
    ACCEPT = "accept"
    KEEP = "keep"  # refused or unanswered, and the place is kept
    RESTORE = "restore"  # the admission was entered by mistake
    HOLD_AGAIN = "hold_again"  # likewise, and the accepted bed is there still
    TRY_AGAIN = "try_again"  # the end of the trial was entered by mistake
    REOPEN = "reopen"  # the end of the application was a mistake
    BEGIN_TRIAL = "begin_trial"
    ADMIT = "admit"
    END = "end"


OPEN = frozenset(State) - {State.ADMITTED, State.ENDED}
IN_QUEUE = frozenset({State.QUEUED, State.OFFERED})

_BACK = (State.QUEUED, State.OFFERED, State.ACCEPTED)
_WAITING = (State.ASSESSING, State.QUEUED, State.ASSURED)
_COURSE: dict[Act, tuple[frozenset[State], State]] = {
    Act.VERIFY: (frozenset({State.APPLIED}), State.ASSESSING),
    Act.ENQUEUE: (frozenset({State.APPLIED, State.ASSESSING, State.ASSURED}), State.QUEUED),
    Act.ASSURE: (frozenset({State.APPLIED, State.ASSESSING, *_BACK}), State.ASSURED),
    Act.OFFER: (frozenset({State.QUEUED, State.ASSURED}), State.OFFERED),
    Act.ACCEPT: (frozenset({State.OFFERED}), State.ACCEPTED),
    Act.KEEP: (frozenset({State.OFFERED, State.ACCEPTED}), State.QUEUED),
    Act.RESTORE: (frozenset({State.TRIAL, State.ADMITTED}), State.QUEUED),
    Act.HOLD_AGAIN: (frozenset({State.TRIAL, State.ADMITTED}), State.ACCEPTED),
    Act.TRY_AGAIN: (frozenset({State.ENDED}), State.TRIAL),
    Act.REOPEN: (frozenset({State.ENDED}), State.APPLIED),
    Act.BEGIN_TRIAL: (frozenset({State.ACCEPTED, State.OFFERED, State.APPLIED, *_WAITING}), State.TRIAL),
    Act.ADMIT: (OPEN, State.ADMITTED),
    Act.END: (OPEN, State.ENDED),
}


def after(state: State, act: Act) -> State | None:
    """The state that the act leads to; None when it cannot be done in this state."""
    begins, ends = _COURSE[act]
    return ends if state in begins else None
