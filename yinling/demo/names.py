"""Believable names: surnames as frequent as around Weihai, given names by decade of birth and sex.

Made up throughout; a name that a living person bears is chance.
"""

from random import Random

_SURNAMES = {
    "王": 118, "于": 86, "张": 74, "刘": 68, "李": 62, "孙": 46, "姜": 38, "宋": 32, "丛": 30, "毕": 24,
    "林": 24, "徐": 22, "陈": 22, "杨": 21, "赵": 20, "邹": 19, "曲": 18, "周": 17, "董": 15, "鞠": 14,
    "邢": 14, "隋": 13, "马": 13, "高": 13, "吕": 12, "梁": 12, "郭": 12, "宫": 11, "苗": 10, "戚": 10,
    "谭": 9, "侯": 9, "唐": 9, "田": 8, "车": 8, "慕": 6, "殷": 6, "初": 6, "岳": 6, "连": 5, "夏": 5,
    "肖": 5, "许": 5, "吴": 10, "黄": 8, "胡": 5, "朱": 7, "何": 4, "郑": 5, "冯": 5, "邓": 2, "曹": 5,
    "彭": 3, "曾": 2, "袁": 4, "汤": 3, "江": 3, "沙": 3, "原": 4, "荣": 3, "洪": 3, "阮": 2, "滕": 3,
}  # fmt: skip
_CHOICES = list(_SURNAMES)
_WEIGHTS = [sum(list(_SURNAMES.values())[: i + 1]) for i in range(len(_SURNAMES))]  # cumulative

# (until year of birth, male first, male second, female first, female second, share of single-character names)
_ERAS: list[tuple[int, str, str, str, str, float]] = [
    (
        1939,
        "德福永世守学兆振玉春文传洪连书祥仁",
        "福禄祥山海堂廷彦臣忠义江田才发贵亭",
        "秀桂淑玉凤翠素月兰菊香金",
        "英兰芝花珍莲云香娥美琴卿",
        0.06,
    ),
    (
        1949,
        "德永世玉文学振洪树春建明吉日忠国贵",
        "义忠信山海江臣堂田法功昌林厚生民和",
        "秀桂淑玉凤翠爱春永美金学",
        "英兰芝花珍莲云香芳华荣琴",
        0.08,
    ),
    (
        1959,
        "建国振学文玉洪志树新永明德忠胜援保",
        "国军民华臣生林强平海江义进功新田福",
        "秀桂淑玉凤爱丽春美新翠永",
        "英兰芝花珍芳华云荣香琴梅玲",
        0.12,
    ),
    (
        1969,
        "建志文学永卫国新海明世军红跃向晓",
        "军民华强平东林波刚涛勇辉忠生江红",
        "丽秀淑爱玉红春海桂晓美卫",
        "华芳红丽霞萍梅玲英娟香云燕",
        0.20,
    ),
    (
        1984,
        "海晓建志文永新明国立俊",
        "波涛刚勇军鹏辉强伟磊峰东杰",
        "晓海丽红艳春美文雪玉",
        "丽艳霞燕娜敏静娟萍红梅玲",
        0.38,
    ),
    (
        9999,
        "浩宇子俊文晓志家明嘉",
        "轩然宇博豪鹏泽涛辰杰阳飞",
        "雨欣梦思佳雅晓文诗静",
        "欣怡婷涵琪雪瑶颖萌琳洁",
        0.15,
    ),
]
_SINGLE_MALE = "军强勇刚伟涛波磊峰鹏杰斌辉亮平明海江"
_SINGLE_FEMALE = "英芳丽霞燕娟敏静红梅玲萍艳娜婷洁"


def surname(rng: Random) -> str:
    return rng.choices(_CHOICES, cum_weights=_WEIGHTS)[0]


def given_name(rng: Random, *, born: int, male: bool) -> str:
    """As it was the fashion in the year of birth."""
    _, first_m, second_m, first_f, second_f, single = next(era for era in _ERAS if born <= era[0])
    if rng.random() < single:
        return rng.choice(_SINGLE_MALE if male else _SINGLE_FEMALE)
    first, second = (first_m, second_m) if male else (first_f, second_f)
    return rng.choice(first) + rng.choice(second)


def full_name(rng: Random, *, born: int, male: bool, family: str = "") -> str:
    return (family or surname(rng)) + given_name(rng, born=born, male=male)
