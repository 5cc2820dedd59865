"""Care homes of the demo city: about 120 with 22,036 beds, of which 45 are 敬老院; and the embedded small ones.

Order of magnitude from domain knowledge; every single figure is made up.
"""

from datetime import date, timedelta
from random import Random

from yinling.demo.plans import (
    RECENT,
    OperatorPlan,
    PlacePlan,
    Spot,
    credit_code,
    make_place,
    ramp,
    short,
    some,
)
from yinling.demo.population import apportion
from yinling.registry.choices import BedKind, Ownership, PlaceKind
from yinling.registry.choices import PlaceFactKind as F
from yinling.registry.operations.places import FactInput

BEDS = 22_036
_DESTITUTE = {"371002": 4, "371071": 1, "371072": 2, "371073": 3, "371003": 12, "371082": 11, "371083": 12}
_PUBLIC = ("371002", "371002", "371003", "371082", "371083")
_PRIVATE = {"371002": 14, "371071": 8, "371072": 7, "371073": 2, "371003": 13, "371082": 18, "371083": 8}
_NURSING = {
    "371002": 0.66,
    "371071": 0.68,
    "371072": 0.645,
    "371073": 0.585,
    "371003": 0.62,
    "371082": 0.645,
    "371083": 0.595,
}
_WORDS = [
    "福寿",
    "颐和",
    "康泰",
    "静安",
    "松鹤",
    "夕阳红",
    "金秋",
    "海韵",
    "祥和",
    "安康",
    "怡心",
    "长乐",
    "百佳",
    "仁爱",
    "孝亲",
    "和顺",
    "瑞康",
    "幸福",
    "海润",
    "永安",
    "佳和",
    "盛德",
    "九九",
    "南山",
    "福海",
    "鹤年",
    "康乐",
    "惠康",
    "悦年",
    "暖心",
    "泽康",
    "慈安",
    "聚福",
    "益寿",
    "晚晴",
    "逸老",
    "荣康",
    "春晖",
    "松龄",
    "康宁",
]
_WHERE = {"371071": "威海高区", "371072": "威海经区"}
_STAR = "等级评定公告"
# fact: (homes that have it, two years ago, source); out of 120
_SHARES: dict[F, tuple[int, int, str]] = {
    F.HOME_VISITS: (65, 41, ""),
    F.LTCI_DESIGNATED: (58, 36, "长护险定点协议"),
    F.QUALITY_NORM: (117, 98, "服务质量评估报告"),
    F.SAFETY_NORM: (120, 109, "服务安全评估报告"),
    F.SMART_FIRE: (118, 71, "消防物联网接入证明"),
    F.SMART_GAS: (111, 52, "燃气报警接入证明"),
    F.BRIGHT_KITCHEN: (120, 96, "市场监管部门接入记录"),
    F.SMART_HOME: (8, 3, ""),
}


def plan_homes(seed: int, as_of: date, spots: list[Spot]) -> list[PlacePlan]:
    """All homes, the two that closed lately last."""
    rng = Random(f"{seed} homes")
    homes = [*_destitute_homes(rng, spots), *_public_homes(rng, spots), *_private_homes(rng, as_of, spots)]
    closed = homes.pop(), homes.pop()
    _give_beds(rng, as_of, homes)
    for kind, (now, before, source) in _SHARES.items():
        _give_fact(rng, as_of, homes, kind, now, before, source)
    _give_stars(rng, as_of, homes)
    for home, ago in zip(closed, (430, 160), strict=True):
        home.opened_on = date(2013, 5, 1)
        home.beds.append((48, BedKind.ORDINARY, home.opened_on))
        home.closed_on = as_of - timedelta(days=ago)
    return [*homes, *closed]


def plan_embedded(seed: int, as_of: date, spots: list[Spot], chains: list[OperatorPlan]) -> list[PlacePlan]:
    """Small homes inside communities: 18, half of them opened in the last two years."""
    rng = Random(f"{seed} embedded")
    communities = [s for s in spots if s.kind == "社区"]
    places = []
    for spot, day in zip(rng.sample(communities, 18), ramp(rng, as_of, 18, 9), strict=True):
        name = f"{short(spot.name)}嵌入式养老服务中心"
        place = make_place(
            rng,
            spot,
            name,
            PlaceKind.EMBEDDED_HOME,
            Ownership.PUBLIC_BUILT,
            rng.choice(chains),
            day,
            rng.randrange(380, 1200),
        )
        beds = rng.randrange(10, 30)
        place.beds = [(beds, BedKind.NURSING, day)]
        place.visits_since = day
        places.append(place)
    return places


def _destitute_homes(rng: Random, spots: list[Spot]) -> list[PlacePlan]:
    homes = []
    for district, count in _DESTITUTE.items():
        towns = sorted({s.town for s in spots if s.district == district and s.town.endswith("镇")})
        for town in some(rng, towns, count):
            spot = rng.choice([s for s in spots if s.town == town])
            name = f"{town.removesuffix('镇')}中心敬老院"
            operator = OperatorPlan(name, credit_code(rng, "12"))
            opened_on = date(rng.randint(2008, 2018), rng.randint(1, 12), rng.randint(1, 28))
            home = make_place(
                rng,
                spot,
                name,
                PlaceKind.HOME,
                Ownership.PUBLIC_BUILT,
                operator,
                opened_on,
                rng.randrange(2200, 6000),
            )
            home.facts.append(FactInput(F.DESTITUTE_HOME, opened_on, "区市民政部门登记"))
            homes.append(home)
    return homes


