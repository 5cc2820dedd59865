"""Limits of stays. Own defaults unless a source stands beside the number; pages say 演示默认 with them."""

from yinling.registry.choices import PlaceKind

LIVED_IN = frozenset({PlaceKind.HOME, PlaceKind.EMBEDDED_HOME, PlaceKind.TOWN_CENTRE})  # where people live

RESPITE_DAYS = 30  # 短期托养 counts up to 30 days: the national elder-care consumption subsidy, 2025
TRIAL_DAYS = 30  # own default
TRIAL_SUGGESTED_DAYS = 15  # own default
ENTERED_BACK_DAYS = 7  # own default: how long after it happened a move may be entered, or its time corrected
LEAVE_DAYS = 30  # own default: a longer leave is asked about
SOON_DAYS = 7  # before the end of a term, from which it stands on the due list
