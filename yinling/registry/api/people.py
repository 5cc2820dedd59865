"""People: list, file, registration and the acts on a file, as the pages have them.

Identity numbers come in bodies only: an address ends up in logs.
"""

from collections.abc import Callable
from typing import Annotated

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from ninja import Header, Query, Router
from ninja.responses import Status

from yinling.core.access.permissions import Permission as P
from yinling.core.choices import DivisionLevel
from yinling.core.machines.areas import UnknownDivision, division_in_scope
from yinling.core.machines.keys import ApiKeyBearer
from yinling.core.machines.once import done_once
from yinling.core.machines.problems import Refused, answered_as, answers
from yinling.core.machines.reading import Code, Cursor, Id, read_cursor, write_cursor
from yinling.core.models import Account, Division
from yinling.core.sealing import digest
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.api import schemas as s
from yinling.registry.api.areas import ref
from yinling.registry.checks import PersonHasLeft
from yinling.registry.choices import CategoryKind, LivingSituation, PersonState, Sex
from yinling.registry.identity import digests_of, read_identifier
from yinling.registry.models import Person, PersonCategory
from yinling.registry.operations.categories import certify_category, end_category
from yinling.registry.operations.people import (
    CategoryAlreadyCertified,
    CategoryInput,
    GuardianAlreadyNamed,
    PersonAlreadyRegistered,
    register_person,
    update_person,
)
from yinling.registry.operations.reading import open_file, unmask_person
from yinling.registry.operations.searching import note_number_search
from yinling.registry.operations.states import FactsAfterLeaving, StateUnchanged, change_state
from yinling.registry.queries import people as reads

router = Router(tags=["人员档案"])
answered_as(
    409,
    PersonAlreadyRegistered,
    CategoryAlreadyCertified,
    GuardianAlreadyNamed,
    PersonHasLeft,
    FactsAfterLeaving,
    StateUnchanged,
)

AgeBand = Annotated[str, Query(pattern=f"^({'|'.join(reads.AGES)})$")]
_VIEW, _MANAGE = ApiKeyBearer(P.VIEW_PEOPLE), ApiKeyBearer(P.MANAGE_PEOPLE)


@router.get("/people", auth=_VIEW, response=answers({200: s.PersonPage}))
def list_people(
    request: HttpRequest,
    division: Query[Code | None] = None,
    category: Query[CategoryKind | None] = None,
    ages: AgeBand = "60",
    living: Query[LivingSituation | None] = None,
    sex: Query[Sex | None] = None,
    state: Query[PersonState] = PersonState.ACTIVE,
    cursor: Cursor = "",
) -> s.PersonPage:
    """People of the scope, 50 a page, by division and id."""
    filters = reads.PeopleFilters(
        division=division_in_scope(request.user, division) if division else None,
        category=category or "",
        ages=ages,
        living=living or "",
        sex=sex or "",
        state=state,
    )
    found = reads.list_people(
        actor=request.user, filters=filters, today=localdate(request.now), after=read_cursor(cursor)
    )
    return s.PersonPage(
        items=[_line(row) for row in found.rows],
        next=write_cursor(found.next_after),
        count=found.count,
        capped=found.capped,
    )


@router.post("/people/find", auth=_VIEW, response=answers({200: s.PersonOut}, 404))
def find_person(request: HttpRequest, response: HttpResponse, payload: s.FindIn) -> s.PersonOut:
    """The file with this document's number, if the scope has one. That it was asked for is on record, found or not."""
    identifier = read_identifier(payload.id_kind, payload.id_number, at=localdate(request.now))
    digests = digests_of(identifier.kind, identifier.number)
    found = _people(request.user).filter(identifiers__digest__in=digests).first()
    ids = [found.pk] if found else []
    note_number_search(number=identifier.number, found=ids, by=request.user, at=request.now)
    if found is None:
        raise Http404
    return _shown(request, response, found)


