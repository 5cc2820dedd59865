"""Files as the linkage engine reads them: unsealed on the way into this process's memory and nowhere else."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import QuerySet

from yinling.engines.linkage.records import Record
from yinling.registry.choices import IdentifierKind, PersonState
from yinling.registry.models import Person, PersonIdentifier

_CHUNK = 5_000
# Their numbers have one form (GB 11643) and can be compared with one another.
_COMPARABLE = (IdentifierKind.ID_CARD, IdentifierKind.RESIDENCE_PERMIT, IdentifierKind.FOREIGN_PERMANENT)
_COLUMNS = ("pk", "name", "sex", "born_on", "phone", "address", "division_path")


def comparable_people() -> QuerySet[Person]:
    """Everyone of whom there is a file with somebody in it, the dead and those who left included."""
    return Person.objects.filter(anonymised_on=None).exclude(state=PersonState.MERGED)


def stream_records(people: QuerySet[Person]) -> Iterator[Record]:
    """By id, some thousand at a time."""
    rows = people.order_by("pk").values_list(*_COLUMNS).iterator(chunk_size=_CHUNK)
    while chunk := list(islice(rows, _CHUNK)):
        numbers = _numbers([row[0] for row in chunk])
        for pk, name, sex, born_on, phone, address, path in chunk:
            yield Record(pk, name, numbers.get(pk, ""), f"{born_on:%Y%m%d}", sex, phone, address, path)


def records_of(people: Iterable[int]) -> dict[int, Record]:
    """Of a few, by id."""
    return {r.id: r for r in stream_records(comparable_people().filter(pk__in=list(people)))}


def _numbers(people: list[int]) -> dict[int, str]:
    """The main number last, so that it wins."""
    found = PersonIdentifier.objects.filter(person_id__in=people, kind__in=_COMPARABLE)
    return dict(found.order_by("is_main", "pk").values_list("person_id", "number"))
