"""每日情况 and 食谱: written by those who care and by the home, read by the family."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.residence.models import Stay
from yinling.residence.models.family import Appetite, Meal, Mood, Sleep
from yinling.residence.office.own_homes import choose_home
from yinling.residence.operations.family_notes import NoteInput, set_menu, write_day_note
from yinling.residence.queries.family_notes import get_menu, list_noted, monday_of


@never_cache
@requires(Permission.GIVE_CARE)
def day_notes(request: HttpRequest) -> HttpResponse:
    home, homes = choose_home(request)
    today = localdate(request.now)
    on = min(_day(request.GET.get("on", ""), today), today)
    rows = list_noted(home=home, on=on, at=request.now) if home else []
    context = {
        "home": home,
        "homes": [(h.pk, h.name) for h in homes],
        "on": on,
        "days": [today - timedelta(days=n) for n in range(3)],
        "today": today,
        "rows": rows,
        "left": sum(r.note is None for r in rows),
    }
    return page(request, "residence/day_notes.html", context)


@never_cache
@requires(Permission.GIVE_CARE)
def day_note(request: HttpRequest, pk: int) -> HttpResponse:
    """One resident's day: three choices and a sentence."""
    seen = Stay.objects.visible_to(request.user).select_related("person", "place")
    stay: Any = get_object_or_404(seen, pk=pk)
    today = localdate(request.now)
    on = _day(request.POST.get("on") or request.GET.get("on", ""), today)
    before = stay.day_notes.filter(on=on).first()
    given, refused = _given(request, before), ""
    if request.method == "POST":
        try:
            write_day_note(stay=stay, on=on, note=given, by=request.user, at=request.now)
        except DomainError as error:
            refused = error.message
        else:
            messages.success(request, f"{stay.person.name}的情况已记录。")
            back = reverse("residence:day_notes")
            return HttpResponseRedirect(f"{back}?home={stay.place_id}&on={on}", status=303)
    context = {
        "stay": stay,
        "person": stay.person,
        "on": on,
        "given": given,
        "refused": refused,
        "moods": Mood.choices,
        "appetites": Appetite.choices,
        "sleeps": Sleep.choices,
    }
    return page(request, "residence/day_note.html", context, status=422 if refused else 200)


@never_cache
@requires(Permission.RUN_HOME)
def menu(request: HttpRequest) -> HttpResponse:
    home, homes = choose_home(request)
    today = localdate(request.now)
    week = monday_of(_day(request.GET.get("week", ""), today))
    context = {
        "home": home,
        "homes": [(h.pk, h.name) for h in homes],
        "week": week,
        "previous": week - timedelta(days=7),
        "next": week + timedelta(days=7),
        "today": today,
        "days": get_menu(home, first=week) if home else [],
    }
    return page(request, "residence/menu.html", context)


@require_POST
@requires(Permission.RUN_HOME)
def menu_save(request: HttpRequest) -> HttpResponse:
    home, _ = choose_home(request)
    week = monday_of(_day(request.POST.get("week", ""), localdate(request.now)))
    back = f"{reverse('residence:menu')}?week={week}" + (f"&home={home.pk}" if home else "")
    days = [week + timedelta(days=n) for n in range(7)]
    dishes = {
        (on, meal): request.POST[name]
        for on in days
        for meal in Meal
        if (name := f"{meal.value}-{on}") in request.POST
    }
    if home is None:
        messages.error(request, "没有可以填报的机构。")
        return HttpResponseRedirect(back, status=303)
    try:
        kept = set_menu(place=home, dishes=dishes, by=request.user, at=request.now)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"食谱已保存，共 {kept} 餐。")
    return HttpResponseRedirect(back, status=303)


def _given(request: HttpRequest, before: Any) -> NoteInput:
    if request.method != "POST":
        return NoteInput(before.mood, before.appetite, before.sleep, before.text) if before else NoteInput()

    def one(name: str, choices: Any) -> str:
        value = request.POST.get(name, "")
        return value if value in choices.values else ""

    return NoteInput(
        one("mood", Mood), one("appetite", Appetite), one("sleep", Sleep), request.POST.get("text", "")
    )


def _day(text: str, other: date) -> date:
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    return found if found is not None and abs((found - other).days) < 400 else other


urlpatterns = [
    path("office/day-notes/", day_notes, name="day_notes"),
    path("office/stays/<int:pk>/day-note/", day_note, name="day_note"),
    path("office/menu/", menu, name="menu"),
    path("office/menu/save/", menu_save, name="menu_save"),
]
