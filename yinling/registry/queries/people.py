"""Lists and files of people. Identity numbers leave here masked; `operations/reading.py` shows them."""

from collections import defaultdict
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Exists, Expression, IntegerField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from yinling.core.access.roles import Reach
from yinling.core.models import Account, AuditEvent, Division
from yinling.core.ready import ready_cursor
from yinling.core.sealing import unseal
from yinling.kernel.identity import IdNumber, mask_id_number, mask_phone
from yinling.registry.choices import CategoryKind, IdentifierKind, LivingSituation, PersonState, Sex
from yinling.registry.identity import digests_of
from yinling.registry.models import Person, PersonCategory, PersonIdentifier
from yinling.registry.queries.paging import CAP, scope_ordered
from yinling.registry.queries.search import find_ids, people_matching
from yinling.registry.search.asking import read

PAGE = 50
AGES = {
    "60": ("60 岁及以上", 60, None),
    "60-69": ("60—69 岁", 60, 70),
    "70-79": ("70—79 岁", 70, 80),
    "80-89": ("80—89 岁", 80, 90),
    "90-99": ("90—99 岁", 90, 100),
    "100": ("100 岁及以上", 100, None),
    "all": ("全部人员（含家属和从业人员）", None, None),
}


@dataclass(frozen=True)
class PeopleFilters:
    """What to look for; empty means any. `text` is anything that the search understands."""

    division: Division | None = None
    text: str = ""
    category: str = ""
    ages: str = "60"
    living: str = ""
    insurance: str = ""
    sex: str = ""
    state: str = PersonState.ACTIVE


@dataclass(frozen=True)
class PersonRow:
    """A line of the list."""

    pk: int
    name: str
    sex: str
    age: int
    id_masked: str
    living: str
    state: str
    division: str
    town: str
    categories: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PeoplePage:
    """Some rows; `next_after` is the key of the next page, empty at the end. `count` is exact unless `capped`."""

    rows: list[PersonRow]
    next_after: str
    count: int
    capped: bool


_SEXES, _LIVINGS, _KINDS = dict(Sex.choices), dict(LivingSituation.choices), dict(CategoryKind.choices)


def list_people(*, actor: Account, filters: PeopleFilters, today: date, after: str = "") -> PeoplePage:
    """A page of people inside the actor's scope, by division and id.

    When few fit, they are found first, by whatever index finds them, and put in order then: in the order of
    the list the database would look through the whole city for the last of them.
    """
    found = filtered(actor, filters, today)
    key = _key_of_many(actor, filters)
    count, few = (CAP + 1, []) if key and cache.get(key) else _some_ids(found)
    capped = count > CAP
    if capped and key:
        cache.set(key, True, _MANY_SECONDS)
    found = scope_ordered(found if capped else Person.objects.visible_to(actor).filter(_these(few)), after)
    raw = lines_of(found[: PAGE + 1], today)
    shown = raw[:PAGE]
    rows = [
        PersonRow(
            line.pk,
            line.name,
            _SEXES[line.sex],
            age_on(line.born_on, today),
            mask_id_number(line.number),
            _LIVINGS[line.living],
            line.state,
            line.division,
            line.town,
            [_KINDS[kind] for kind in line.kinds],
        )
        for line in shown
    ]
    next_after = f"{shown[-1].path}|{shown[-1].pk}" if len(raw) > PAGE else ""
    return PeoplePage(rows, next_after, min(count, CAP), capped)


_MANY_SECONDS = 60


def _key_of_many(actor: Account, filters: PeopleFilters) -> str:
    """Where it is kept for a minute that more than CAP fit, which is nearly always so and costs as much to find
    as the page; whoever leafs on asks the same again. Few are always counted; so is what was typed, which is
    personal and stays out of caches."""
    if filters.text:
        return ""
    wanted = replace(filters, division=None)
    below = filters.division.path if filters.division else ""
    parts = (actor.pk, actor.role, actor.division_path, actor.organisation_id, below, *astuple(wanted)[2:])
    return "many-people:" + "|".join(map(str, parts))


