"""People 老年人档案: list, file, registration, and the acts on a file."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.models import Division
from yinling.core.queries.divisions import find_division
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import CategoryKind, LivingSituation, PersonState, PlaceKind, Post, Sex
from yinling.registry.forms import (
    CategoryForm,
    ContactForm,
    EndForm,
    PersonForm,
    PersonUpdateForm,
    StateForm,
    StyledForm,
)
from yinling.registry.models import Person, PersonCategory
from yinling.registry.office.choosing import chosen, chosen_division, words
from yinling.registry.operations.categories import add_contact, certify_category, end_category
from yinling.registry.operations.people import (
    CategoryInput,
    ContactInput,
    register_person,
    update_person,
)
from yinling.registry.operations.reading import Revealed, open_file, unmask_person
from yinling.registry.operations.states import change_state
from yinling.registry.queries import people as reads
from yinling.registry.queries.divisions import division_options, town_options, village_options
from yinling.registry.wording import act_words


@requires(Permission.VIEW_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    today = localdate(request.now)
    filters = reads.PeopleFilters(
        division=chosen_division(request),
        text=words(request, "text"),
        category=chosen(request, "category", CategoryKind),
        ages=chosen(request, "ages", reads.AGES, "60"),
        living=chosen(request, "living", LivingSituation),
        sex=chosen(request, "sex", Sex),
        state=chosen(request, "state", [*PersonState.values, ""], PersonState.ACTIVE),
    )
    actor = request.user
    found = reads.list_people(actor=actor, filters=filters, today=today, after=words(request, "after"))
    context = {
        "page": found,
        "filters": filters,
        "divisions": division_options(actor, filters.division),
        "categories": CategoryKind.choices,
        "ages": [(k, v[0]) for k, v in reads.AGES.items()],
        "living": LivingSituation.choices,
        "sexes": Sex.choices,
        "states": PersonState.choices,
        "state_labels": dict(PersonState.choices),
        "may_register": actor.may(Permission.MANAGE_PEOPLE),
    }
    return page(request, "registry/people.html", context)


@never_cache
@requires(Permission.VIEW_PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    row = _person(request, pk)
    open_file(person=row, by=request.user, at=request.now)
    return _file(request, row)


@never_cache
@require_POST
@requires(Permission.UNMASK_PERSON)
def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Answered at once and not by a redirect: what is shown has no address of its own."""
    row = _person(request, pk)
    purpose = request.POST.get("purpose", "")
    try:
        revealed = unmask_person(person=row, purpose=purpose, by=request.user, at=request.now)
    except DomainError as error:
        return _file(request, row, unmask_error=error.message, status=422)
    return _file(request, row, revealed=revealed, purpose=purpose)


def _file(
    request: HttpRequest,
    row: Person,
    *,
    revealed: Revealed | None = None,
    purpose: str = "",
    unmask_error: str = "",
    status: int = 200,
) -> HttpResponse:
    today = localdate(request.now)
    actor = request.user
    left = row.state in (PersonState.DECEASED, PersonState.MOVED_AWAY)
    context = {
        "person": row,
        "age": reads.age_on(row.born_on, min(row.left_on or today, today)),
        "sex": Sex(row.sex).label,
        "living": LivingSituation(row.living).label,
        "state": PersonState(row.state).label,
        "left": left,
        "masked": reads.masked_particulars(row),
        "categories": [
            (
                c,
                CategoryKind(c.kind).label,
                c.valid_from <= today and (c.valid_to is None or c.valid_to > today),
            )
            for c in reads.list_categories(row)
        ],
        "contacts": reads.list_contacts(row),
        "home_care_beds": row.home_care_beds.select_related("place").order_by("-valid_from"),
        "employments": [(e, Post(e.post).label) for e in row.employments.select_related("place")],
        "certificates": row.certificates.order_by("-issued_on"),
        "events": [
            {"at": e.at, "title": act_words(e.act), "text": e.reason, "by": e.actor or "系统"}
            for e in reads.list_events_of(row)
        ],
        "may_manage": actor.may(Permission.MANAGE_PEOPLE),
        "may_unmask": actor.may(Permission.UNMASK_PERSON),
        "may_see_places": actor.may(Permission.VIEW_PLACES),
        "home": PlaceKind.HOME.label,
        "revealed": revealed,
        "purpose": purpose,
        "unmask_error": unmask_error,
        "update_form": PersonUpdateForm(initial={"name": row.name, "living": row.living}, prefix="update"),
        "state_form": StateForm(prefix="state"),
        "category_form": CategoryForm(prefix="category"),
        "contact_form": ContactForm(prefix="contact"),
        "end_form": EndForm(),
    }
    return page(request, "registry/person.html", context, status=status)


