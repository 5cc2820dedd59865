"""The computed indicators through Django's ORM, as one would write them without definitions and views.

Each function gives, per indicator, counts by the path of the row's division; paths are added up to districts
and towns in Python. It is a fair peer: one aggregating query per table where the conditions allow it.
"""

from collections import defaultdict
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from bench import _orm_homes
from yinling.core.models import Division
from yinling.engines.indicators.totals import Totals
from yinling.registry.models import (
    Bed,
    CareWorker,
    DivisionFact,
    HomeCareBed,
    Person,
    PersonCategory,
    Place,
    PlaceFact,
    WorkerCertificate,
)

Figures = dict[str, dict[str, tuple[int, int]]]  # indicator, code, numerator and denominator (0 for counts)

_HOME_SHARES = {
    "bright-kitchen": "bright_kitchen",
    "smart-fire": "smart_fire",
    "smart-gas": "smart_gas",
    "quality-norm": "quality_norm",
    "safety-norm": "safety_norm",
}


def compute(day: date) -> Figures:
    """All computed indicators as of `day`."""
    holds = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    found: Figures = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    codes = _codes()

    def add(key: str, path: str, numerator: int, denominator: int = 0) -> None:
        for code in codes[path]:
            n, d = found[key][code]
            found[key][code] = (n + numerator, d + denominator)

    _places(day, holds, add)
    _beds(day, holds, add)
    _workers(day, holds, add)
    _people(day, holds, add)
    _divisions(holds, add)
    _orm_homes.compute(day, holds, add)
    return {key: dict(by_code) for key, by_code in found.items()}


def differences(live: Totals, peer: Figures) -> list[str]:
    """Where the two disagree; nothing and not there are the same."""
    wrong = []
    for key, by_code in live.items():
        other = peer.get(key, {})
        for code in set(by_code) | set(other):
            amount = by_code.get(code)
            ours = (amount.numerator, amount.denominator or 0) if amount else (0, 0)
            if ours != other.get(code, (0, 0)):
                wrong.append(f"{key} {code or 'city'}: {ours} live, {other.get(code)} by ORM")
    return wrong


def _codes() -> dict[str, list[str]]:
    """Codes that a row at a path counts for: the city's (empty), the district's, the town's."""
    by_path = {d.path: d for d in Division.objects.all()}
    found = {}
    for path in by_path:
        parts = path.rstrip("/").split("/")
        above = [by_path["/".join(parts[:n]) + "/"] for n in range(1, len(parts) + 1)]
        found[path] = ["", *(d.code for d in above if d.level in ("district", "town"))]
    return found


def _places(day, holds, add):
    def has(kind, **more):
        return Exists(PlaceFact.objects.filter(holds, place=OuterRef("pk"), kind=kind, **more))

    open_ = Place.objects.filter(holds)

    def share(key, rows, numerator):
        counted = rows.values("division_path").annotate(n=Count("pk", filter=numerator), d=Count("pk"))
        for path, n, d in counted.values_list("division_path", "n", "d"):
            add(key, path, n, d)

    def count(key, rows):
        for path, n in rows.values_list("division_path").annotate(n=Count("pk")):
            add(key, path, n)

    homes = open_.filter(kind="home")
    for key, kind in _HOME_SHARES.items():
        share(key, homes, has(kind))
    share("socialised-homes", homes, Q(ownership__in=["public_built", "private"]))
    share("destitute-homes-two-star", open_.filter(has("destitute_home")), has("star", grade__gte=2))
    count("care-homes", homes)
    count("embedded-small-homes", open_.filter(kind="embedded_home"))
    count("rental-points", open_.filter(kind="rental_point"))
    count("meal-sites", open_.filter(kind="meal_site"))
    hospitals = open_.filter(has("general_hospital_grade2"))
    share("internet-nursing-hospitals", hospitals, has("online_nursing"))
    share("geriatrics-departments", hospitals, has("geriatrics"))
    share("tcm-rehabilitation", open_.filter(has("tcm_hospital_grade2")), has("rehabilitation"))
    primary = open_.filter(kind__in=["community_clinic", "township_hospital"])
    share("primary-care-hospice", primary, has("hospice_service"))
    count("hospice-departments", open_.filter(kind="hospital").filter(has("hospice_department")))
    count("hospice-wards", open_.filter(has("hospice_ward")))
    since = has("medical_care_combined", valid_from__gte=date(2023, 1, 1))
    count("medical-care-combined-added", open_.filter(since))


