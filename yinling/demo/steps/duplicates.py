"""A few people of one street who were entered twice, the queue that a run over the street fills, and two decisions."""

from random import Random

from yinling.core.models import Division
from yinling.demo.context import Context, account
from yinling.kernel.identity import id_check_digit
from yinling.registry.choices import IdentifierKind, LivingSituation, PairState, PersonState
from yinling.registry.identity import digests_of
from yinling.registry.models import DuplicatePair, Person, PersonIdentifier
from yinling.registry.operations.duplicates import decide_pair, merge_people
from yinling.registry.operations.finding import find_duplicates, note_alike
from yinling.registry.operations.people import register_person
from yinling.registry.queries.people import main_numbers

STREET = "371002001"  # 环翠楼街道, whose officer has a demo account
_HOMOPHONES = {
    "建": "健",
    "秀": "绣",
    "英": "瑛",
    "兰": "岚",
    "珍": "贞",
    "华": "桦",
    "玉": "裕",
    "文": "雯",
    "志": "智",
    "荣": "容",
}
_TWICE = 9


def enter_people_twice(ctx: Context) -> str:
    rng = ctx.rng("duplicates")
    street = Division.objects.get(nbs_code=STREET)
    people = Person.objects.filter(division_path__startswith=street.path, state=PersonState.ACTIVE)
    found = {p.pk: p for p in people.order_by("pk")[:2_000]}
    numbers = main_numbers(list(found))
    ordered = sorted(found, key=lambda pk: numbers[pk])
    chosen = rng.sample(ordered, min(_TWICE, len(ordered)))
    made = []
    for n, pk in enumerate(chosen):
        number = _mistaken(rng, numbers[pk])
        if number is not None:
            made.append((found[pk], _second_file(ctx, rng, found[pk], number, n)))
    elsewhere = _across_districts(ctx, rng, found[ordered[0]], numbers[ordered[0]]) if ordered else 0
    run = find_duplicates(division=street, by=None, at=ctx.at)
    officer = account("huancuilou")
    decided = 0
    if len(made) > 3:
        kept, gone = made[0]
        merge_people(kept=kept, gone=gone, reason="与本人核对身份证和户口簿，是同一人", by=officer, at=ctx.at)
        waiting = DuplicatePair.objects.visible_to(officer).filter(
            state=PairState.OPEN, left_id=made[1][0].pk
        )
        for pair in waiting[:1]:
            decide_pair(
                pair=pair, state=PairState.LATER, reason="本人外出，回来后核对", by=officer, at=ctx.at
            )
        decided = 2
    return f"{len(made)} 人有两份档案，查重列出 {run.new + elsewhere} 对，已处理 {decided} 对"


def _second_file(ctx: Context, rng: Random, first: Person, number: str, n: int) -> Person:
    """As another clerk entered it: a slip in the number, often a homophone in the name, now and then a new phone."""
    name = "".join(_HOMOPHONES.get(c, c) if n % 2 else c for c in first.name)
    return register_person(
        name=name,
        id_number=number,
        division=first.division,
        phone="" if n % 3 == 2 else first.phone,
        address=first.address if n % 4 else "",
        living=LivingSituation(first.living),
        by=None,
        at=ctx.at,
    )


def _across_districts(ctx: Context, rng: Random, first: Person, number: str) -> int:
    """Somebody who moved and was entered again in another district: only the city sees both."""
    village = (
        Division.objects.filter(nbs_code__startswith="371082100", level="village")
        .order_by("nbs_code")
        .first()
    )
    mistaken = _mistaken(rng, number)
    if village is None or mistaken is None:
        return 0
    second = register_person(
        name=first.name, id_number=mistaken, division=village, phone=first.phone, by=None, at=ctx.at
    )
    return note_alike(person=second, elsewhere=[first.pk], by=None, at=ctx.at)


def _mistaken(rng: Random, number: str) -> str | None:
    """Two neighbours of the birth date or serial swapped, the check character made to fit; None when that gives no date
    or somebody's number."""
    for i in rng.sample(range(12, 16), 4):
        first = number[:i] + number[i + 1] + number[i] + number[i + 2 : 17]
        value = first + id_check_digit(first)
        same_sex = int(value[16]) % 2 == int(number[16]) % 2
        if value == number or not same_sex or not "01" <= value[12:14] <= "28":
            continue
        digests = digests_of(IdentifierKind.ID_CARD, value)
        if not PersonIdentifier.objects.filter(digest__in=digests).exists():
            return value
    return None