def _public_homes(rng: Random, spots: list[Spot]) -> list[PlacePlan]:
    homes = []
    for i, district in enumerate(_PUBLIC):
        spot = rng.choice([s for s in spots if s.district == district and s.kind == "社区"])
        name = "威海市社会福利院" if i == 0 else f"{spot.district_name}社会福利中心"
        operator = OperatorPlan(name, credit_code(rng, "12"))
        opened_on = date(rng.randint(1998, 2012), rng.randint(1, 12), 1)
        area = rng.randrange(9000, 20000)
        homes.append(make_place(rng, spot, name, PlaceKind.HOME, Ownership.PUBLIC, operator, opened_on, area))
    return homes


def _private_homes(rng: Random, as_of: date, spots: list[Spot]) -> list[PlacePlan]:
    """70 and two more that will close; seven opened in the last two years."""
    districts = [d for d, count in _PRIVATE.items() for _ in range(count)]
    rng.shuffle(districts)
    days = ramp(rng, as_of, 70, 63)
    days = [d if (as_of - d).days <= RECENT else d - timedelta(days=rng.randrange(3000)) for d in days]
    homes, used = [], set()
    for i, (district, day) in enumerate(
        zip([*districts, "371083", "371003"], [*days, date(2013, 5, 1), date(2013, 5, 1)], strict=True)
    ):
        spot = rng.choice([s for s in spots if s.district == district])
        while (word := rng.choice(_WORDS), spot.district_name) in used:
            pass
        used.add((word, spot.district_name))
        # 高区 and 经区 are no names of a place by themselves
        where = _WHERE.get(district) or spot.district_name[:2]
        name = f"{where}{word}养老院"
        is_company = rng.random() < 0.55
        company = f"威海{where.removeprefix('威海')}{word}养老服务有限公司"
        operator = OperatorPlan(
            company if is_company else name, credit_code(rng, "91" if is_company else "52")
        )
        ownership = Ownership.PUBLIC_BUILT if i % 4 == 0 else Ownership.PRIVATE
        homes.append(
            make_place(rng, spot, name, PlaceKind.HOME, ownership, operator, day, rng.randrange(2000, 16000))
        )
    return homes


def _give_beds(rng: Random, as_of: date, homes: list[PlacePlan]) -> None:
    """Ordinary and nursing beds at opening; the rest of the nursing beds certified in two waves."""
    weights = [
        rng.uniform(0.7, 1.7)
        if any(f.kind == F.DESTITUTE_HOME for f in home.facts)
        else rng.uniform(2.8, 4.2)
        if home.ownership == Ownership.PUBLIC
        else rng.uniform(1.2, 4.6)
        for home in homes
    ]
    recent_from = as_of - timedelta(days=RECENT)
    for home, beds in zip(homes, apportion(BEDS, weights), strict=True):
        share = min(max(_NURSING[home.spot.district] + rng.uniform(-0.12, 0.12), 0.3), 0.9)
        nursing = round(beds * share)
        if home.opened_on >= recent_from:
            home.beds = _split(beds, nursing, home.opened_on)
            continue
        at_opening = round(beds * rng.uniform(0.18, 0.34))
        latest = round(beds * rng.uniform(0.02, 0.17))  # within the last two years
        home.beds = _split(beds, at_opening, home.opened_on)
        middle = max(nursing - at_opening - latest, 0)
        first = max(home.opened_on, date(2020, 1, 10))
        if middle:
            on = first + timedelta(days=rng.randrange(max((recent_from - first).days, 1)))
            home.certifications.append((middle, BedKind.NURSING, on))
        if latest:
            on = recent_from + timedelta(days=rng.randrange(RECENT - 10))
            kind = BedKind.DEMENTIA if rng.random() < 0.25 else BedKind.NURSING
            home.certifications.append((latest, kind, on))


def _split(beds: int, nursing: int, day: date) -> list[tuple[int, BedKind, date]]:
    parts = [(beds - nursing, BedKind.ORDINARY, day), (nursing, BedKind.NURSING, day)]
    return [part for part in parts if part[0]]


def _give_fact(
    rng: Random, as_of: date, homes: list[PlacePlan], kind: F, now: int, before: int, source: str
) -> None:
    """Visits and smart homes are no facts of their own: `steps/home_services` makes the rows they follow from."""
    for home, day in zip(rng.sample(homes, now), ramp(rng, as_of, now, before), strict=True):
        since = max(day, home.opened_on)
        if kind is F.HOME_VISITS:
            home.visits_since = since
        elif kind is F.SMART_HOME:
            home.smart_since = since
        else:
            home.facts.append(FactInput(kind, since, source))


def _give_stars(rng: Random, as_of: date, homes: list[PlacePlan]) -> None:
    """Every 敬老院 is rated, one of them below two stars; of the others most. Some have risen."""
    destitute = [h for h in homes if any(f.kind == F.DESTITUTE_HOME for f in h.facts)]
    others = [h for h in homes if h not in destitute]
    grades = [(h, 1 if i == 7 else rng.choice((2, 2, 2, 3, 3, 4))) for i, h in enumerate(destitute)]
    grades += [(h, rng.choice((1, 2, 2, 3, 3, 3, 4, 4, 5))) for h in some(rng, others, 52)]
    for home, grade in grades:
        day = max(date(rng.randint(2020, 2022), rng.randint(1, 12), 15), home.opened_on)
        if grade > 2 and (as_of - day).days > 500 and rng.random() < 0.5:
            risen = day + timedelta(days=rng.randrange(400, (as_of - day).days))
            home.facts.append(FactInput(F.STAR, day, _STAR, grade - 1, risen))
            home.facts.append(FactInput(F.STAR, risen, _STAR, grade))
        else:
            home.facts.append(FactInput(F.STAR, day, _STAR, grade))
