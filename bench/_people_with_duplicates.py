"""A made-up population in which some people stand twice, with the mistakes that clerks and old registers make.

It shares no code with the linkage: its own names, its own lists of characters that sound alike, its own arithmetic
of identity numbers. Hard negatives are in it as they are in a city: couples and families with one address and
phone, brothers with one character of their names in common, twins with neighbouring numbers, namesakes born on
one day. Two mixtures of mistakes, `FITTING` and `MEASURING`, differ in what goes wrong how often.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

SURNAMES = (
    "王王王王王王王于于于于于张张张张张刘刘刘刘李李李李孙孙孙姜姜宋宋丛丛毕毕林林徐徐陈陈杨杨赵赵邹曲周董鞠邢隋马高吕梁郭宫苗戚谭侯唐田车"
    "慕殷初岳连夏肖许吴黄胡朱何郑冯邓曹彭曾袁汤江沙原荣洪阮滕单查仇解盖"
)
FIRST = "德永世玉文学振洪树春建明吉日忠国贵秀桂淑凤翠爱美金志新援保福兆连书祥仁素月兰菊香丽卫海晓红"
SECOND = (
    "义忠信山海江臣堂田法功昌林厚生民和英兰芝花珍莲云香芳华荣琴军平东波刚涛勇辉强国梅玲霞萍娟敏杰元俊清泉"
)
# Characters that a clerk writes for one another because they sound alike.
ALIKE = (
    "建健剑", "国", "秀绣", "英瑛", "兰岚", "珍贞真", "芳", "华桦", "荣蓉容", "玉裕钰", "文雯", "志智", "明铭", "军君均",
    "平萍苹", "海", "林琳", "丽莉俐", "敏", "霞", "玲铃灵", "梅", "杰洁", "辉晖", "强", "波", "东冬", "新心欣", "德", "永咏",
    "忠中钟", "义艺毅", "信", "山", "江", "臣晨辰", "堂", "田", "学", "振震镇", "洪宏红鸿", "树澍", "春", "贵桂", "淑书舒",
    "凤奉", "翠", "爱", "美", "金今", "卫伟维", "晓小", "于余俞", "张章", "姜江", "徐许", "曲屈", "连廉", "吴武", "何贺", "肖萧",
)  # fmt: skip
AREAS = ("371002", "371081", "371082", "371083", "370620", "370634", "370632", "210204", "230103")
CENTRES = (120, 80, 90, 75, 10, 8, 8, 5, 4)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Made:
    """A file; `who` is the person it is truly about."""

    who: int
    name: str
    number: str
    born: date
    male: bool
    phone: str
    address: str
    town: int
    village: int


@dataclass(frozen=True)
class Mixture:
    """Chances of each mistake in a second file; each file gets one to three."""

    swap: float
    digit: float
    birth: float
    homophone: float
    miswritten: float
    old_number: float
    moved: float
    new_phone: float
    no_phone: float
    no_address: float
    no_number: float
    several: float  # chance of one more mistake
    repaired: float  # a wrong number whose check character the clerk made fit


FITTING = Mixture(12, 10, 8, 14, 3, 8, 14, 14, 7, 6, 2, 0.45, 0.5)
MEASURING = Mixture(16, 8, 7, 18, 2, 12, 17, 9, 5, 4, 2, 0.40, 0.35)


def check(first17: str) -> str:
    return "10X98765432"[sum(int(a) * b for a, b in zip(first17, WEIGHTS, strict=True)) % 11]


def population(people: int, seed: int) -> list[Made]:
    """`people` files of as many people, in households."""
    rng = Random(f"people {seed}")
    made: list[Made] = []
    taken: set[str] = set()
    towns = 73
    while len(made) < people:
        town = rng.randrange(towns)
        village = town * 38 + int(38 * rng.random() ** 1.6)
        address = _address(rng, town, village)
        family = rng.choice(SURNAMES)
        born = date(1966, 1, 1) - timedelta(days=int(365 * 40 * rng.random() ** 1.4))
        landline = rng.random() < 0.45
        phone = _phone(rng)
        size = rng.choices((1, 2, 3), (46, 46, 8))[0]
        household: list[Made] = []
        for i in range(size):
            kin = i == 2 or (i == 1 and rng.random() < 0.12)  # a brother or sister, not the spouse
            twin = kin and rng.random() < 0.12
            day = born if twin else born + timedelta(days=int(rng.gauss(0, 1300)))
            surname = family if i == 0 or kin else rng.choice(SURNAMES)
            name = surname + _given(rng, household[0].name[1:] if kin else "")
            area = rng.choices(AREAS, CENTRES)[0]
            male = (i == 0) if not kin else rng.random() < 0.5
            if twin:
                area, male = household[0].number[:6], rng.random() < 0.8 and household[0].male
            number = _number(rng, area, day, male, taken, household[0].number if twin else "")
            own = phone if landline or rng.random() < 0.2 else _phone(rng)
            household.append(
                Made(
                    len(made) + i,
                    name,
                    number,
                    day,
                    male,
                    own if rng.random() < 0.92 else "",
                    address,
                    town,
                    village,
                )
            )
        made += household
    return made[:people]


def with_duplicates(people: list[Made], share: float, mixture: Mixture, seed: int) -> list[Made]:
    """The population, and second files of a share of it."""
    rng = Random(f"mistakes {seed}")
    return people + [
        _second(rng, person, mixture) for person in rng.sample(people, round(len(people) * share))
    ]


def _second(rng: Random, person: Made, mixture: Mixture) -> Made:
    kinds = [k for k in mixture.__dataclass_fields__ if k not in ("several", "repaired")]
    weights = [getattr(mixture, k) for k in kinds]
    wrong = {rng.choices(kinds, weights)[0]}
    while rng.random() < mixture.several and len(wrong) < 3:
        wrong.add(rng.choices(kinds, weights)[0])
    for kind in sorted(wrong):
        person = globals()[f"_{kind}"](rng, person)
    if person.number and len(person.number) == 18 and rng.random() < mixture.repaired:
        person = replace(person, number=person.number[:17] + check(person.number[:17]))
    return person


def _swap(rng: Random, p: Made) -> Made:
    spots = [i for i in range(2, 16) if p.number[i : i + 1] != p.number[i + 1 : i + 2]]
    if len(p.number) < 18 or not spots:
        return p
    i = rng.choice(spots)
    return _renumbered(p, p.number[:i] + p.number[i + 1] + p.number[i] + p.number[i + 2 :])


def _digit(rng: Random, p: Made) -> Made:
    if len(p.number) < 18:
        return p
    i = rng.randrange(2, 17)
    other = rng.choice([d for d in "0123456789" if d != p.number[i]])
    return _renumbered(p, p.number[:i] + other + p.number[i + 1 :])


def _birth(rng: Random, p: Made) -> Made:
    """The birth date miswritten in the number, and so in the file."""
    year, month, day = p.born.year, p.born.month, p.born.day
    if day <= 12 and rng.random() < 0.3:
        month, day = day, month
    elif rng.random() < 0.5:
        year += rng.choice((-10, -1, 1, 10))
    else:
        day = max(1, min(28, day + rng.choice((-10, -1, 1, 10))))
    born = date(year, month, min(day, 28))
    return replace(
        p,
        born=born,
        number=p.number[:6] + f"{born:%Y%m%d}" + p.number[14:] if len(p.number) == 18 else p.number,
    )


def _renumbered(p: Made, number: str) -> Made:
    """A date that the digits now give is taken over, as a form does; an impossible one is not."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = p.born
    return replace(p, number=number, born=born if 1900 < born.year < 2010 else p.born)


