"""Divisions to choose from in filters and forms."""

from django.core.cache import cache
from django.db.models import Q

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division

_SECONDS = 60  # divisions change a few times in a decade


def division_options(actor: Account, chosen: Division | None = None) -> list[tuple[str, str]]:
    """(code, name) below the actor's own division: districts and towns, and the villages of one town.

    The own division is what a filter means when nothing is chosen, so it is not once more among the options.
    """
    key = f"divisions:{actor.reach}:{actor.division_path}:{actor.organisation_id}"
    own = actor.division.code
    options = [o for o in cache.get_or_set(key, lambda: _districts_and_towns(actor), _SECONDS) if o[0] != own]
    if chosen and chosen.level == DivisionLevel.TOWN:
        at = next((i for i, (code, _) in enumerate(options) if code == chosen.code), len(options) - 1)
        options[at + 1 : at + 1] = [(code, f"　　{name}") for code, name in village_options(actor, chosen)]
    elif chosen and chosen.level == DivisionLevel.VILLAGE:
        options.append((chosen.code, f"　　{chosen.name}"))
    if not options:
        options = village_options(actor, None)
    return [option for option in options if option[0] != own]


def _districts_and_towns(actor: Account) -> list[tuple[str, str]]:
    seen = Division.objects.visible_to(actor).exclude(level__in=[DivisionLevel.VILLAGE, DivisionLevel.CITY])
    fields = seen.order_by("nbs_code", "id").values_list("pk", "nbs_code", "gb_code", "level", "name")
    return [
        (nbs or gb or str(pk), f"　{name}" if level == DivisionLevel.TOWN else name)
        for pk, nbs, gb, level, name in fields
    ]


def village_options(actor: Account, town: Division | None) -> list[tuple[str, str]]:
    """(code, name) of the villages and communities of a town, or of the actor's whole scope if that is one."""
    seen = Division.objects.visible_to(actor).filter(level=DivisionLevel.VILLAGE)
    if town is not None:
        seen = seen.filter(parent=town)
    return [(d.code, d.name) for d in seen.order_by("nbs_code", "id")[:400]]


def town_options(actor: Account) -> list[tuple[str, str]]:
    """(code, `区市 镇街`) inside the actor's scope; for a village worker the own town."""
    towns = Division.objects.filter(level=DivisionLevel.TOWN).select_related("parent")
    if actor.division.level == DivisionLevel.VILLAGE:
        towns = towns.filter(pk=actor.division.parent_id)
    else:
        towns = towns.visible_to(actor)
    return [(d.code, f"{d.parent.name} {d.name}") for d in towns.order_by("nbs_code", "id")]


def village_label(village: Division) -> str:
    """`环翠区 环翠楼街道 东北村居委会`."""
    town = village.parent
    district = town.parent if town else None
    return " ".join(d.name for d in (district, town, village) if d is not None)


def find_villages(
    actor: Account | None, text: str, whole_city: bool, *, most: int = 20
) -> list[tuple[str, str]]:
    """(code, full name) of villages whose name, or whose town's, holds the text; a blank parts the two."""
    seen = Division.objects.filter(level=DivisionLevel.VILLAGE)
    if not whole_city:
        seen = seen.visible_to(actor) if actor is not None else seen.none()
    for part in text.split()[:4]:
        seen = seen.filter(
            Q(name__contains=part) | Q(parent__name__contains=part) | Q(parent__parent__name__contains=part)
        )
    found = seen.select_related("parent__parent").order_by("nbs_code", "id")[:most]
    return [(d.code, village_label(d)) for d in found]