def _beds(day, holds, add):
    place_open = Q(place__valid_from__lte=day) & (Q(place__valid_to=None) | Q(place__valid_to__gt=day))
    beds = Bed.objects.filter(holds).filter(place_open)
    care = Q(kind__in=["nursing", "dementia"], certified_on__lte=day)
    rows = beds.filter(place__kind="home").values("place__division_path")
    for path, n, d in rows.annotate(n=Count("pk", filter=care), d=Count("pk")).values_list(
        "place__division_path", "n", "d"
    ):
        add("nursing-beds", path, n, d)
        add("care-home-beds", path, d)
    hospice = beds.filter(kind="hospice", certified_on__lte=day)
    for path, n in hospice.values_list("place__division_path").annotate(n=Count("pk")):
        add("hospice-beds", path, n)
    for path, n in HomeCareBed.objects.filter(holds).values_list("division_path").annotate(n=Count("pk")):
        add("home-care-beds", path, n)


def _workers(day, holds, add):
    def certified(*kinds):
        valid = Q(expires_on=None) | Q(expires_on__gt=day)
        found = WorkerCertificate.objects.filter(
            valid, person=OuterRef("person"), kind__in=kinds, issued_on__lte=day
        )
        return Exists(found)

    place_open = Q(place__valid_from__lte=day) & (Q(place__valid_to=None) | Q(place__valid_to__gt=day))
    workers = CareWorker.objects.filter(holds).filter(place_open)
    designated = Exists(PlaceFact.objects.filter(holds, place=OuterRef("place"), kind="ltci_designated"))
    health = ["hospital", "community_clinic", "township_hospital"]
    posts = ["nurse", "doctor", "rehabilitation", "fire_safety"]
    for key, rows, numerator in (
        (
            "certified-care-workers",
            workers.filter(place__kind="home", post="care_worker"),
            certified("care_worker_skill", "long_term_carer"),
        ),
        ("long-term-carers", workers.filter(designated), certified("long_term_carer")),
        ("induction-training", workers.exclude(place__kind__in=health), certified("induction")),
        (
            "professionals-certified",
            workers.filter(place__kind="home", post__in=posts),
            certified("professional"),
        ),
    ):
        counted = rows.values("place__division_path").annotate(n=Count("pk", filter=numerator), d=Count("pk"))
        for path, n, d in counted.values_list("place__division_path", "n", "d"):
            add(key, path, n, d)


def _people(day, holds, add):
    def born_by(age):  # a birthday on the 29th of February is had on the 1st of March of other years
        year = day.year - age
        return date(year, 2, 28) if (day.month, day.day) == (2, 29) and year % 4 else day.replace(year=year)

    here = Person.objects.filter(registered_on__lte=day).filter(Q(left_on=None) | Q(left_on__gt=day))
    ages = {f"n{age}": Count("pk", filter=Q(born_on__lte=born_by(age))) for age in (60, 65, 80)}
    for row in here.values("division_path").annotate(**ages):
        for age in (60, 65, 80):
            add(f"elders-{age}", row["division_path"], row[f"n{age}"])
    old = here.filter(born_on__lte=born_by(60))
    for key, kind in (("elders-disabled", "disabled_elder"), ("elders-dementia", "dementia")):
        certified = Exists(PersonCategory.objects.filter(holds, person=OuterRef("pk"), kind=kind))
        for path, n in old.filter(certified).values_list("division_path").annotate(n=Count("pk")):
            add(key, path, n)


def _divisions(holds, add):
    facts = DivisionFact.objects.filter(holds).values_list("kind", "division__path")
    with_fact = set(facts.filter(division__level="village"))
    for path in Division.objects.filter(level="village").values_list("path", flat=True):
        add("elder-associations", path, int(("elder_association", path) in with_fact), 1)
        if ("age_friendly_community", path) in with_fact:
            add("age-friendly-communities", path, 1)
            add("age-friendly-communities-per-district", path, 1)
    centres = Place.objects.filter(holds, kind="town_centre").values_list("division_path", flat=True)
    paths = set(centres)
    for path, kind in Division.objects.filter(level="town").values_list("path", "kind"):
        key = {"街道": "street-centres", "镇": "town-centres"}.get(kind)
        if key:
            add(key, path, int(any(p.startswith(path) for p in paths)), 1)
