"""轮候名单: the list, an application entered and shown, its receipt, what is due."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.assessment.choices import Channel
from yinling.assessment.queries.results import latest_result
from yinling.core.access.permissions import Permission
from yinling.core.calendar import note_on, working_days_between
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import BadPeriod, Month
from yinling.registry.models import Person, Place
from yinling.registry.office.choosing import chosen, chosen_division, key, words
from yinling.registry.queries.divisions import division_options
from yinling.registry.queries.found import list_found
from yinling.registry.queries.people import age_on
from yinling.registry.search.asking import read
from yinling.residence.models import Application
from yinling.residence.operations.applying import REOPEN_WITHIN, apply_for_home
from yinling.residence.queries import waiting as reads
from yinling.residence.queries.queue import explain, last_check
from yinling.residence.queries.waiting_figures import recent_months
from yinling.residence.waiting_checks import PUBLIC_OWNERSHIP
from yinling.residence.waiting_choices import OPEN_STATES, ApplicationEnd, SkipState
from yinling.residence.waiting_forms import ApplicationForm, EndForm, SkipForm, WishesForm, home_options
from yinling.residence.waiting_numbers import spaced
from yinling.rulebook.waiting_lists import load, policy_on

SEE = Permission.VIEW_QUEUE


@requires(SEE)
def waiting(request: HttpRequest) -> HttpResponse:
    actor, today = request.user, localdate(request.now)
    filters = filters_of(request)
    policy = policy_on(today)
    context = {
        "page": reads.list_waiting(actor=actor, filters=filters, at=request.now, after=key(request)),
        "filters": filters,
        "states": list(reads.STATES.items()),
        "homes": home_choices(request, filters.home),
        "classes": class_choices(filters.class_code, today),
        "months": month_choices(filters.applied, today),
        "divisions": division_options(actor, filters.division),
        "policy": policy,
        "check": last_check(),
        "may_apply": actor.may(Permission.APPLY_FOR_HOME),
        "may_manage": actor.may(Permission.MANAGE_QUEUE),
        "may_export": actor.may(Permission.EXPORT_ROWS),
    }
    return page(request, "residence/waiting.html", context)


def filters_of(request: HttpRequest) -> reads.WaitingFilters:
    """What the address says; anything it should not say is as if not there."""
    return reads.WaitingFilters(
        division=chosen_division(request),
        home=chosen_home(request),
        class_code=chosen_class(request),
        state=chosen(request, "state", list(reads.STATES), reads.IN_QUEUE),
        text=words(request, "text"),
        applied=chosen_month(request, "applied"),
        named=request.GET.get("named") == "1",
    )


def chosen_home(request: HttpRequest) -> Place | None:
    """A public home of the city, closed ones too: what happened there is still asked for."""
    found = Place.objects.filter(kind="home", ownership__in=PUBLIC_OWNERSHIP, pk=key(request, "home"))
    return found.first()


def chosen_class(request: HttpRequest) -> str:
    known = {c.code for policy in load().values() for c in policy.classes}
    return chosen(request, "class", known | {reads.NO_CLASS})


def chosen_month(request: HttpRequest, name: str = "month") -> Month | None:
    """From the address; none when there is none or none that can be read."""
    try:
        return Month.parse(request.GET.get(name, ""))
    except BadPeriod:
        return None


def home_choices(request: HttpRequest, home: Place | None) -> list[tuple[int, str]]:
    """Public homes of the reader's division that are open, and the one that is chosen."""
    homes = reads.list_public_homes(localdate(request.now), request.user.division_path)
    return homes if home is None or home.pk in dict(homes) else [*homes, (home.pk, home.name)]


def class_choices(code: str, today: date) -> list[tuple[str, str]]:
    """Those of the rule in force, those without one, and the one that is chosen."""
    known = {c.code: c.name for policy in load().values() for c in policy.classes}
    names = {c.code: c.name for c in policy_on(today).classes} | {reads.NO_CLASS: "还没有核实类别"}
    return list((names | {code: known[code]} if code in known else names).items())


def month_choices(month: Month | None, today: date) -> list[tuple[str, str]]:
    """The last twelve, and the one that is chosen."""
    months = recent_months(today)
    return [(str(m), m.label) for m in (months if month is None or month in months else [*months, month])]