def _some_ids(found: QuerySet[Person]) -> tuple[int, list[int]]:
    """How many, up to one more than CAP, and who they are unless they are too many: in one row."""
    try:
        sql, params = found.order_by().values("pk")[: CAP + 1].query.sql_with_params()
    except EmptyResultSet:  # a filter that nobody can fit, such as `pk in ()`
        return 0, []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), CASE WHEN count(*) <= {CAP} THEN array_agg(id) END FROM ({sql}) s (id)", params
        )
        count, ids = cursor.fetchone()
    return count, ids or []


def age_on(born_on: date, day: date) -> int:
    """Full years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def list_categories(person: Person) -> QuerySet[PersonCategory]:
    """Newest first, ended ones too."""
    return person.categories.select_related("verified_by").order_by("-valid_from", "-id")


@dataclass(frozen=True)
class ContactRow:
    """A family member, phone masked."""

    name: str
    relation: str
    phone: str
    is_guardian: bool


def list_contacts(person: Person) -> list[ContactRow]:
    contacts = person.contacts.order_by("-is_guardian", "id")
    return [ContactRow(c.name, c.relation, mask_phone(c.phone), c.is_guardian) for c in contacts]


def list_events_of(person: Person) -> list[AuditEvent]:
    """The latest acts on the file."""
    events = AuditEvent.objects.filter(subject_type="registry.Person", subject_id=str(person.pk))
    return list(events.select_related("actor").order_by("-id")[:20])


def filtered(actor: Account, filters: PeopleFilters, today: date) -> QuerySet[Person]:
    """People inside the actor's scope who fit the filters, for lists and exports."""
    people = Person.objects.visible_to(actor)
    if filters.division is not None:
        people = people.below(filters.division.path)
    if filters.state:
        people = people.filter(state=filters.state)
    if filters.sex:
        people = people.filter(sex=filters.sex)
    if filters.insurance:
        people = people.filter(insurance=filters.insurance)
    if filters.living:
        people = people.filter(living=filters.living)
    _, youngest, older = AGES.get(filters.ages, AGES["60"])
    if youngest is not None:
        people = people.filter(born_on__lte=_years_before(today, youngest))
    if older is not None:
        people = people.filter(born_on__gt=_years_before(today, older))
    if filters.category:
        certified = PersonCategory.objects.filter(
            _holds_on(today), person=OuterRef("pk"), kind=filters.category
        )
        people = people.filter(Exists(certified))
    return people.filter(_matching(actor, filters.text, filters.division)) if filters.text else people


def _matching(actor: Account, text: str, division: Division | None) -> Q:
    """Who is meant by what was typed; see `queries/search.py`. Few are taken by id, many asked one by one."""
    asked = read(text)
    found = find_ids(actor=actor, asked=asked, limit=CAP, division=division)
    return people_matching(actor=actor, asked=asked) if found.more else Q(pk__in=found.people)


class _Columns(Expression):
    """All that `page` below has, as one expression: naming them one by one takes the ORM longer than the database
    takes to find them."""

    output_field = IntegerField()
    contains_aggregate = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return ", ".join(f'"registry_person"."{name}"' for name in _NAMES), []


_NAMES = (
    "id", "division_path", "name", "pinyin", "sex", "born_on", "phone", "living", "state", "left_on", "division_id",
)  # fmt: skip
_LINES = """
WITH page (id, path, name, pinyin, sex, born_on, phone, living, state, left_on, division) AS MATERIALIZED ({page})
SELECT p.id, p.path, p.name, p.pinyin, p.sex, p.born_on, p.phone, p.living, p.state, p.left_on, d.name, t.name,
    (SELECT i.number FROM registry_personidentifier i WHERE i.person_id = p.id AND i.is_main),
    ARRAY(SELECT c.kind FROM registry_personcategory c WHERE c.person_id = p.id
        AND c.valid_from <= %s AND (c.valid_to IS NULL OR c.valid_to > %s) ORDER BY c.kind)
FROM page p JOIN core_division d ON d.id = p.division LEFT JOIN core_division t ON t.id = d.parent_id
ORDER BY p.path USING ~<~, p.id
"""


