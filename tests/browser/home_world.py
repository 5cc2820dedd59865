"""The small world of the journey into a home: its clock, a public home with two free beds, who asks and who acts."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from tests.assessment import make as assessing
from tests.registry import make
from tests.residence import fees, waiting
from tests.world import AT, account
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.registry.choices import BedKind, CategoryKind
from yinling.registry.models import Person, PersonAccess
from yinling.registry.operations.beds import open_beds
from yinling.registry.operations.people import ContactInput
from yinling.residence.models.fees.prices import FeeItem, PricePer
from yinling.residence.operations.care.labels import make_bed_labels
from yinling.residence.operations.prices import ItemInput
from yinling.residence.operations.rooms import RoomsInput, open_building, open_rooms

LOCAL = ZoneInfo("Asia/Shanghai")
PRICES = (
    ItemInput(FeeItem.BED, "nursing", PricePer.MONTH, 150_000),
    ItemInput(FeeItem.CARE, "护理三级", PricePer.MONTH, 200_000),
    ItemInput(FeeItem.MEALS, "三餐", PricePer.DAY, 3_000),
)
NAMES = {
    Role.VILLAGE_WORKER: "村居刘敏", Role.DISTRICT_BUREAU: "民政局宋涛", Role.INSTITUTION_MANAGER: "院长毕成",
    Role.CARE_WORKER: "护理员姜红", Role.ASSESSOR: "评估员隋丽",
}  # fmt: skip


class Clock:
    """What pages take for now. The journey takes seven weeks; the browser a minute."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at

    def set(self, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        self.at = datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


def build_home_world(site: SimpleNamespace) -> SimpleNamespace:
    """A public home with a room of two nursing beds; 丛秀英 with her own and her daughter's account, who will move in;
    王建国, who asks at the counter; 邹守仁, who stands first in the queue and wants another home only."""
    at = fees.noon(2026, 10, 20)
    site.home = waiting.public_home(
        site, name="环翠区社会福利院", beds=0, address="环翠区文化路 1 号", phone="0631-5200001"
    )
    site.full_home = waiting.public_home(site, name="环翠区第二福利院", beds=0)
    open_beds(place=site.home, count=2, opened_on=date(2021, 1, 1), kind=BedKind.NURSING, by=None, at=at)
    building = open_building(place=site.home, name="一号楼", by=None, at=at)
    open_rooms(building=building, rooms=RoomsInput(3, 301, 1, beds_each=2), by=None, at=at)
    make_bed_labels(place=site.home, by=None, at=at)
    fees.prices(site.home, items=PRICES, away=())
    site.person = make.person(
        site.village, name="丛秀英", sex="female", born_on=date(1941, 3, 8), serial=31,
        contacts=[ContactInput("丛明", "女儿", "10012345678")],
    )  # fmt: skip
    site.counter_person = make.person(site.village, name="王建国", born_on=date(1944, 7, 1), serial=32)
    site.first = waiting.elder(
        site, 33, name="邹守仁", level=3, kinds=(CategoryKind.LOW_INCOME,), born_on=date(1939, 5, 6)
    )
    waiting.waiting(site.first, site.full_home, at=at)
    for who, name in NAMES.items():
        Account.objects.filter(pk=site.accounts[who].pk).update(full_name=name)
        site.accounts[who].refresh_from_db()
    site.elder = _entrusted(site.accounts[Role.ELDER], "丛秀英", site.person, "本人")
    site.family = _entrusted(site.accounts[Role.FAMILY], "丛明", site.person, "女儿")
    second = account("assessor_b", Role.ASSESSOR, site.assessors, site.town)
    second.full_name = "评估员于海燕"
    second.save()
    for n, who in enumerate((site.accounts[Role.ASSESSOR], second)):
        assessing.assessor(who, medical=n == 0, at=at)
    site.actors = {"first": site.accounts[Role.ASSESSOR], "second": second} | {
        "village": site.accounts[Role.VILLAGE_WORKER], "district": site.accounts[Role.DISTRICT_BUREAU],
        "manager": site.accounts[Role.INSTITUTION_MANAGER], "carer": site.accounts[Role.CARE_WORKER],
        "daughter": site.family,
    }  # fmt: skip
    return site


def _entrusted(made: Account, name: str, person: Person, relation: str) -> Account:
    Account.objects.filter(pk=made.pk).update(full_name=name)
    PersonAccess.objects.create(
        account=made, person=person, relation=relation, ground="窗口核验", valid_from=date(2020, 1, 1)
    )
    made.refresh_from_db()
    return made