@never_cache
@requires(Permission.APPLY_FOR_HOME)
def waiting_new(request: HttpRequest) -> HttpResponse:
    """Whose application it is first, then the form."""
    actor, today = request.user, localdate(request.now)
    person = _chosen_person(request)
    if person is None:
        return _choose_person(request)
    homes = home_options(request, person, today)
    initial = {"channel": Channel.VILLAGE if actor.role == "village_worker" else Channel.COUNTER}
    form = ApplicationForm(request.POST or None, homes=homes, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = apply_for_home(
                person=person,
                homes=form.homes(),
                bed_kinds=form.kinds(),
                channel=Channel(given["channel"]),
                asked_by=given["asked_by"],
                relation=given["relation"],
                note=given["note"],
                by=actor,
                at=request.now,
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已登记，编号 {spaced(made.number)}。请把回执打印给老人。")
            return HttpResponseRedirect(reverse("residence:application", args=[made.pk]), status=303)
    context = {
        "person": person,
        "age": age_on(person.born_on, today),
        "form": form,
        "whole": "whole" in request.GET,
        "open": Application.objects.filter(person=person, state__in=OPEN_STATES).first(),
        "policy": policy_on(today),
    }
    return page(request, "residence/waiting_new.html", context, status=422 if form.errors else 200)


def _chosen_person(request: HttpRequest) -> Person | None:
    pk = key(request, "person")
    if not pk:
        return None
    seen = Person.objects.visible_to(request.user).select_related("division__parent")
    return get_object_or_404(seen, pk=pk)


def _choose_person(request: HttpRequest) -> HttpResponse:
    text = words(request, "text")
    asked = read(text)
    found = []
    if text and not asked.too_short and request.user.may(Permission.VIEW_PEOPLE):
        found = list_found(actor=request.user, asked=asked, today=localdate(request.now), limit=20).rows
    context = {"text": text, "found": found, "asked": asked}
    return page(request, "residence/waiting_choose.html", context)


@never_cache
@requires(SEE)
def application(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_application(request, pk)
    return page(request, "residence/application.html", application_context(request, row))


def application_context(request: HttpRequest, row: Application, **more: Any) -> dict[str, Any]:
    """All that the page of an application shows."""
    actor, today = request.user, localdate(request.now)
    is_open = row.state in OPEN_STATES
    policy = policy_on(today)
    wishes = list(row.wishes.order_by("rank").values_list("place_id", "place__name"))
    homes = home_options(request, row.person, today, [pk for pk, _ in wishes])
    given = {f"home_{n}": pk for n, (pk, _) in enumerate(wishes, 1)} | {"bed_kinds": row.bed_kinds}
    result = latest_result(row.person, "admission", request.now)
    own_skips = list(row.skips.select_related("proposed_by", "place").order_by("-pk")[:5])
    return {
        "application": row,
        "number": spaced(row.number),
        "person": row.person,
        "age": age_on(row.person.born_on, today),
        "state": row.get_state_display(),
        "class_name": next((c.name for c in policy.classes if c.code == row.class_code), "核实后确定"),
        "wishes": [name for _, name in wishes],
        "bed_kinds": reads.bed_kind_names(row.bed_kinds),
        "explanation": explain(row, at=request.now),
        "policy": policy,
        "timeline": reads.list_timeline(row),
        "result": result,
        "result_holds": bool(result and result.valid_until and result.valid_until > today),
        "offer": row.offers.filter(state__in=["open", "accepted"]).select_related("place", "bed").first(),
        "skips": own_skips,
        "open_skip": next(
            (s for s in own_skips if s.state in (SkipState.PROPOSED, SkipState.APPROVED)), None
        ),
        "days_left": working_days_between(today, row.verify_by),
        "term_note": note_on(row.verify_by),
        "is_open": is_open,
        "may_apply": actor.may(Permission.APPLY_FOR_HOME) and is_open,
        "may_manage": actor.may(Permission.MANAGE_QUEUE) and is_open,
        "may_reopen": _may_reopen(request, row),
        "reopen_form": EndForm(prefix="reopen"),
        "may_approve": actor.may(Permission.APPROVE_SKIP),
        "may_see_people": actor.may(Permission.VIEW_PEOPLE),
        "wishes_form": WishesForm(homes=homes, initial=given),
        "skip_form": SkipForm(prefix="skip"),
        "end_form": EndForm(prefix="end"),
        "reject_form": EndForm(prefix="reject"),
        **more,
    }


def _may_reopen(request: HttpRequest, row: Application) -> bool:
    if row.end in ("", ApplicationEnd.REFUSED_TWICE, ApplicationEnd.TRIAL_ENDED) or row.barred_until:
        return False
    recent = row.ended_at is not None and request.now - row.ended_at <= REOPEN_WITHIN
    return recent and request.user.may(Permission.MANAGE_QUEUE)


@never_cache
@requires(SEE)
def waiting_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """In large type, to be taken home."""
    row = seen_application(request, pk)
    context = {
        "application": row,
        "number": spaced(row.number),
        "person": row.person,
        "wishes": reads.wish_names(row),
        "bed_kinds": reads.bed_kind_names(row.bed_kinds),
        "policy": policy_on(localdate(request.now)),
        "term_note": note_on(row.verify_by),
    }
    return page(request, "residence/waiting_receipt.html", context)


@requires(SEE)
def waiting_due(request: HttpRequest) -> HttpResponse:
    today = localdate(request.now)
    due = reads.list_due(actor=request.user, at=request.now)
    context = {
        "due": due,
        "today": today,
        "may_manage": request.user.may(Permission.MANAGE_QUEUE),
        "may_approve": request.user.may(Permission.APPROVE_SKIP),
    }
    return page(request, "residence/waiting_due.html", context)


def seen_application(request: HttpRequest, pk: int) -> Application:
    """Inside the reader's reach, or 404."""
    if not Application.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    return Application.objects.select_related("person__division__parent", "entered_by").get(pk=pk)


urlpatterns = [
    path("office/waiting/", waiting, name="waiting"),
    path("office/waiting/new/", waiting_new, name="waiting_new"),
    path("office/waiting/due/", waiting_due, name="waiting_due"),
    path("office/waiting/<int:pk>/", application, name="application"),
    path("office/waiting/<int:pk>/receipt/", waiting_receipt, name="waiting_receipt"),
]
