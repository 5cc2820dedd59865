"""The floor, on a phone: who needs what now, the code at the bed, three taps for a task."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, error_page, page, requires
from yinling.registry.models import Place
from yinling.registry.office.choosing import words
from yinling.registry.office.people import checked
from yinling.residence.care_checks import absence_at
from yinling.residence.care_choices import TaskOutcome
from yinling.residence.care_forms import SettleForm
from yinling.residence.care_tasks import days_to_make
from yinling.residence.models import CareTask
from yinling.residence.office.care_common import bed_of, chosen_home, code_read, stay_in_reach
from yinling.residence.operations.care.tasks import make_tasks, settle_task
from yinling.residence.queries import care_health, care_shift

OUTCOMES = [(o.value, str(o.label)) for o in TaskOutcome]


@requires(Permission.GIVE_CARE)
def care(request: HttpRequest) -> HttpResponse:
    """By room; tasks of today and tomorrow are made when nobody has yet."""
    home, homes = chosen_home(request)
    if home is None:
        return page(request, "residence/care.html", {"home": None})
    _ensure(home, request)
    floor, only = words(request, "floor"), request.GET.get("only") == "1"
    context = {
        "home": home,
        "homes": homes,
        "view": care_shift.get_shift_view(
            actor=request.user, place=home, at=request.now, floor=floor, only_due=only
        ),
        "floor": floor,
        "only": only,
        "may_manage": request.user.may(Permission.MANAGE_CARE),
    }
    return page(request, "residence/care.html", context)


@requires(Permission.GIVE_CARE)
def care_find(request: HttpRequest) -> HttpResponse:
    """By the short code of a bed, typed."""
    home, _ = chosen_home(request)
    code = words(request, "bed")
    found = (
        home and code and care_shift.find_by_bed(actor=request.user, place=home, code=code, at=request.now)
    )
    if found:
        return HttpResponseRedirect(reverse("residence:care_stay", args=[found]))
    messages.error(request, f"没有人住在“{code}”床，请核对床号。" if code else "请输入床号。")
    return HttpResponseRedirect(reverse("residence:care"))


@requires(Permission.GIVE_CARE)
def care_scan(request: HttpRequest, token: str) -> HttpResponse:
    """Where a printed code leads."""
    label, stay = care_shift.find_by_token(actor=request.user, token=token, at=request.now)
    if label is None:
        return error_page(
            request, 404, "这张码不是本机构的照护码。请扫本机构床头或老人佩戴的码，也可以输入床号。"
        )
    if label.retired_at is not None:
        messages.error(request, "这张码已停用，请扫新的码，或输入床号查找。")
    elif stay is None:
        messages.error(request, f"{label.bed.code if label.bed else ''}床现在没有人住。")
    else:
        return HttpResponseRedirect(
            f"{reverse('residence:care_stay', args=[stay])}?{urlencode({'code': token})}"
        )
    return HttpResponseRedirect(reverse("residence:care"))


@requires(Permission.GIVE_CARE)
def care_stay(request: HttpRequest, pk: int) -> HttpResponse:
    """One resident, now."""
    stay, actor = stay_in_reach(request, pk), request.user
    if stay.until is None:
        _ensure(stay.place, request)
    code = code_read(request, stay)
    context = {
        "stay": stay,
        "code": code,
        "doses": care_health.list_open_lines(actor=actor, stay=stay),
        "bed": bed_of(stay, request.now),
        "away": absence_at(stay.pk, request.now),
        "alerts": care_shift.list_alerts([stay.pk]).get(stay.pk, []),
        "tasks": care_shift.list_tasks_now(actor=actor, stay=stay, at=request.now),
        "outcomes": OUTCOMES,
        "trends": care_health.list_trends(actor=actor, stay=stay, points=10),
        "shown_value": care_health.shown_value,
        "may_manage": actor.may(Permission.MANAGE_CARE),
    }
    return page(request, "residence/care_stay.html", context)


@require_POST
@requires(Permission.GIVE_CARE)
def care_task_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The third tap."""
    seen = CareTask.objects.visible_to(request.user).select_related("stay__person", "item")
    task, form = get_object_or_404(seen, pk=pk), SettleForm(request.POST)

    def act() -> None:
        data = form.cleaned_data
        settle_task(
            task=task,
            outcome=TaskOutcome(data["outcome"]),
            note=data["note"],
            when=data["when"],
            code=data["code"],
            by=request.user,
            at=request.now,
        )

    said, code = f"“{task.item.title}”已记下。", request.POST.get("code", "")[:32]
    to = reverse("residence:care_stay", args=[task.stay_id]) + (
        f"?{urlencode({'code': code})}" if code else ""
    )
    return after_act(request, checked(form, act), to=to, said=said)


def _ensure(home: Place, request: HttpRequest) -> None:
    for day in days_to_make(home.pk, request.now):
        make_tasks(place=home, day=day, by=None, at=request.now)


urlpatterns = [
    path("office/care/", care, name="care"),
    path("office/care/find/", care_find, name="care_find"),
    path("office/care/scan/<str:token>/", care_scan, name="care_scan"),
    path("office/care/stays/<int:pk>/", care_stay, name="care_stay"),
    path("office/care/tasks/<int:pk>/settle/", care_task_settle, name="care_task_settle"),
]