@requires(Permission.MANAGE_PEOPLE)
def person_new(request: HttpRequest) -> HttpResponse:
    """The town first, then its villages: nobody scrolls through 2,768."""
    town, villages, towns = village_step(request)
    form = PersonForm(request.POST or None, villages=villages)
    refused = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = register_person(
                name=data["name"],
                id_number=data["id_number"],
                division=division_of(data["village"]),
                phone=data["phone"],
                address=data["address"],
                living=LivingSituation(data["living"]),
                by=request.user,
                at=request.now,
            )
        except DomainError as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("registry:person", args=[made.pk]), status=303)
    status = 422 if refused or form.errors else 200
    context = {"form": form, "refused": refused, "town": town, "towns": towns}
    return page(request, "registry/person_new.html", context, status=status)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def person_update(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _person(request, pk), PersonUpdateForm(request.POST, prefix="update")

    def act() -> None:
        data = form.cleaned_data
        update_person(
            person=row,
            name=data["name"],
            living=LivingSituation(data["living"]),
            phone=data["phone"] or None,
            address=data["address"] or None,
            by=request.user,
            at=request.now,
        )

    return _act(request, row, form, act, "已更正。")


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def person_state(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _person(request, pk), StateForm(request.POST, prefix="state")

    def act() -> None:
        data = form.cleaned_data
        change_state(
            person=row,
            state=PersonState(data["state"]),
            on=data["on"],
            reason=data["reason"],
            by=request.user,
            at=request.now,
        )

    return _act(request, row, form, act, "状态已变更。")


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def person_category(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _person(request, pk), CategoryForm(request.POST, prefix="category")

    def act() -> None:
        data = form.cleaned_data
        category = CategoryInput(
            CategoryKind(data["kind"]), data["valid_from"], data["source"], data["document"]
        )
        certify_category(person=row, category=category, by=request.user, at=request.now)

    return _act(request, row, form, act, "已认定。")


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def person_category_end(request: HttpRequest, pk: int, category: int) -> HttpResponse:
    row, form = _person(request, pk), EndForm(request.POST)
    certified = get_object_or_404(PersonCategory, pk=category, person=row)

    def act() -> None:
        data = form.cleaned_data
        end_category(
            category=certified, on=data["on"], reason=data["reason"], by=request.user, at=request.now
        )

    return _act(request, row, form, act, "已终止。")


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def person_contact(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _person(request, pk), ContactForm(request.POST, prefix="contact")

    def act() -> None:
        add_contact(person=row, contact=ContactInput(**form.cleaned_data), by=request.user, at=request.now)

    return _act(request, row, form, act, "联系人已添加。")


class FormRefused(DomainError):
    """A field of a short form says something impossible."""


def checked(form: StyledForm, act: Callable[[], None]) -> Callable[[], None]:
    """The act, preceded by the form's own checks. Raises FormRefused."""

    def run() -> None:
        if not form.is_valid():
            raise FormRefused(form.first_error())
        act()

    return run


def _act(
    request: HttpRequest, row: Person, form: StyledForm, act: Callable[[], None], said: str
) -> HttpResponse:
    to = reverse("registry:person", args=[row.pk])
    return after_act(request, checked(form, act), to=to, said=said)


def _person(request: HttpRequest, pk: int) -> Person:
    seen = Person.objects.visible_to(request.user).select_related("division", "division__parent")
    return get_object_or_404(seen, pk=pk)


def village_step(
    request: HttpRequest,
) -> tuple[Division | None, list[tuple[str, str]], list[tuple[str, str]]]:
    """The town chosen (or the only one), its villages inside the scope, and the towns to choose from."""
    towns = town_options(request.user)
    code = request.POST.get("town") or request.GET.get("town", "")
    if len(towns) == 1:
        code = towns[0][0]
    town = find_division(code[:12].replace("\x00", "")) if code in dict(towns) else None
    return town, village_options(request.user, town) if town else [], towns


def division_of(code: str) -> Division:
    return Division.objects.get(nbs_code=code)


urlpatterns = [
    path("office/people/", people, name="people"),
    path("office/people/new/", person_new, name="person_new"),
    path("office/people/<int:pk>/", person, name="person"),
    path("office/people/<int:pk>/unmask/", unmask, name="person_unmask"),
    path("office/people/<int:pk>/update/", person_update, name="person_update"),
    path("office/people/<int:pk>/state/", person_state, name="person_state"),
    path("office/people/<int:pk>/categories/", person_category, name="person_category"),
    path(
        "office/people/<int:pk>/categories/<int:category>/end/",
        person_category_end,
        name="person_category_end",
    ),
    path("office/people/<int:pk>/contacts/", person_contact, name="person_contact"),
]