class Line(NamedTuple):
    """A person as lists show one. `phone` and `number` (of the main document) are in full: mask them.
    Lists show no telephones, so theirs stay sealed and empty here."""

    pk: int
    path: str
    name: str
    pinyin: str
    sex: str
    born_on: date
    phone: str
    living: str
    state: str
    left_on: date | None
    division: str
    town: str
    number: str
    kinds: list[str]


def lines_of(found: QuerySet[Person], today: date) -> list[Line]:
    """Each with its division, main number and categories in force, in one question: these pages are asked for more
    than any other. The rows are found first (MATERIALIZED), or the joins would be planned over every partition."""
    try:
        page, params = found.values_list(_Columns()).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        return _lines(cursor, page, [*params, today, today], phones=False)


def lines_among(actor: Account, people: list[int], today: date) -> list[Line]:
    """As lines_of, of those among these whom the actor may see. Every search asks: statement and plan are kept."""
    page, params = _among(actor.reach, actor.division_path, actor.organisation_id, actor.pk)
    if not page:
        return []
    with ready_cursor() as cursor:
        return _lines(cursor, page, [*(people if p == _THESE else p for p in params), today, today])


def _these(people: list[int]) -> RawSQL:
    """As `pk__in`, in one value however many they are."""
    return RawSQL('"registry_person"."id" = ANY(%s::bigint[])', [people], output_field=BooleanField())


_THESE = [-1]  # where the ids belong


@lru_cache(maxsize=1000)
def _among(
    reach: Reach, division_path: str, organisation_id: int | None, pk: int
) -> tuple[str, tuple[Any, ...]]:
    """By all that `visible_to` asks of an actor; empty for those who may see nobody."""
    actor = SimpleNamespace(reach=reach, division_path=division_path, organisation_id=organisation_id, pk=pk)
    seen = Person.objects.visible_to(actor).filter(_these(_THESE))
    try:
        page, params = seen.values_list(_Columns()).query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return page, tuple(params)


def _lines(cursor: CursorWrapper, page: str, params: list[Any], *, phones: bool = True) -> list[Line]:
    cursor.execute(_LINES.format(page=page), params)
    return [
        Line(*row[:6], unseal(row[6]) if phones and row[6] else "", *row[7:11], row[11] or "", unseal(row[12]) if row[12] else "", row[13])
        for row in cursor.fetchall()
    ]  # fmt: skip


def categories_of(people: list[int], today: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    certified = PersonCategory.objects.filter(_holds_on(today), person_id__in=people)
    for person, kind in certified.order_by("person_id", "kind").values_list("person_id", "kind"):
        found[person].append(str(CategoryKind(kind).label))
    return found


def _holds_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def find_person(*, actor: Account, id_number: str, today: date) -> Person | None:
    """The file with this identity number inside the actor's scope. Raises BadIdNumber."""
    wanted = _has_number(IdNumber.parse(id_number, at=today).value)
    return Person.objects.visible_to(actor).filter(wanted).first()


def _has_number(number: str) -> Q:
    """Of a citizen identity number or a permit that has the form of one."""
    digests = [d for kind in IdentifierKind for d in digests_of(kind, number)]
    found = PersonIdentifier.objects.filter(digest__in=digests).values_list("person_id", flat=True)
    return Q(pk__in=list(found))


def main_numbers(people: list[int]) -> dict[int, str]:
    """The number of each person's main document, in full: to be masked by the caller."""
    found = PersonIdentifier.objects.filter(person_id__in=people, is_main=True)
    return dict(found.values_list("person_id", "number"))


def main_number(person: Person) -> str:
    """As main_numbers, for one; empty without a document."""
    return main_numbers([person.pk]).get(person.pk, "")


def masked_particulars(person: Person) -> list[tuple[str, Any]]:
    """Phone, address and number as everyone with the right to the list may see them."""
    return [
        ("身份证号", mask_id_number(main_number(person))),
        ("联系电话", mask_phone(person.phone)),
        ("居住地址", "已登记，查看须说明用途" if person.address else ""),
    ]
