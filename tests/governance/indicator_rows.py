"""Registry rows whose indicators are known by heart, in both districts of the shared world."""

from datetime import date
from types import SimpleNamespace

from tests.world import AT
from yinling.core.models import Division
from yinling.registry.choices import (
    BedKind,
    CategoryKind,
    CertificateKind,
    DivisionFactKind,
    Ownership,
    PlaceFactKind,
    PlaceKind,
    Post,
)
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
from yinling.residence.models import HomeService, HomeVisit

OPENED = date(2020, 1, 1)
_serial = iter(range(1, 10**9))


def person(division: Division, born_on: date, **more) -> Person:
    pk = next(_serial) + 10**7  # apart from those that the database numbers
    return Person.objects.create(
        pk=pk,
        file_number=f"2020{pk:08d}",
        name="王建国",
        sex="male",
        born_on=born_on,
        division=division,
        division_path=division.path,
        registered_on=more.pop("registered_on", OPENED),
        **more,
    )


def place(
    division: Division, kind: PlaceKind, operator, *facts, ownership=Ownership.PRIVATE, **more
) -> Place:
    """`facts` are kinds, or (kind, valid_from, valid_to, grade)."""
    made = Place.objects.create(
        name=f"机构{next(_serial)}",
        kind=kind,
        ownership=ownership,
        operator=operator,
        division=division,
        division_path=division.path,
        valid_from=more.pop("valid_from", OPENED),
        **more,
    )
    for fact in facts:
        kind_, since, until, grade = fact if isinstance(fact, tuple) else (fact, OPENED, None, None)
        PlaceFact.objects.create(
            place=made, kind=kind_, valid_from=since, valid_to=until, grade=grade, source="测试"
        )
    return made


def bed(home: Place, kind=BedKind.ORDINARY, certified_on=None, valid_to=None) -> Bed:
    return Bed.objects.create(
        place=home,
        division_path=home.division_path,
        code=str(next(_serial)),
        kind=kind,
        certified_on=certified_on,
        valid_from=OPENED,
        valid_to=valid_to,
    )


def worker(home: Place, post: Post, *certificates) -> CareWorker:
    """`certificates` are kinds, or (kind, issued_on, expires_on)."""
    who = person(home.division, date(1985, 1, 1))
    for entry in certificates:
        kind, issued, expires = entry if isinstance(entry, tuple) else (entry, OPENED, None)
        WorkerCertificate.objects.create(
            person=who, kind=kind, number=f"C{next(_serial)}", issued_on=issued, expires_on=expires
        )
    return CareWorker.objects.create(
        person=who, place=home, division_path=home.division_path, post=post, valid_from=OPENED
    )


def visits(home: Place, *days: date) -> None:
    """A service at home, and a visit to one person on each of the days."""
    common = {"place": home, "division_path": home.division_path, "kind": "meal"}
    HomeService.objects.create(**common, valid_from=OPENED)
    for on in days:
        HomeVisit.objects.create(**common, on=on, minutes=30, recorded_at=AT)


def build(world: SimpleNamespace) -> SimpleNamespace:
    """As of 2026-10-31: 3 homes (2 socialised), 4 beds of which 2 care beds, of 3 workers 1 certified, and so on."""
    F, K = PlaceFactKind, PlaceKind
    w = SimpleNamespace()
    w.home = place(
        world.village,
        K.HOME,
        world.operator,
        F.LTCI_DESIGNATED,
        F.SMART_FIRE,
        (F.STAR, OPENED, None, 3),
    )
    w.public = place(
        world.other_village,
        K.HOME,
        world.operator,
        F.DESTITUTE_HOME,
        (F.STAR, OPENED, date(2026, 6, 1), 2),
        ownership=Ownership.PUBLIC,
    )
    w.foreign_home = place(
        world.foreign_village,
        K.HOME,
        world.foreign_operator,
        F.SMART_FIRE,
        (F.MEDICAL_CARE_COMBINED, date(2024, 3, 1), None, None),
        ownership=Ownership.PUBLIC_BUILT,
    )
    w.closed = place(world.village, K.HOME, world.operator, valid_to=date(2026, 1, 1))
    w.centre = place(world.town, K.TOWN_CENTRE, world.operator)
    w.meals = [place(d, K.MEAL_SITE, world.operator) for d in (world.village, world.foreign_village)]
    w.hospital = place(
        world.huancui,
        K.HOSPITAL,
        world.operator,
        F.GENERAL_HOSPITAL_GRADE2,
        F.HOSPICE_WARD,
        F.HOSPICE_DEPARTMENT,
        F.GERIATRICS,
        ownership=Ownership.PUBLIC,
    )
    w.beds = [
        bed(w.home),
        bed(w.home, BedKind.NURSING, date(2026, 5, 1)),
        bed(w.home, BedKind.DEMENTIA, date(2026, 11, 15)),  # not yet certified in October
        bed(w.foreign_home, BedKind.NURSING, date(2025, 1, 1)),
        bed(w.foreign_home, BedKind.NURSING, date(2025, 1, 1), valid_to=date(2026, 10, 31)),
        bed(w.closed),
    ]
    w.hospice_beds = [bed(w.hospital, BedKind.HOSPICE, date(2025, 1, 1)) for _ in range(21)]
    C = CertificateKind
    w.workers = [
        worker(w.home, Post.CARE_WORKER, C.CARE_WORKER_SKILL, C.INDUCTION),
        worker(w.home, Post.CARE_WORKER, (C.CARE_WORKER_SKILL, OPENED, date(2026, 10, 1)), C.LONG_TERM_CARER),
        worker(w.foreign_home, Post.CARE_WORKER, (C.CARE_WORKER_SKILL, date(2026, 11, 1), None)),
        worker(w.home, Post.NURSE, C.PROFESSIONAL),
    ]
    visits(w.home, date(2026, 10, 20), date(2025, 1, 1))
    visits(w.foreign_home, date(2026, 12, 1))  # not before December
    w.elder = person(world.village, date(1946, 10, 31))  # 80 on the last day of October
    w.younger = person(world.village, date(1966, 11, 1))  # 60 a day later
    w.foreign_elder = person(world.foreign_village, date(1950, 1, 1))
    w.dead = person(world.village, date(1930, 1, 1), state="deceased", left_on=date(2026, 10, 5))
    PersonCategory.objects.create(
        person=w.elder, kind=CategoryKind.DISABLED_ELDER, source="测试", valid_from=OPENED
    )
    w.home_care_bed = HomeCareBed.objects.create(
        person=w.elder, place=w.home, division_path=w.elder.division_path, valid_from=OPENED
    )
    for division, kind in (
        (world.village, DivisionFactKind.AGE_FRIENDLY_COMMUNITY),
        (world.village, DivisionFactKind.ELDER_ASSOCIATION),
        (world.other_village, DivisionFactKind.AGE_FRIENDLY_COMMUNITY),
    ):
        DivisionFact.objects.create(
            division=division, division_path=division.path, kind=kind, source="测试", valid_from=OPENED
        )
    return w
