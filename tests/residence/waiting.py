"""Short forms for tests of the waiting list."""

from datetime import date, timedelta
from types import SimpleNamespace

from tests.registry import make
from tests.world import AT
from yinling.assessment.choices import AssessmentState, Channel, Purpose
from yinling.assessment.models import Assessment
from yinling.registry.choices import BedKind, CategoryKind, Ownership
from yinling.registry.models import Bed, Person, Place
from yinling.registry.operations.beds import open_beds
from yinling.registry.operations.people import CategoryInput
from yinling.residence.models import Application
from yinling.residence.operations.applying import apply_for_home
from yinling.residence.operations.verifying import verify_application

INSTRUMENT = "gbt42195-2022"


def public_home(world: SimpleNamespace, *, name: str = "环翠区社会福利院", beds: int = 2, **more) -> Place:
    home = make.place(world, name=name, ownership=more.pop("ownership", Ownership.PUBLIC), **more)
    if beds:
        open_beds(place=home, count=beds, opened_on=date(2021, 1, 1), by=None, at=AT)
    return home


def beds_of(home: Place) -> list[Bed]:
    return list(home.beds.order_by("code"))


def assess(
    person: Person, level: int = 2, *, at=AT, days: int = 365, instrument: str = INSTRUMENT
) -> Assessment:
    """A signed result, as the assessment room would leave it."""
    Assessment.objects.filter(person=person, purpose=Purpose.ADMISSION, state="signed").update(
        state="superseded", ended_at=at
    )
    return Assessment.objects.create(
        person=person,
        division_path=person.division_path,
        purpose=Purpose.ADMISSION,
        instrument=instrument,
        state=AssessmentState.SIGNED,
        signed_at=at - timedelta(days=1),
        number=f"PG{Assessment.objects.count():06d}",
        level=level,
        result={},
        valid_from=at.date() - timedelta(days=1),
        valid_until=at.date() + timedelta(days=days),
        outside_body="测试评估机构",
    )


def elder(
    world: SimpleNamespace, serial: int, *, level: int | None = 2, kinds=(), name="", division=None, **more
):
    categories = [CategoryInput(CategoryKind(kind), date(2024, 1, 1), "认定") for kind in kinds]
    person = make.person(
        division or world.village,
        name=name or f"王{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}{serial}",
        serial=serial % 100,
        born_on=more.pop("born_on", date(1945, 1 + serial // 100 % 12, 6)),
        categories=categories,
        **more,
    )
    if level is not None:
        assess(person, level)
    return person


def apply(person: Person, *homes: Place, at=AT, kinds: tuple[BedKind, ...] = (), by=None) -> Application:
    return apply_for_home(person=person, homes=homes, bed_kinds=kinds, channel=Channel.COUNTER, by=by, at=at)


def waiting(person: Person, *homes: Place, at=AT, **more) -> Application:
    """Applied and verified; in the queue when there is a valid assessment."""
    made = apply(person, *homes, at=at, **more)
    return verify_application(application=made, by=None, at=at)
