"""Before a file is opened: is there one of the same person already? Found by indexes alone, within milliseconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from yinling.core.models import Account, Division
from yinling.core.queries.divisions import get_city
from yinling.core.sealing import short_digests
from yinling.engines.linkage.evidence import compare, likely_one_person
from yinling.engines.linkage.records import Record, full_number
from yinling.kernel.identity import id_check_digit
from yinling.registry.choices import IdentifierKind, PersonState
from yinling.registry.identity import digests_of
from yinling.registry.models import Person, PersonIdentifier, PersonToken
from yinling.registry.queries.linkage import records_of
from yinling.registry.search import pinyin_of
from yinling.registry.search.tokens import PURPOSE, place_range, placed
from yinling.registry.uploads.checking import Given

_MOST = 200  # candidates looked at; beyond that a number or phone was a placeholder
_SHOWN = 5
_NUMBER_KINDS = (IdentifierKind.ID_CARD, IdentifierKind.RESIDENCE_PERMIT, IdentifierKind.FOREIGN_PERMANENT)


@dataclass(frozen=True)
class Alike:
    """A file that may be of the same person, and what speaks for it."""

    pk: int
    words: tuple[str, ...]
    same_number: bool


@dataclass(frozen=True)
class LikelySame:
    """`seen` lie inside the actor's scope, the likeliest first. `elsewhere` are ids of files outside it: nothing
    of them is ever shown, only that there are some; pairs with them go to the review queue."""

    seen: tuple[Alike, ...] = ()
    elsewhere: tuple[int, ...] = ()
    number_elsewhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.seen or self.elsewhere)


def likely_same(
    *,
    actor: Account | None,
    name: str,
    number: str = "",
    born_on: date | None = None,
    sex: str = "",
    phone: str = "",
    address: str = "",
    division: Division | None = None,
    leaving_out: int | None = None,
) -> LikelySame:
    """Files that are likely of the person described. `number` may be an old one of 15 digits or a wrong one; what
    is not known is left empty. `actor=None` sees everything. `leaving_out` is the person's own file."""
    whole = full_number(number)
    born = f"{born_on:%Y%m%d}" if born_on else whole[6:14] if len(whole) == 18 else ""
    if not sex and len(whole) == 18 and whole[16].isdigit():
        sex = "male" if int(whole[16]) % 2 else "female"
    wanted = Record(0, name.strip(), number, born, sex, phone, address, division.path if division else "")
    found = set(list(_candidates(wanted, born_on))[:_MOST]) - {leaving_out}
    alike = []
    for record in records_of(found).values():
        if likely_one_person(wanted, record):
            findings = [f for f in compare(wanted, record) if f.kind != "different"]
            same_number = any(f.field == "number" and f.kind == "same" for f in findings)
            alike.append(Alike(record.id, tuple(f.words for f in findings), same_number))
    alike.sort(key=lambda a: (not a.same_number, -len(a.words), a.pk))
    inside = {a.pk for a in alike}
    if actor is not None:
        seen = Person.objects.visible_to(actor).filter(pk__in=inside)
        inside = set(seen.values_list("pk", flat=True))
    return LikelySame(
        tuple(a for a in alike if a.pk in inside)[:_SHOWN],
        tuple(a.pk for a in alike if a.pk not in inside)[:_SHOWN],
        any(a.same_number for a in alike if a.pk not in inside),
    )


def _candidates(wanted: Record, born_on: date | None) -> Iterator[int]:
    """Ids, by number and its neighbours, by name and birth date, by phone."""
    if numbers := list(_near_numbers(full_number(wanted.number))):
        digests = [d for n in numbers for kind in _NUMBER_KINDS for d in digests_of(kind, n)]
        yield from PersonIdentifier.objects.filter(digest__in=digests).values_list("person_id", flat=True)[
            :_MOST
        ]
    day = born_on or _day(wanted.born)
    alike = Q(name=wanted.name) | Q(pinyin=pinyin_of(wanted.name))
    people = Person.objects.exclude(state=PersonState.MERGED)
    if day is not None:
        yield from people.filter(alike, born_on=day).values_list("pk", flat=True)[:_MOST]
    digits = "".join(c for c in wanted.phone if c.isdigit())
    if len(digits) >= 7:
        ranges = Q()
        first, last = place_range(get_city().path)
        for digest in short_digests(PURPOSE, f"t{digits}"):
            ranges |= Q(token__range=(placed(digest, first), placed(digest, last)))
        at_phone = PersonToken.objects.filter(ranges).values_list("person_id", flat=True)[:_MOST]
        yield from people.filter(pk__in=list(at_phone)).values_list("pk", flat=True)
    if wanted.division:
        near = people.filter(name=wanted.name, division_path=wanted.division)
        yield from near.values_list("pk", flat=True)[:_MOST]


def _near_numbers(number: str) -> Iterator[str]:
    """The number, and every valid one from which a slip leads to it: two neighbours swapped, or one digit wrong.
    About 170; the check character is always computed."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return
    first = number[:17]
    near = {first}
    near |= {first[:i] + first[i + 1] + first[i] + first[i + 2 :] for i in range(16)}
    near |= {first[:i] + d + first[i + 1 :] for i in range(17) for d in "0123456789"}
    for each in sorted(near):
        yield each + id_check_digit(each)


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def hint_at_namesakes(rows: Sequence[Given], scope_path: str) -> dict[int, str]:
    """For many new rows of an import at once: those of whom the scope has a file of the same name, birth date and sex
    under another number. Index of the row → what to say. One query; slips in numbers are left to the weekly run."""
    known = [(i, r.name.strip(), r.born_on or r.identifier.born_on) for i, r in enumerate(rows)]
    known = [each for each in known if each[2] is not None]
    if not known:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.i, p.file_number, p.sex "
            "FROM unnest(%s::int[], %s::text[], %s::date[]) v (i, name, born_on) "
            "JOIN registry_person p ON p.born_on = v.born_on AND p.name = v.name "
            "WHERE p.division_path LIKE %s AND p.state <> 'merged' ORDER BY p.id DESC",
            [*map(list, zip(*known, strict=True)), f"{scope_path}%"],
        )
        found = cursor.fetchall()
    return {
        i: f"可能与档案 {number} 是同一人：姓名和出生日期相同，证件号码不同。请核对；导入后可在“疑似重复”里处理。"
        for i, number, sex in found
        if not rows[i].sex or rows[i].sex == sex
    }
