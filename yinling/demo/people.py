"""Elders of the demo city, village by village: the same rows for the operations and for the bulk importer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from zlib import crc32

from yinling.demo import names
from yinling.demo.population import DistrictPlan, birth, male_share, years_before
from yinling.kernel.identity import id_check_digit
from yinling.registry.bulk import BulkPerson
from yinling.registry.choices import CategoryKind as C
from yinling.registry.operations.people import CategoryInput, ContactInput

SINCE = date(2019, 1, 1)  # the files go back to here
_PREFIX = {  # 371081 is the retired code of 文登市
    "371002": "371002",
    "371003": "371081",
    "371082": "371082",
    "371083": "371083",
    "371071": "371002",
    "371072": "371002",
    "371073": "371002",
}
_OTHER_PREFIXES = ("370620", "370634", "370632", "370631", "210204", "230103", "220102")
_DEAD_PREFIX = "371001"  # apart from the living, so that numbers never meet
_SERIALS_A_DISTRICT = 140

_SOURCES = {
    C.DESTITUTE: "区市民政部门认定",
    C.LOW_INCOME: "区市民政部门认定",
    C.LOW_INCOME_MARGINAL: "区市民政部门认定",
    C.LIVING_ALONE: "村居走访核实",
    C.EMPTY_NEST: "村居走访核实",
    C.LEFT_BEHIND: "村居走访核实",
    C.DISABLED_ELDER: "老年人能力评估（GB/T 42195）",
    C.DEMENTIA: "医疗机构诊断",
    C.SEVERE_DISABILITY: "残疾人证",
    C.ADVANCED_AGE: "年龄满 80 周岁",
    C.FAMILY_PLANNING_SPECIAL: "卫生健康部门认定",
    C.ENTITLED_GROUP: "退役军人事务部门认定",
}
_RELATIONS = {
    True: (("长子", True), ("次子", True), ("长女", False), ("儿媳", False)),
    False: (("长女", False), ("次女", False), ("长子", True), ("女婿", True)),
}


@dataclass(frozen=True)
class Village:
    """A village or community with its elders: positions `first` to before `first + people` in the district."""

    division_id: int
    path: str
    code: str
    name: str
    town: str
    is_rural: bool
    first: int
    people: int
    dead_first: int
    dead: int


@dataclass(frozen=True)
class VillageBatch:
    """What a worker process needs to make the people of some villages."""

    seed: int
    as_of: date
    plan: DistrictPlan
    villages: tuple[Village, ...]


def produce(batch: VillageBatch) -> Iterator[BulkPerson]:
    """The elders of the batch's villages, living ones and those who died lately."""
    for village in batch.villages:
        rng = Random(f"{batch.seed} people {village.code}")
        for i in range(village.first, village.first + village.people):
            yield _living(rng, batch.plan, batch.plan.rank(i), village, batch.as_of)
        for i in range(village.dead_first, village.dead_first + village.dead):
            yield _dead(rng, batch.plan, i, village, batch.as_of)


def _living(rng: Random, plan: DistrictPlan, rank: int, village: Village, as_of: date) -> BulkPerson:
    born, age, twin = birth(plan, rank, as_of)
    male = rng.random() < male_share(age)
    prefix = rng.choice(_OTHER_PREFIXES) if rng.random() < 0.05 else _PREFIX[plan.code]
    number = _id_number(prefix, born, plan.index * _SERIALS_A_DISTRICT + twin * 2, male)
    return _person(rng, village, number, born, age, male, as_of, None)


