"""A seeded CSV of people as a bureau would send it: names of villages as people write them, and errors."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from yinling.demo import names
from yinling.kernel.identity import id_check_digit
from yinling.rulebook import divisions

HEADINGS = (
    "序号", "姓名", "公民身份号码", "性别", "区市", "镇街", "村居", "详细地址", "联系电话", "居住情况", "医保类型", "人员类别",
    "类别认定日期", "紧急联系人", "与老人关系", "紧急联系人电话", "备注",
)  # fmt: skip
_RELATIONS = ("长子", "次子", "长女", "次女", "儿媳", "配偶", "侄子")
_FIRST = date(1926, 1, 1)
_DAYS = (date(1966, 1, 1) - _FIRST).days
_ROADS = ("文化路", "海滨路", "和平路", "青岛路", "新威路", "昆明路", "世昌大道", "统一路")


def write(path: Path, rows: int, *, seed: int = 1, share_of_errors: float = 0.01) -> None:
    """`rows` people; about one in a hundred is refused."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(_rows(rows, Random(seed), share_of_errors))


def _rows(count: int, rng: Random, share_of_errors: float) -> Iterator[list[str]]:
    loaded = divisions.load()
    by_code = {row.nbs_code: row for row in loaded}
    villages = [row for row in loaded if row.level == "village"]
    earlier: list[str] = []
    for n in range(count):
        village = villages[n * 7919 % len(villages)]
        town = by_code[village.parent or ""]
        district = by_code[town.parent or ""]
        male = rng.random() < 0.47
        number = _number(district.nbs_code, n, male)
        row = [
            str(n + 1),
            _name(rng, male),
            number,
            "男" if male else "女",
            district.name,
            town.name,
            _written(rng, village.name),
            f"{rng.choice(_ROADS)}{rng.randint(1, 180)}号{rng.randint(1, 30)}号楼{rng.randint(1, 4)}单元{rng.randint(1, 6)}0{rng.randint(1, 4)}",
            f"1{rng.randint(3, 9)}{rng.randint(0, 999_999_999):09d}" if rng.random() < 0.9 else "",
            rng.choice(("与家人同住", "与配偶同住", "独居", "与子女同住")),
            rng.choice(("职工", "居民", "城乡居民", "")),
            *_categories(rng),
            *_contact(rng),
            "",
        ]
        if rng.random() < share_of_errors:
            _spoil(row, rng, earlier)
        elif len(earlier) < 50_000:
            earlier.append(number)
        yield row


def _number(district: str, n: int, male: bool) -> str:
    """Valid in form, made up, each once: the day of birth and the serial number come from `n`."""
    prefix = {"371003": "371081", "371071": "371002", "371072": "371002", "371073": "371002"}.get(
        district, district
    )
    area = (prefix, "370620", "370634", "370632", "370631")[n // (_DAYS * 490) % 5]
    born = _FIRST + timedelta(days=n % _DAYS)
    serial = n // _DAYS % 490 * 2 + (1 if male else 2)
    first17 = f"{area}{born:%Y%m%d}{serial:03d}"
    return first17 + id_check_digit(first17)


def _name(rng: Random, male: bool) -> str:
    return names.full_name(rng, born=1950, male=male)


def _written(rng: Random, name: str) -> str:
    """As the list has it, or as people write it."""
    if name.endswith("村委会") and rng.random() < 0.3:
        return name.removesuffix("委会")
    return name


def _categories(rng: Random) -> tuple[str, str]:
    if rng.random() > 0.22:
        return "", ""
    chosen = rng.sample(
        ("低保", "高龄", "独居", "空巢", "失能", "重残", "优抚", "留守"), rng.choice((1, 1, 2))
    )
    day = date(2024, 1, 1) + timedelta(days=rng.randint(0, 600))
    written = rng.choice(
        (
            f"{day}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y%m%d}",
            f"{day.year}年{day.month}月{day.day}日",
        )
    )
    return "、".join(chosen), written


def _contact(rng: Random) -> tuple[str, str, str]:
    if rng.random() > 0.3:
        return "", "", ""
    return _name(rng, True), rng.choice(_RELATIONS), f"1{rng.randint(3, 9)}{rng.randint(0, 999_999_999):09d}"


def _spoil(row: list[str], rng: Random, earlier: list[str]) -> None:
    kind = rng.randrange(8)
    if kind == 0:
        row[2] = row[2][:5] + row[2][6] + row[2][5] + row[2][7:]  # two digits changed places
    elif kind == 1:
        row[2] = "3.71002E+17"
    elif kind == 2 and earlier:
        row[2] = rng.choice(earlier)
    elif kind == 3:
        row[6] = "不存在的村"
    elif kind == 4:
        row[12], row[11] = "去年", "低保"
    elif kind == 5:
        row[1] = ""
    elif kind == 6:
        row[8] = "无"
    else:
        row[11] = "困难户"