@router.post("/people", auth=_MANAGE, response=answers({201: s.PersonOut, 200: s.PersonOut}, 409))
def create_person(
    request: HttpRequest,
    response: HttpResponse,
    payload: s.PersonIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", max_length=100)] = "",
) -> Status:
    """Open a file. With an Idempotency-Key a repeated request is answered 200 with the file of the first."""
    actor = request.user

    def act() -> Person:
        return register_person(
            name=payload.name,
            id_kind=payload.id_kind,
            id_number=payload.id_number,
            born_on=payload.born_on,
            sex=payload.sex,
            division=_village(actor, payload.division),
            hukou_division=division_in_scope(actor, payload.hukou_division)
            if payload.hukou_division
            else None,
            phone=payload.phone,
            address=payload.address,
            living=payload.living,
            insurance=payload.insurance,
            categories=[
                CategoryInput(c.kind, c.valid_from, c.source, c.document) for c in payload.categories
            ],
            by=actor,
            at=request.now,
        )

    pk, is_new = done_once(
        account=actor, token=idempotency_key, content=payload.model_dump_json(), act=act, at=request.now
    )
    return Status(201 if is_new else 200, _answer(response, _person(request, pk)))


@router.get("/people/{id}", auth=_VIEW, response=answers({200: s.PersonOut}, 404))
def get_person(request: HttpRequest, response: HttpResponse, id: Id) -> s.PersonOut:
    """A file, numbers masked. That it was opened is on record."""
    return _shown(request, response, _person(request, id))


@router.patch("/people/{id}", auth=_MANAGE, response=answers({200: s.PersonOut}, 404, 409, 412))
def change_person(
    request: HttpRequest,
    response: HttpResponse,
    id: Id,
    payload: s.PersonChange,
    if_match: Annotated[str, Header(alias="If-Match", max_length=100)] = "",
) -> s.PersonOut:
    """Correct a file. With If-Match it is refused (412) when somebody else changed the file meanwhile."""
    actor = request.user

    def act(person: Person) -> None:
        update_person(
            person=person,
            name=payload.name,
            phone=payload.phone,
            address=payload.address,
            division=_village(actor, payload.division) if payload.division else None,
            hukou_division=division_in_scope(actor, payload.hukou_division)
            if payload.hukou_division
            else None,
            living=payload.living,
            insurance=payload.insurance,
            by=actor,
            at=request.now,
        )

    return _changed(request, response, id, act, if_match)


@router.post("/people/{id}/state", auth=_MANAGE, response=answers({200: s.PersonOut}, 404, 409))
def change_person_state(
    request: HttpRequest, response: HttpResponse, id: Id, payload: s.StateIn
) -> s.PersonOut:
    """Death, moving away, going missing, coming back, with what follows from each."""

    def act(person: Person) -> None:
        change_state(
            person=person,
            state=payload.state,
            on=payload.on,
            reason=payload.reason,
            by=request.user,
            at=request.now,
        )

    return _changed(request, response, id, act)


@router.post("/people/{id}/categories", auth=_MANAGE, response=answers({201: s.PersonOut}, 404, 409))
def add_category(request: HttpRequest, response: HttpResponse, id: Id, payload: s.CategoryIn) -> Status:
    """Certify a category of a person."""
    category = CategoryInput(payload.kind, payload.valid_from, payload.source, payload.document)

    def act(person: Person) -> None:
        certify_category(person=person, category=category, by=request.user, at=request.now)

    return Status(201, _changed(request, response, id, act))


@router.post(
    "/people/{id}/categories/{category}/end", auth=_MANAGE, response=answers({200: s.PersonOut}, 404, 409)
)
def end_person_category(
    request: HttpRequest, response: HttpResponse, id: Id, category: Id, payload: s.EndIn
) -> s.PersonOut:
    """End a certified category."""

    def act(person: Person) -> None:
        certified = get_object_or_404(PersonCategory, pk=category, person=person)
        end_category(
            category=certified, on=payload.on, reason=payload.reason, by=request.user, at=request.now
        )

    return _changed(request, response, id, act)


