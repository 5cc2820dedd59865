"""Which facts and beds fit which kind of place. From the definitions of the terms, not from amounts or ratios."""

from yinling.registry.choices import PlaceFactKind as F
from yinling.registry.choices import PlaceKind as K

_RESIDENTIAL = frozenset({K.HOME, K.EMBEDDED_HOME})
_MEDICAL = frozenset({K.HOSPITAL, K.COMMUNITY_CLINIC, K.TOWNSHIP_HOSPITAL})

FITTING_FACTS: dict[F, frozenset[K]] = {
    F.STAR: _RESIDENTIAL,
    F.DESTITUTE_HOME: frozenset({K.HOME}),
    F.SMART_HOME: frozenset(),  # follow from evidence and visits (residence); old entries stay as they are
    F.HOME_VISITS: frozenset(),
    F.LTCI_DESIGNATED: _RESIDENTIAL | _MEDICAL | {K.TOWN_CENTRE},
    F.QUALITY_NORM: _RESIDENTIAL,
    F.SAFETY_NORM: _RESIDENTIAL,
    F.SMART_FIRE: _RESIDENTIAL,
    F.SMART_GAS: _RESIDENTIAL,
    F.BRIGHT_KITCHEN: _RESIDENTIAL | {K.MEAL_SITE},
    F.MEDICAL_CARE_COMBINED: _RESIDENTIAL | _MEDICAL,
    F.HOSPICE_SERVICE: _MEDICAL,
    F.HOSPICE_DEPARTMENT: frozenset({K.HOSPITAL}),
    F.HOSPICE_WARD: frozenset({K.HOSPITAL, K.TOWNSHIP_HOSPITAL}),
    F.GENERAL_HOSPITAL_GRADE2: frozenset({K.HOSPITAL}),
    F.TCM_HOSPITAL_GRADE2: frozenset({K.HOSPITAL}),
    F.GERIATRICS: frozenset({K.HOSPITAL}),
    F.REHABILITATION: frozenset({K.HOSPITAL}),
    F.ONLINE_NURSING: _MEDICAL,
    F.MEAL_STAR: frozenset({K.MEAL_SITE}),
}
GRADED = frozenset({F.STAR, F.MEAL_STAR})
WITH_BEDS = _RESIDENTIAL | _MEDICAL | {K.TOWN_CENTRE, K.DAY_CARE}


def fitting_facts(kind: K) -> list[F]:
    """Facts that can be recorded of a place of this kind, in the order of the list."""
    return [fact for fact in F if kind in FITTING_FACTS[fact]]