def _dead(rng: Random, plan: DistrictPlan, i: int, village: Village, as_of: date) -> BulkPerson:
    left_on = as_of - timedelta(days=rng.randint(1, 729))
    days = 30 * 365  # born over thirty years, each day once before the first comes again
    born = date.fromordinal(years_before(as_of, 98).toordinal() + i * 7919 % days)
    male = rng.random() < 0.5
    number = _id_number(_DEAD_PREFIX, born, plan.index * _SERIALS_A_DISTRICT + i // days * 2, male)
    return _person(rng, village, number, born, as_of.year - born.year, male, as_of, left_on)


def _id_number(prefix: str, born: date, serial: int, male: bool) -> str:
    """Valid in form, made up: `serial` is even, and the sex makes the last of three digits odd or even."""
    order = serial + (1 if male else 2)
    first17 = f"{prefix}{born:%Y%m%d}{order:03d}"
    return first17 + id_check_digit(first17)


def _person(
    rng: Random,
    village: Village,
    number: str,
    born: date,
    age: int,
    male: bool,
    as_of: date,
    left_on: date | None,
) -> BulkPerson:
    last_day = (left_on or as_of) - timedelta(days=1)
    registered_on = _registered_on(rng, born, last_day)
    disabled = rng.random() < min(0.025 * 1.095 ** (age - 60), 0.62)
    living = _living_situation(rng, age, disabled)
    kinds = _categories(rng, age, disabled, living, village.is_rural)
    family = names.surname(rng)
    return BulkPerson(
        name=names.full_name(rng, born=born.year, male=male, family=family),
        id_number=number,
        division_id=village.division_id,
        division_path=village.path,
        phone=fake_phone(rng) if rng.random() < 0.9 else "",
        address=_address(rng, village),
        living=living,
        insurance=_insurance(number, village.is_rural),
        registered_on=registered_on,
        state="deceased" if left_on else "active",
        left_on=left_on,
        categories=tuple(
            CategoryInput(
                kind,
                _certified_on(rng, kind, born, registered_on, last_day),
                _SOURCES[kind],
                valid_to=left_on,
            )
            for kind in kinds
        ),
        contacts=_contacts(rng, family, born.year, male),
        division_names=(village.name, village.town),
    )


def _insurance(number: str, rural: bool) -> str:
    """Drawn from the number and not from `rng`, whose further draws would all change. Shares are illustrative."""
    draw = crc32(number.encode()) % 1000
    for kind, before in (("none", 8), ("unknown", 25), ("other", 40), ("employee", 220 if rural else 640)):
        if draw < before:
            return kind
    return "resident"


def fake_phone(rng: Random) -> str:
    """Eleven digits in a range that no mobile network uses, so that nobody can be called by accident."""
    return f"100{rng.randrange(10**8):08d}"


def _registered_on(rng: Random, born: date, last_day: date) -> date:
    """When 60, but not before the files began; the first files were filled within three years."""
    sixty = years_before(born, -60)
    if sixty > SINCE:
        day = sixty + timedelta(days=rng.randint(0, 40))
    else:
        day = SINCE + timedelta(days=int(rng.random() ** 2 * 1000))
    return min(day, last_day - timedelta(days=1))


def _living_situation(rng: Random, age: int, disabled: bool) -> str:
    if rng.random() < (0.075 if disabled else 0.005 if age >= 75 else 0.001):
        return "institution"
    draw = rng.random()
    alone = 0.06 + 0.006 * (age - 60)
    if draw < alone:
        return "alone"
    return "with_spouse" if draw < alone + max(0.55 - 0.016 * (age - 60), 0.05) else "with_family"


def _categories(rng: Random, age: int, disabled: bool, living: str, rural: bool) -> list[C]:
    kinds = []
    if living == "alone":
        kinds.append(C.LIVING_ALONE)
    if living == "with_spouse" and rng.random() < 0.35:
        kinds.append(C.EMPTY_NEST)
    if rural and living != "institution" and rng.random() < 0.045:
        kinds.append(C.LEFT_BEHIND)
    if disabled:
        kinds.append(C.DISABLED_ELDER)
    if rng.random() < min(0.008 * 1.1 ** (age - 60), 0.3):
        kinds.append(C.DEMENTIA)
    if rng.random() < (0.04 if disabled else 0.012):
        kinds.append(C.SEVERE_DISABILITY)
    if age >= 80:
        kinds.append(C.ADVANCED_AGE)
    draw = rng.random()
    if draw < (0.009 if rural else 0.002):
        kinds.append(C.DESTITUTE)
    elif draw < (0.038 if rural else 0.014):
        kinds.append(C.LOW_INCOME)
    elif draw < (0.046 if rural else 0.019):
        kinds.append(C.LOW_INCOME_MARGINAL)
    if rng.random() < 0.003:
        kinds.append(C.FAMILY_PLANNING_SPECIAL)
    if rng.random() < 0.012:
        kinds.append(C.ENTITLED_GROUP)
    return kinds


def _certified_on(rng: Random, kind: C, born: date, registered_on: date, last_day: date) -> date:
    if kind == C.ADVANCED_AGE:
        return min(max(years_before(born, -80), registered_on), last_day)
    days = (last_day - registered_on).days
    return registered_on + timedelta(days=rng.randint(0, max(days, 0)))


def _contacts(rng: Random, family: str, born: int, male: bool) -> tuple[ContactInput, ...]:
    count = rng.choices((0, 1, 2), (15, 60, 25))[0]
    first = rng.random() < 0.5
    made = []
    for i, (relation, is_male) in enumerate(_RELATIONS[first][:count]):
        own = male and relation[1] in "子女" and relation[0] not in "儿女"  # children bear the father's name
        name = names.full_name(rng, born=born + 27, male=is_male, family=family if own else "")
        made.append(ContactInput(name, relation, fake_phone(rng), i == 0 and rng.random() < 0.2))
    return tuple(made)


def _address(rng: Random, village: Village) -> str:
    place = village.name.removesuffix("居民委员会").removesuffix("村民委员会")
    place = place.removesuffix("居委会").removesuffix("村委会").removesuffix("居委")
    if village.is_rural:
        return f"{village.town}{place.removesuffix('村')}村{rng.randint(1, 260)}号"
    return (
        f"{village.town}{place.removesuffix('社区')}社区{rng.randint(1, 48)}号楼"
        f"{rng.randint(1, 4)}单元{rng.randint(1, 6)}0{rng.randint(1, 2)}室"
    )
