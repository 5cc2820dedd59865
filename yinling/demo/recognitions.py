"""Elder associations and age-friendly communities of the demo city. All made up."""

from datetime import date
from random import Random

from yinling.demo.plans import Spot, ramp
from yinling.demo.population import apportion
from yinling.registry.choices import DivisionFactKind as D

_FRIENDLY = {"371002": 4, "371071": 1, "371072": 1, "371003": 3, "371082": 3, "371083": 2}  # 14 of 15
_ASSOCIATIONS = {
    "371002": 0.90,
    "371071": 0.80,
    "371072": 0.82,
    "371073": 0.76,
    "371003": 0.88,
    "371082": 0.915,
    "371083": 0.835,
}


def plan_recognitions(seed: int, as_of: date, spots: list[Spot]) -> list[tuple[Spot, D, date, str]]:
    """(where, what, since, by which paper): 87 % of villages and communities with an association."""
    rng = Random(f"{seed} recognitions")
    now, before = round(len(spots) * 0.87), round(len(spots) * 0.71)
    sizes = {d: sum(s.district == d for s in spots) for d in _ASSOCIATIONS}
    counts = apportion(now, [sizes[d] * share for d, share in _ASSOCIATIONS.items()])
    days = ramp(rng, as_of, now, before)
    plans = []
    for district, count in zip(_ASSOCIATIONS, counts, strict=True):
        near = [s for s in spots if s.district == district]
        chosen = rng.sample(near, min(count, len(near)))
        plans += [(spot, D.ELDER_ASSOCIATION, days.pop(), "村居备案") for spot in chosen]
    days = ramp(rng, as_of, sum(_FRIENDLY.values()), 9)
    for district, count in _FRIENDLY.items():
        communities = [s for s in spots if s.district == district and s.kind == "社区"]
        chosen = rng.sample(communities, min(count, len(communities)))
        plans += [(spot, D.AGE_FRIENDLY_COMMUNITY, days.pop(), "国家命名文件") for spot in chosen]
    return plans