@router.post(
    "/people/{id}/unmask", auth=ApiKeyBearer(P.UNMASK_PERSON), response=answers({200: s.Particulars}, 404)
)
def unmask(request: HttpRequest, id: Id, payload: s.PurposeIn) -> s.Particulars:
    """Number, phones and address in full, for a stated purpose that is kept on record."""
    revealed = unmask_person(
        person=_person(request, id), purpose=payload.purpose, by=request.user, at=request.now
    )
    return s.Particulars(
        id_number=revealed.id_number,
        phone=revealed.phone,
        address=revealed.address,
        contacts=[s.ContactRevealed(name=c[0], relation=c[1], phone=c[2]) for c in revealed.contacts],
    )


_SEX = {str(c.label): c for c in Sex}
_LIVING = {str(c.label): c for c in LivingSituation}
_CATEGORY = {str(c.label): c for c in CategoryKind}


def _line(row: reads.PersonRow) -> s.PersonLine:
    """The list is made for pages and speaks in words; here they become codes again."""
    return s.PersonLine(
        id=row.pk,
        name=row.name,
        sex=_SEX[row.sex],
        age=row.age,
        id_number_masked=row.id_masked,
        living=_LIVING[row.living],
        state=PersonState(row.state),
        town=row.town,
        division=row.division,
        categories=[_CATEGORY[c] for c in row.categories],
    )


def _people(actor: Account):
    return Person.objects.visible_to(actor).select_related("division", "hukou_division")


def _person(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(_people(request.user), pk=pk)


def _village(actor: Account, code: str) -> Division:
    found = division_in_scope(actor, code)
    if found.level != DivisionLevel.VILLAGE:
        raise UnknownDivision(f"{code} 是{found.name}。居住地请填写村居一级的编号。")
    return found


def _shown(request: HttpRequest, response: HttpResponse, person: Person) -> s.PersonOut:
    open_file(person=person, by=request.user, at=request.now)
    return _answer(response, person)


def _changed(
    request: HttpRequest,
    response: HttpResponse,
    pk: int,
    act: Callable[[Person], None],
    if_match: str = "",
) -> s.PersonOut:
    """Do one act on a file that stays locked from the comparison with If-Match to the end."""
    with transaction.atomic():
        if not _people(request.user).filter(pk=pk).exists():
            raise Http404
        Person.objects.select_for_update(of=("self",)).get(pk=pk)
        person = _person(request, pk)
        if if_match and if_match != "*" and if_match != _etag(person, _out(person)):
            raise Refused(412, "Changed", "档案已被他人改动。请重新读取，核对后再提交。")
        act(person)
        # Moved out of the scope by this very act, the file is still shown this once.
        return _answer(response, Person.objects.select_related("division", "hukou_division").get(pk=pk))


def _answer(response: HttpResponse, person: Person) -> s.PersonOut:
    out = _out(person)
    response.headers["ETag"] = _etag(person, out)
    return out


def _etag(person: Person, out: s.PersonOut) -> str:
    """Keyed, since it also tells changes of what is masked."""
    whole = f"{out.model_dump_json()}|{reads.main_number(person)}|{person.phone}|{person.address}"
    return f'"{digest("etag", whole)[1:13].hex()}"'


def _out(person: Person) -> s.PersonOut:
    return s.PersonOut(
        id=person.pk,
        file_number=person.file_number,
        name=person.name,
        sex=person.sex,
        born_on=person.born_on,
        id_number_masked=mask_id_number(reads.main_number(person)),
        phone_masked=mask_phone(person.phone),
        has_address=bool(person.address),
        division=ref(person.division),
        hukou_division=ref(person.hukou_division) if person.hukou_division else None,
        living=person.living,
        insurance=person.insurance,
        state=person.state,
        registered_on=person.registered_on,
        left_on=person.left_on,
        categories=[
            s.CategoryOut(
                id=c.pk,
                kind=c.kind,
                label=CategoryKind(c.kind).label,
                valid_from=c.valid_from,
                valid_to=c.valid_to,
                source=c.source,
                document=c.document,
            )
            for c in reads.list_categories(person)
        ],
    )
