"""Words as rows: a keyed digest and the place in one number, so that a scope is one range of the index.

A token has 42 bits of the word's short digest (8 of the key's version, 34 of the digest proper) and 22 bits of
where the person lives: 5 of the district's id, 7 of the town's, 10 of the village's. All people with a word in one village, town or district are therefore
neighbours in the primary key. Ids that agree in their last bits share a range, and two words may share a
digest; both are rare and do no harm, because whoever reads also asks `visible_to`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db import connection

from yinling.core.models import Division
from yinling.core.sealing import short_digest, short_digests
from yinling.registry.choices import PersonState
from yinling.registry.models import Person, PersonIdentifier, PersonToken
from yinling.registry.search.words import address_words, name_words, number_words, person_words, phone_words

PURPOSE = "person search"
_BITS = (5, 7, 10)  # district, town, village
PLACE_BITS = sum(_BITS)


def place_of(division_path: str) -> int:
    """`1/3/27/350/` → the place's bits; the city's own level counts for nothing."""
    return place_range(division_path)[0]


@lru_cache(maxsize=10_000)
def place_range(division_path: str) -> tuple[int, int]:
    """The first and the last place inside a division."""
    ids = [int(pk) for pk in division_path.strip("/").split("/")[1:4]]
    first, left = 0, PLACE_BITS
    for pk, bits in zip(ids, _BITS, strict=False):
        left -= bits
        first |= (pk & ((1 << bits) - 1)) << left
    return first, first | ((1 << left) - 1)


def place_sql(column: str) -> str:
    """As place_of, of a column in SQL."""
    parts, left = [], PLACE_BITS
    for level, bits in enumerate(_BITS, start=2):
        left -= bits
        pk = f"coalesce(nullif(split_part({column}, '/', {level}), '')::bigint, 0)"
        parts.append(f"(({pk} & {(1 << bits) - 1}) << {left})")
    return f"({' | '.join(parts)})"


def placed(digest: int, place: int) -> int:
    """A digest's upper bits with a place, as a signed 64-bit number."""
    return (digest >> PLACE_BITS << PLACE_BITS) | place


class TokenMaker:
    """Makes tokens of many people; remembers digests, most of which repeat. Not to be kept for longer than
    one batch: the key may change."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}  # word → the digest's upper bits
        self._names: dict[str, list[int]] = {}

    def tokens(
        self,
        *,
        name: str,
        division_path: str,
        identifiers: Iterable[str] = (),
        phones: Iterable[str] = (),
        address: str = "",
        division_names: Sequence[str] = (),
    ) -> set[int]:
        """Of one person, under the current key. `identifiers` are whole numbers of all documents;
        `division_names` those of the own village and town, which the address repeats."""
        place = place_of(division_path)
        made = {bits | place for bits in self._of_name(name)}
        made.update(bits | place for bits in map(self._bits, number_words(identifiers)))
        # Whole telephone numbers do not repeat: remembering them would only fill memory.
        made.update((_bits(w) if w[0] == "t" else self._bits(w)) | place for w in phone_words(phones))
        if address:
            made.update(bits | place for bits in map(self._bits, address_words(address, division_names)))
        return made

    def _of_name(self, name: str) -> list[int]:
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = [self._bits(word) for word in name_words(name)]
        return found

    def _bits(self, word: str) -> int:
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = _bits(word)
        return found


def _bits(word: str) -> int:
    return short_digest(PURPOSE, word) >> PLACE_BITS << PLACE_BITS


def person_tokens(
    *,
    name: str,
    division_path: str,
    identifiers: Iterable[str] = (),
    phones: Iterable[str] = (),
    address: str = "",
    division_names: Sequence[str] = (),
) -> set[int]:
    """As TokenMaker.tokens, for one person alone."""
    return TokenMaker().tokens(
        name=name,
        division_path=division_path,
        identifiers=identifiers,
        phones=phones,
        address=address,
        division_names=division_names,
    )


def division_names_of(division: Division) -> tuple[str, ...]:
    """For `division_names`: village and town."""
    parent = division.parent
    return (division.name, parent.name) if parent is not None else (division.name,)


def tokens_of(person: Person) -> set[int]:
    """The tokens that a person's file as it stands in the database should have, under every key in use.

    Read before a change and handed to write_tokens after it.
    """
    words, place = _words_in_database(person)
    return {placed(d, place) for word in words for d in short_digests(PURPOSE, word)}


def write_tokens(person: Person, *, before: set[int] | None = None) -> None:
    """Make a person's tokens true, in the transaction of the change. `before` is what tokens_of said before
    it; without it the file is new."""
    words, place = _words_in_database(person)
    after = {placed(short_digest(PURPOSE, word), place) for word in words}
    gone = (before or set()) - after
    if gone:
        PersonToken.objects.filter(token__in=list(gone), person_id=person.pk).delete()
    _insert(person.pk, after)


def forget_tokens(person: Person, *, before: set[int] | None = None) -> None:
    """Take a person out of the search: merged away or anonymised. `before` as in write_tokens, when the
    file has already been changed."""
    gone = tokens_of(person) if before is None else before
    PersonToken.objects.filter(token__in=list(gone), person_id=person.pk).delete()


def token_lines(person_id: int, tokens: Iterable[int]) -> str:
    """Lines for `COPY registry_persontoken (token, person_id) FROM STDIN`."""
    return "".join(f"{token}\t{person_id}\n" for token in tokens)


def _words_in_database(person: Person) -> tuple[set[str], int]:
    """None of a file that was merged into another or anonymised: nobody looks for it."""
    row = Person.objects.select_related("division__parent").get(pk=person.pk)
    if row.state == PersonState.MERGED or row.anonymised_on is not None:
        return set(), place_of(row.division_path)
    numbers = PersonIdentifier.objects.filter(person_id=row.pk).values_list("number", flat=True)
    words = person_words(
        name=row.name,
        numbers=numbers,
        phones=[row.phone],
        address=row.address,
        division_names=division_names_of(row.division),
    )
    return words, place_of(row.division_path)


def _insert(person_id: int, tokens: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_persontoken (token, person_id) SELECT t, %s FROM unnest(%s::bigint[]) t "
            "ON CONFLICT DO NOTHING",
            [person_id, sorted(tokens)],
        )
