"""The handover of a shift."""

from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.registry.office.choosing import key
from yinling.residence.care_choices import HandoverState, LineKind
from yinling.residence.care_exceptions import exceptions
from yinling.residence.care_forms import HandOverForm, NoteForm
from yinling.residence.care_shifts import covered_since, present_and_away
from yinling.residence.models import ShiftHandover
from yinling.residence.office.care_common import acted, chosen_home, home_in_reach
from yinling.residence.operations.care import handovers as acts
from yinling.residence.queries import care_handovers as reads
from yinling.rulebook import care as rulebook

GIVE = Permission.GIVE_CARE


@requires(GIVE)
def handovers(request: HttpRequest) -> HttpResponse:
    home, homes = chosen_home(request)
    rows, more = reads.list_handovers(actor=request.user, place=home, after=key(request))
    context = {
        "home": home,
        "homes": homes,
        "rows": rows,
        "more": more,
        "shifts": {s.code: s.name for s in rulebook.load().shifts},
        "states": dict(HandoverState.choices),
    }
    return page(request, "residence/handovers.html", context)


@requires(GIVE)
def handover_now(request: HttpRequest) -> HttpResponse:
    """What would be handed over now, and the form that does it."""
    home, homes = chosen_home(request)
    if home is None:
        return page(request, "residence/handover_now.html", {"home": None})
    shift = reads.get_shift_to_hand(home, request.now)
    until = min(request.now, shift.end)
    found = exceptions(home, covered_since(home.pk, shift), until)
    present, away = present_and_away(home.pk, until)
    context = {
        "home": home,
        "homes": homes,
        "shift": shift,
        "groups": [(str(LineKind(k).label), list(g)) for k, g in groupby(found, key=lambda e: e.kind)],
        "count": len(found),
        "present": present,
        "away": away,
        "may_hand": reads.may_hand_over(shift, request.now),
        "form": HandOverForm(),
        "handed": ShiftHandover.objects.visible_to(request.user)
        .filter(place=home, on=shift.on, shift=shift.code)
        .first(),
    }
    return page(request, "residence/handover_now.html", context)


@require_POST
@requires(GIVE)
def handover_give(request: HttpRequest, pk: int, shift: str, on: str) -> HttpResponse:
    home, form = home_in_reach(request, pk), HandOverForm(request.POST)
    made: list[ShiftHandover] = []
    keys = request.POST.getlist("line")[:500]
    notes = dict(zip(keys, request.POST.getlist("line_note")[:500], strict=False))

    def act() -> None:
        made.append(
            acts.hand_over(
                place=home,
                shift=shift,
                on=_day(on, request),
                note=form.cleaned_data["note"],
                line_notes={k: v for k, v in notes.items() if v.strip()},
                by=request.user,
                at=request.now,
            )
        )

    response = acted(request, form, act, to="residence:handover_now", said="已交班，等接班的同事确认。")
    if made:
        return HttpResponseRedirect(reverse("residence:handover", args=[made[0].pk]), status=303)
    return response


def _day(text: str, request: HttpRequest) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return localdate(request.now)


@requires(GIVE)
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    row = _handover(request, pk)
    context = {
        "handover": row,
        "shift": {s.code: s.name for s in rulebook.load().shifts}.get(row.shift, ""),
        "groups": reads.list_lines(row),
        "state": HandoverState(row.state).label,
        "waiting": row.state == HandoverState.HANDED,
        "mine": row.handed_by_id == request.user.pk,
    }
    return page(request, "residence/handover.html", context)


@require_POST
@requires(GIVE)
def handover_receive(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _handover(request, pk), NoteForm(request.POST)

    def act() -> None:
        acts.receive_handover(handover=row, note=form.cleaned_data["note"], by=request.user, at=request.now)

    return acted(request, form, act, to="residence:handover", said="已接班。", pk=pk)


def _handover(request: HttpRequest, pk: int) -> ShiftHandover:
    seen = ShiftHandover.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("place", "handed_by", "received_by"), pk=pk)


urlpatterns = [
    path("office/care/handovers/", handovers, name="handovers"),
    path("office/care/handovers/now/", handover_now, name="handover_now"),
    path("office/care/handovers/give/<int:pk>/<str:shift>/<str:on>/", handover_give, name="handover_give"),
    path("office/care/handovers/<int:pk>/", handover, name="handover"),
    path("office/care/handovers/<int:pk>/receive/", handover_receive, name="handover_receive"),
]
