"""Which indicator of the rulebook a target belongs to, by document, clause number and words."""


def indicator_of(measure, target) -> str:
    return ""
