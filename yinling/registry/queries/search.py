"""Who is meant: people found by what was typed into the one box, inside the actor's scope."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from yinling.core.models import Account, Division
from yinling.core.sealing import short_digests
from yinling.registry.choices import IdentifierKind
from yinling.registry.identity import digests_of
from yinling.registry.models import Person, PersonIdentifier
from yinling.registry.search.asking import Asked, Way, rank
from yinling.registry.search.tokens import PLACE_BITS, PURPOSE, place_range, place_sql, placed
from yinling.registry.search.words import stem_of_division

_MOST_PROBES = 5  # words of one combination beside the first
_MOST_DIVISIONS = 12
_MOST_LOOKUPS = 150

# Each lookup is a range of the first word's tokens; the further words are asked for one person at a time. LATERAL
# with LIMIT keeps the planner from joining sixteen million rows with each other.
_PROBE = (
    "CROSS JOIN LATERAL (SELECT 1 FROM registry_persontoken p "
    "WHERE p.token = t.token + r.d{n} AND p.person_id = t.person_id LIMIT 1) p{n}"
)


@dataclass(frozen=True)
class Found:
    """Ids, the most exact first; `more` says that there are others beyond the limit."""

    people: list[int] = field(default_factory=list)
    more: bool = False


def find_ids(*, actor: Account, asked: Asked, limit: int, division: Division | None = None) -> Found:
    """At most `limit` ids of people whom the actor may see, all states."""
    below = division.path if division else actor.division_path
    wanted: list[int] = []
    if asked.number:
        wanted += _by_number(asked.number)
    if asked.file_number:
        wanted += _by_file_number(asked.file_number)
    if asked.ways:
        wanted += _by_words(actor, asked.ways, below, limit + 1)
    unique = list(dict.fromkeys(wanted))
    return Found(unique[:limit], len(unique) > limit)


def _by_number(number: str) -> list[int]:
    digests = [d for kind in IdentifierKind for d in digests_of(kind, number)]
    return list(PersonIdentifier.objects.filter(digest__in=digests).values_list("person_id", flat=True))


def _by_file_number(number: str) -> list[int]:
    # A file number ends with the id, so one partition is asked and not all.
    return list(Person.objects.filter(pk=int(number[4:]), file_number=number).values_list("pk", flat=True))


@dataclass(frozen=True)
class _Lookup:
    """A range of tokens, and how far from each the tokens of the further words lie."""

    first: int
    last: int
    others: tuple[int, ...]


def people_matching(*, actor: Account, asked: Asked) -> Q:
    """The same as a condition on people, for lists that filter and sort further. Asks for each person by
    itself, so it is for what finds more people than can be listed by id."""
    conditions = Q(pk__in=_by_number(asked.number) if asked.number else [])
    if asked.file_number:
        conditions |= Q(pk__in=_by_file_number(asked.file_number))
    lookups = _all_lookups(actor, asked.ways, actor.division_path)
    if lookups:
        conditions |= Q(RawSQL(*_matching_sql(lookups), output_field=BooleanField()))
    return conditions


def _by_words(actor: Account, ways: Sequence[tuple[Way, ...]], below: str, limit: int) -> list[int]:
    lookups = _all_lookups(actor, ways, below)
    return _run(lookups, limit) if lookups else []


def _all_lookups(actor: Account, ways: Sequence[tuple[Way, ...]], below: str) -> list[_Lookup]:
    named: dict[str, list[str]] = {}
    lookups: dict[_Lookup, None] = {}
    for combined in ways:
        words = tuple(dict.fromkeys(w for way in combined for w in way.words))
        paths = [below]
        for way in combined:
            if way.division:
                if way.division not in named:
                    named[way.division] = _paths_named(actor, way.division)
                paths = _within(paths, named[way.division])
        if words:
            for path in paths:
                lookups.update(dict.fromkeys(_lookups(words, path)))
    return list(lookups)[:_MOST_LOOKUPS]


def _lookups(words: tuple[str, ...], path: str) -> list[_Lookup]:
    """One for each key in use: all words of a person are made under the same."""
    # Of two words of one kind the later is rarer: given names vary more than surnames.
    last_first = sorted(enumerate(words), key=lambda at: (rank(at[1]), -at[0]))
    ordered = [word for _, word in last_first[: _MOST_PROBES + 1]]
    first, last = place_range(path)
    made = []
    for digests in zip(*(short_digests(PURPOSE, w) for w in ordered), strict=True):
        bases = [placed(d, 0) for d in digests]
        others = tuple(base - bases[0] for base in bases[1:])
        made.append(_Lookup(bases[0] + first, bases[0] + last, others))
    return made


def _run(lookups: list[_Lookup], limit: int) -> list[int]:
    arrays, names, probes = _columns(lookups)
    placeholders = ", ".join("%s::bigint[]" for _ in arrays)
    probing = " ".join(_PROBE.format(n=n) for n in range(probes))
    sql = (
        f"SELECT f.person_id FROM unnest({placeholders}) WITH ORDINALITY AS r({names}, n) "
        "CROSS JOIN LATERAL (SELECT t.person_id FROM registry_persontoken t "
        f"{probing} WHERE t.token BETWEEN r.lo AND r.hi ORDER BY t.token, t.person_id LIMIT %s) f LIMIT %s"
    )
    with connection.cursor() as cursor:
        # One person may be found in several ways: a few more, so that enough remain.
        cursor.execute(sql, [*arrays, limit, limit + 40])
        return [pk for (pk,) in cursor.fetchall()]


def _matching_sql(lookups: list[_Lookup]) -> tuple[str, list[list[int]]]:
    """Whether a row of registry_person has the words: its place says where each of its tokens must be."""
    arrays, names, probes = _columns(lookups)
    placeholders = ", ".join("%s::bigint[]" for _ in arrays)
    probing = " ".join(_PROBE.format(n=n) for n in range(probes))
    base = f"(r.lo >> {PLACE_BITS} << {PLACE_BITS}) | {place_sql('registry_person.division_path')}"
    return (
        f"EXISTS (SELECT 1 FROM unnest({placeholders}) AS r({names}) CROSS JOIN LATERAL "
        f"(SELECT t.person_id FROM registry_persontoken t {probing} WHERE t.token = ({base}) "
        "AND t.token BETWEEN r.lo AND r.hi AND t.person_id = registry_person.id LIMIT 1) f)"
    ), arrays


def _columns(lookups: list[_Lookup]) -> tuple[list[list[int]], str, int]:
    """Arrays for unnest, the names of its columns, and how many further words the longest lookup has. A
    shorter one asks for its first word again: distance 0."""
    probes = max(len(lookup.others) for lookup in lookups)
    arrays: list[list[int]] = [[k.first for k in lookups], [k.last for k in lookups]]
    arrays += [[k.others[n] if n < len(k.others) else 0 for k in lookups] for n in range(probes)]
    return arrays, ", ".join(["lo", "hi", *(f"d{n}" for n in range(probes))]), probes


def _paths_named(actor: Account, name: str) -> list[str]:
    """Of divisions in scope whose name begins with this one, without 街道 or 居委会."""
    seen = Division.objects.visible_to(actor).filter(name__startswith=stem_of_division(name))
    return list(seen.order_by("path").values_list("path", flat=True)[:_MOST_DIVISIONS])


def _within(paths: list[str], others: list[str]) -> list[str]:
    """What lies in one of both, such as a village of the actor's district."""
    inside = [max(a, b, key=len) for a, b in product(paths, others) if a.startswith(b) or b.startswith(a)]
    return list(dict.fromkeys(inside))