def _homophone(rng: Random, p: Made) -> Made:
    spots = [(i, g) for i, c in enumerate(p.name) for g in ALIKE if c in g and len(g) > 1]
    if not spots:
        return _moved(rng, p)
    i, group = rng.choice(spots)
    return replace(p, name=p.name[:i] + rng.choice([c for c in group if c != p.name[i]]) + p.name[i + 1 :])


def _miswritten(rng: Random, p: Made) -> Made:
    i = rng.randrange(1, len(p.name))
    return replace(p, name=p.name[:i] + rng.choice(FIRST + SECOND) + p.name[i + 1 :])


def _old_number(rng: Random, p: Made) -> Made:
    if len(p.number) != 18 or p.number[6:8] != "19":
        return p
    return replace(p, number=p.number[:6] + p.number[8:17])


def _moved(rng: Random, p: Made) -> Made:
    town = rng.randrange(73) if rng.random() < 0.6 else p.town
    village = town * 38 + rng.randrange(38)
    return replace(p, address=_address(rng, town, village), town=town, village=village)


def _new_phone(rng: Random, p: Made) -> Made:
    return replace(p, phone=_phone(rng))


def _no_phone(rng: Random, p: Made) -> Made:
    return replace(p, phone="")


def _no_address(rng: Random, p: Made) -> Made:
    return replace(p, address="")


def _no_number(rng: Random, p: Made) -> Made:
    """Entered by another document."""
    return replace(p, number="")


def _given(rng: Random, brother: str) -> str:
    if brother and len(brother) == 2 and rng.random() < 0.7:
        return brother[0] + rng.choice(SECOND)
    if rng.random() < 0.08:
        return rng.choice(SECOND)
    first = FIRST[min(int(rng.expovariate(1 / 14)), len(FIRST) - 1)]
    return first + SECOND[min(int(rng.expovariate(1 / 16)), len(SECOND) - 1)]


def _number(rng: Random, area: str, born: date, male: bool, taken: set[str], twin: str) -> str:
    serial = int(twin[14:17]) if twin else rng.randrange(1, 400)
    while True:
        serial += 1
        if serial % 2 != male:
            continue
        first17 = f"{area}{born:%Y%m%d}{serial % 1000:03d}"
        if first17 not in taken:
            taken.add(first17)
            return first17 + check(first17)


def _phone(rng: Random) -> str:
    return f"100{rng.randrange(10**8):08d}"


def _address(rng: Random, town: int, village: int) -> str:
    if village % 38 > 8:
        return f"第{town}镇第{village}村{rng.randint(1, 260)}号"
    return f"第{town}街道第{village}社区{rng.randint(1, 48)}号楼{rng.randint(1, 4)}单元{rng.randint(1, 6)}0{rng.randint(1, 2)}室"
