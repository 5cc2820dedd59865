"""Short forms for tests of stays: a home with beds, an assessed person."""

from datetime import date, timedelta

from tests.registry import make
from tests.world import AT, TODAY
from yinling.assessment.choices import AssessmentState, Channel, Purpose, RequestState
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.registry.choices import BedKind
from yinling.registry.models import Bed, Person, Place
from yinling.registry.operations.beds import open_beds
from yinling.residence.choices import StayKind
from yinling.residence.models import Stay
from yinling.residence.operations.stays import admit

OPENED = date(2020, 6, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def home(world, beds: int = 3, *, kind: BedKind = BedKind.ORDINARY, **more) -> Place:
    made = make.place(world, **more)
    open_beds(place=made, count=beds, opened_on=OPENED, kind=kind, by=None, at=AT)
    return made


def bed(place: Place, number: int = 1) -> Bed:
    return Bed.objects.filter(place=place).order_by("code")[number - 1]


def assess(person: Person, *, level: int = 2, valid_from=date(2026, 1, 1), years: int = 2) -> Assessment:
    """A signed result for admission, written past the assessment room's own acts."""
    request = AssessmentRequest.objects.create(
        person=person,
        division_path=person.division_path,
        purpose=Purpose.ADMISSION,
        instrument="gbt42195-2022",
        channel=Channel.COUNTER,
        asked_at=AT - 200 * DAY,
        decide_by=TODAY,
        state=RequestState.DONE,
    )
    return Assessment.objects.create(
        request=request,
        person=person,
        division_path=person.division_path,
        purpose=Purpose.ADMISSION,
        instrument="gbt42195-2022",
        state=AssessmentState.SIGNED,
        scheduled_at=AT - 200 * DAY,
        signed_at=AT - 190 * DAY,
        number=f"T{request.pk:08d}",
        level=level,
        result={},
        valid_from=valid_from,
        valid_until=valid_from.replace(year=valid_from.year + years),
    )


def elder(world, serial: int = 31, *, assessed: bool = True, division=None, **more) -> Person:
    made = make.person(division or world.village, name=more.pop("name", "邢守义"), serial=serial, **more)
    if assessed:
        assess(made)
    return made


def moved_in(person: Person, bed: Bed, *, since=AT - DAY, kind=StayKind.LONG, by=None, **more) -> Stay:
    return admit(person=person, bed=bed, kind=kind, since=since, by=by, at=more.pop("at", AT), **more)
