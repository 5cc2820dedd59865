"""What stands near people: meal sites, centres, day care, rental points; hospitals and clinics. All made up."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from yinling.demo.plans import OperatorPlan, PlacePlan, Spot, credit_code, make_place, ramp, short, some
from yinling.registry.choices import BedKind, Ownership, PlaceKind
from yinling.registry.choices import PlaceFactKind as F
from yinling.registry.operations.places import FactInput

_MEALS = {
    "371002": (96, "社区长者食堂"),
    "371071": (48, "社区长者食堂"),
    "371072": (46, "社区长者食堂"),
    "371073": (36, "老年餐桌"),
    "371003": (210, "幸福餐桌"),
    "371082": (420, "暖心食堂"),
    "371083": (190, "老年餐桌"),
}
_HOSPITALS = {  # public general, public TCM, other
    "371002": (4, 1, 3),
    "371071": (1, 0, 2),
    "371072": (1, 1, 1),
    "371073": (1, 0, 0),
    "371003": (2, 1, 1),
    "371082": (2, 1, 2),
    "371083": (2, 1, 1),
}
_HOSPITAL_WORDS = [
    "仁和",
    "安澜",
    "博爱",
    "海慈",
    "同济",
    "惠民",
    "康华",
    "慈济",
    "德馨",
    "益康",
    "普仁",
    "泰和",
]


def plan_chains(seed: int) -> list[OperatorPlan]:
    """Operators of many sites."""
    rng = Random(f"{seed} chains")
    words = ("颐海", "银铃", "康邻", "乐龄", "福邻", "孝行", "暖邻", "海之家", "心悦", "和邻")
    return [OperatorPlan(f"威海{word}养老服务有限公司", credit_code(rng, "91")) for word in words]


def plan_meal_sites(seed: int, as_of: date, spots: list[Spot], chains: list[OperatorPlan]) -> list[PlacePlan]:
    """1,046 open ones, most with a star, and 14 that closed."""
    rng = Random(f"{seed} meals")
    total = sum(count for count, _ in _MEALS.values())
    days = ramp(rng, as_of, total, 968)
    places = []
    for district, (count, word) in _MEALS.items():
        urban = "社区" in word
        near = [s for s in spots if s.district == district and (s.kind == "社区") == urban]
        rest = [s for s in spots if s.district == district and (s.kind == "社区") != urban]
        chosen = rng.sample(near, min(count, len(near)))
        chosen += rng.sample(rest, count - len(chosen))
        for spot in chosen:
            name = f"{short(spot.name).removesuffix('社区')}{word}"
            operator = rng.choice(chains) if urban else _town_office(spot)
            own = Ownership.PUBLIC_BUILT if urban else Ownership.PUBLIC
            site = make_place(
                rng, spot, name, PlaceKind.MEAL_SITE, own, operator, days.pop(), rng.randrange(60, 320)
            )
            if rng.random() < 0.62:
                rated = min(site.opened_on + timedelta(days=rng.randint(90, 500)), as_of)
                site.facts.append(FactInput(F.MEAL_STAR, rated, "星级餐桌评定", rng.choice((2, 3, 3, 4, 5))))
            places.append(site)
    places += _closed_meal_sites(rng, as_of, places)
    return places


def _closed_meal_sites(rng: Random, as_of: date, open_ones: list[PlacePlan]) -> Iterator[PlacePlan]:
    """Sites that stood where one stands now, and gave way to it."""
    for site in rng.sample([p for p in open_ones if (as_of - p.opened_on).days < 700], 14):
        opened_on = site.opened_on - timedelta(days=rng.randint(500, 1200))
        old = make_place(
            rng, site.spot, f"{site.name}（旧址）", site.kind, site.ownership, site.operator, opened_on, 80
        )
        old.closed_on = site.opened_on
        yield old


def plan_centres(seed: int, as_of: date, spots: list[Spot], chains: list[OperatorPlan]) -> list[PlacePlan]:
    """A centre in each of 24 streets and in 33 of 48 towns."""
    rng = Random(f"{seed} centres")
    by_town = {s.town: s for s in spots}
    streets = [s for town, s in by_town.items() if town.endswith("街道")]
    towns = some(rng, [s for town, s in by_town.items() if town.endswith("镇")], 33)
    early = [date(2019, 3, 1) + timedelta(days=rng.randrange(500)) for _ in streets]
    places = []
    for spot, day in zip([*streets, *towns], [*early, *ramp(rng, as_of, 33, 26)], strict=True):
        place = make_place(
            rng,
            spot,
            f"{spot.town}综合养老服务中心",
            PlaceKind.TOWN_CENTRE,
            Ownership.PUBLIC_BUILT,
            rng.choice(chains),
            day,
            rng.randrange(600, 2600),
        )
        place.beds = [(rng.randrange(10, 40), BedKind.ORDINARY, day)]
        places.append(place)
    return places


def plan_neighbourhood(
    seed: int, as_of: date, spots: list[Spot], chains: list[OperatorPlan]
) -> list[PlacePlan]:
    """Day care in communities, 幸福院 in villages, rental points of aids."""
    rng = Random(f"{seed} neighbourhood")
    communities = [s for s in spots if s.kind == "社区"]
    villages = [s for s in spots if s.kind != "社区"]
    kinds = (
        (PlaceKind.DAY_CARE, communities, 268, 231, "日间照料中心", (180, 800)),
        (PlaceKind.RURAL_HOUSE, villages, 620, 571, "农村幸福院", (90, 400)),
        (PlaceKind.RENTAL_POINT, communities, 84, 41, "康复辅具租赁点", (30, 120)),
    )
    places = []
    for kind, where, now, before, word, (low, high) in kinds:
        days = ramp(rng, as_of, now, before)
        for spot, day in zip(rng.sample(where, now), days, strict=True):
            own = Ownership.PUBLIC if kind == PlaceKind.RURAL_HOUSE else Ownership.PUBLIC_BUILT
            operator = _town_office(spot) if kind == PlaceKind.RURAL_HOUSE else rng.choice(chains)
            area = rng.randrange(low, high)
            places.append(make_place(rng, spot, f"{short(spot.name)}{word}", kind, own, operator, day, area))
    return places


def plan_hospitals(seed: int, as_of: date, spots: list[Spot]) -> list[PlacePlan]:
    """28 hospitals: 13 public general ones of grade two or three, five of TCM, others."""
    rng = Random(f"{seed} hospitals")
    general: list[PlacePlan] = []
    tcm: list[PlacePlan] = []
    other: list[PlacePlan] = []
    for district, counts in _HOSPITALS.items():
        urban = [s for s in spots if s.district == district and s.kind == "社区"]
        words = rng.sample(_HOSPITAL_WORDS, sum(counts))
        for group, count, word in zip(
            (general, tcm, other), counts, ("医院", "中医院", "康复医院"), strict=True
        ):
            for _ in range(count):
                spot = rng.choice(urban)
                group.append(
                    _medical(rng, spot, f"{spot.district_name}{words.pop()}{word}", PlaceKind.HOSPITAL)
                )
    _give(rng, general, len(general), F.GENERAL_HOSPITAL_GRADE2, date(2016, 1, 1), "医疗机构执业许可证")
    _give(rng, tcm, len(tcm), F.TCM_HOSPITAL_GRADE2, date(2016, 1, 1), "医疗机构执业许可证")
    _give_over_time(rng, as_of, tcm, 5, 4, F.REHABILITATION, "诊疗科目登记")
    _give_over_time(rng, as_of, general, 13, 10, F.GERIATRICS, "诊疗科目登记")
    _give_over_time(rng, as_of, general, 9, 6, F.ONLINE_NURSING, "卫生健康部门备案")
    _give_over_time(rng, as_of, general, 3, 1, F.HOSPICE_DEPARTMENT, "诊疗科目登记")
    _hospice_wards(rng, as_of, general)
    return [*general, *tcm, *other]


def _hospice_wards(rng: Random, as_of: date, general: list[PlacePlan]) -> None:
    """环翠, 文登 and 荣成 have a ward with enough beds; 乳山 has some beds and no ward yet."""
    beds = {"371002": 26, "371003": 20, "371082": 24, "371083": 12}
    for i, (district, count) in enumerate(beds.items()):
        place = next(p for p in general if p.spot.district == district)
        day = as_of - timedelta(days=(1300, 610, 900, 240)[i])
        place.beds.append((count, BedKind.HOSPICE, day))
        if district != "371083":
            place.facts.append(FactInput(F.HOSPICE_WARD, day, "卫生健康部门批复"))


def plan_primary_care(seed: int, as_of: date, spots: list[Spot]) -> list[PlacePlan]:
    """118 community clinics and 52 township hospitals, 98 of which offer hospice care."""
    rng = Random(f"{seed} primary care")
    clinics = [
        _medical(
            rng, spot, f"{short(spot.name).removesuffix('社区')}社区卫生服务站", PlaceKind.COMMUNITY_CLINIC
        )
        for spot in rng.sample([s for s in spots if s.kind == "社区"], 118)
    ]
    towns = sorted({s.town for s in spots if s.town.endswith("镇")})
    seats = [(town, "卫生院") for town in towns] + [(town, "第二卫生院") for town in some(rng, towns, 4)]
    township = [
        _medical(
            rng,
            rng.choice([s for s in spots if s.town == town]),
            f"{town}{word}",
            PlaceKind.TOWNSHIP_HOSPITAL,
        )
        for town, word in seats
    ]
    _give_over_time(rng, as_of, clinics + township, 98, 71, F.HOSPICE_SERVICE, "卫生健康部门登记")
    return clinics + township


def combine_care(seed: int, as_of: date, homes: list[PlacePlan], medical: list[PlacePlan]) -> None:
    """医养结合: 46 places before 2023, 27 since; the plan asked for about thirty more."""
    rng = Random(f"{seed} combined")
    fitting = [p for p in homes if p.opened_on < date(2020, 1, 1) and p.closed_on is None]
    hospitals = [p for p in medical if p.kind != PlaceKind.COMMUNITY_CLINIC]
    chosen = rng.sample(fitting, 50) + rng.sample(hospitals, 23)
    rng.shuffle(chosen)
    since = date(2023, 1, 5)
    for i, place in enumerate(chosen):
        if i < 46:
            day = date(2020, 1, 5) + timedelta(days=rng.randrange(1000))
        else:
            day = since + timedelta(days=rng.randrange(max((as_of - since).days, 1)))
        place.facts.append(FactInput(F.MEDICAL_CARE_COMBINED, max(day, place.opened_on), "医养结合机构备案"))


def _medical(rng: Random, spot: Spot, name: str, kind: PlaceKind) -> PlacePlan:
    opened_on = date(rng.randint(1985, 2016), rng.randint(1, 12), 1)
    operator = (
        OperatorPlan(name, credit_code(rng, "12")) if kind == PlaceKind.HOSPITAL else _town_office(spot)
    )
    area = rng.randrange(8000, 60000) if kind == PlaceKind.HOSPITAL else rng.randrange(300, 4000)
    own = Ownership.PRIVATE if name.endswith("康复医院") else Ownership.PUBLIC
    return make_place(rng, spot, name, kind, own, operator, opened_on, area)


def _give(rng: Random, places: list[PlacePlan], count: int, kind: F, on: date, source: str) -> None:
    for place in rng.sample(places, count):
        place.facts.append(FactInput(kind, max(on, place.opened_on), source))


def _give_over_time(
    rng: Random, as_of: date, places: list[PlacePlan], now: int, before: int, kind: F, source: str
) -> None:
    for place, day in zip(rng.sample(places, now), ramp(rng, as_of, now, before), strict=True):
        place.facts.append(FactInput(kind, max(day, place.opened_on), source))


def _town_office(spot: Spot) -> OperatorPlan:
    """The office as `rulebook/organisations.py` names it."""
    if spot.town.endswith("镇"):
        return OperatorPlan(f"{spot.town}政府")
    return OperatorPlan(f"{spot.town}办事处" if spot.town.endswith("街道") else f"文登{spot.town}")
