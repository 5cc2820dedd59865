"""People 老年人档案: the list, and registration. `person.py` shows a file, `person_acts.py` changes it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.models import Division
from yinling.core.queries.divisions import find_division
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import (
    CategoryKind,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PersonState,
    Sex,
)
from yinling.registry.forms import StyledForm
from yinling.registry.identity import digests_of, read_identifier
from yinling.registry.models import Person, PersonIdentifier
from yinling.registry.office.alike import Checked, check_alike
from yinling.registry.office.choosing import chosen, chosen_division, words
from yinling.registry.office.filing import refuse
from yinling.registry.operations.people import register_person
from yinling.registry.person_forms import PersonForm
from yinling.registry.queries import people as reads
from yinling.registry.queries.divisions import division_options, town_options, village_options


@requires(Permission.VIEW_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    today = localdate(request.now)
    filters = reads.PeopleFilters(
        division=chosen_division(request),
        text=words(request, "text"),
        category=chosen(request, "category", CategoryKind),
        ages=chosen(request, "ages", reads.AGES, "60"),
        living=chosen(request, "living", LivingSituation),
        insurance=chosen(request, "insurance", InsuranceKind),
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
        "insurances": InsuranceKind.choices,
        "sexes": Sex.choices,
        "file_href": reverse("registry:person", args=[0]).replace("/0/", "/{}/"),
        "states": PersonState.choices,
        "state_labels": dict(PersonState.choices),
        "may_register": actor.may(Permission.MANAGE_PEOPLE),
        "may_export": actor.may(Permission.EXPORT_PEOPLE),
    }
    return page(request, "registry/people.html", context)


@never_cache
@requires(Permission.MANAGE_PEOPLE)
def person_new(request: HttpRequest) -> HttpResponse:
    """Everything in one form; what is wrong is said beside its field, and nothing typed is lost."""
    form = PersonForm(request.POST or None, actor=request.user)
    checked = None
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        checked = check_alike(request, form)
    if isinstance(checked, HttpResponse):
        return checked
    if checked is not None:
        given = form.cleaned_data
        try:
            made, more = _register(request, given, checked)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "档案已建立。请接着登记家属、类别和同意。" + more)
            return HttpResponseRedirect(reverse("registry:person", args=[made.pk]), status=303)
    context = {"form": form, "checked": None}
    return page(request, "registry/person_new.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _register(request: HttpRequest, given: dict[str, Any], checked: Checked) -> tuple[Person, str]:
    """The new file, and what there is to say about others like it."""
    made = register_person(
        name=given["name"],
        id_kind=IdentifierKind(given["id_kind"]),
        id_number=given["id_number"],
        born_on=given["born_on"],
        sex=Sex(given["sex"]) if given["sex"] else None,
        division=given["village"],
        hukou_division=given["hukou"],
        hukou_elsewhere=given["hukou_elsewhere"],
        phone=given["phone"],
        address=given["address"],
        living=LivingSituation(given["living"]),
        insurance=InsuranceKind(given["insurance"]),
        by=request.user,
        at=request.now,
    )
    return made, checked.note(request, made)


@never_cache
@require_POST
@requires(Permission.MANAGE_PEOPLE)
def identity_check(request: HttpRequest) -> HttpResponse:
    """What a number says, while it is typed. A POST, so that no number stands in an address or a log."""
    kind = request.POST.get("id_kind", "")
    kind = IdentifierKind(kind) if kind in IdentifierKind.values else IdentifierKind.ID_CARD
    text = request.POST.get("id_number", "")[:24]
    today = localdate(request.now)
    checked: dict[str, object] = {"text": text.strip(), "wrong": "", "taken": False, "born_on": None}
    try:
        read = read_identifier(kind, text, at=today)
    except DomainError as error:
        checked["wrong"] = error.message
    else:
        checked |= {
            "masked": read.masked,
            "born_on": read.born_on,
            "sex": Sex(read.sex).label if read.sex else "",
            "age": reads.age_on(read.born_on, today) if read.born_on else None,
            "taken": PersonIdentifier.objects.filter(digest__in=digests_of(kind, read.number)).exists(),
        }
    return page(request, "registry/identity_check.html", {"checked": checked}, block="checked")


class FormRefused(DomainError):
    """A field of a short form says something impossible."""


def checked(form: StyledForm, act: Callable[[], None]) -> Callable[[], None]:
    """The act, preceded by the form's own checks. Raises FormRefused."""

    def run() -> None:
        if not form.is_valid():
            raise FormRefused(form.first_error())
        act()

    return run


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
    path("office/people/identity-check/", identity_check, name="identity_check"),
]
