"""Care plans: who needs one, one resident's versions, adjusting and approving a draft; codes for printing."""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.registry.office.choosing import chosen
from yinling.residence.care_choices import PlanState
from yinling.residence.care_forms import ItemForm, NewItemForm, NoteForm, WhyForm
from yinling.residence.models import CareLabel, CarePlan, CarePlanItem
from yinling.residence.office.care_common import acted, bed_of, chosen_home, home_in_reach, stay_in_reach
from yinling.residence.operations.care import labels as label_acts
from yinling.residence.operations.care import plans as plan_acts
from yinling.residence.queries.care_labels import list_labels
from yinling.residence.queries.care_plans import STANDINGS, list_plans, list_versions
from yinling.rulebook import care as rulebook

MANAGE = Permission.MANAGE_CARE


@requires(MANAGE)
def care_plans(request: HttpRequest) -> HttpResponse:
    home, homes = chosen_home(request)
    standing = chosen(request, "standing", [k for k, _ in STANDINGS])
    rows = list_plans(actor=request.user, place=home, at=request.now) if home else []
    counts = {k: sum(r.standing == k for r in rows) for k, _ in STANDINGS}
    context = {
        "home": home,
        "homes": homes,
        "rows": [r for r in rows if not standing or r.standing == standing],
        "standing": standing,
        "standings": STANDINGS,
        "words": dict(STANDINGS),
        "counts": counts,
        "total": len(rows),
    }
    return page(request, "residence/care_plans.html", context)


@requires(MANAGE)
def care_plan(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    versions = list(list_versions(actor=request.user, stay=stay))
    draft = next((v for v in versions if v.state == PlanState.DRAFT), None)
    active = next((v for v in versions if v.state == PlanState.ACTIVE), None)
    context = {
        "stay": stay,
        "bed": bed_of(stay, request.now),
        "versions": versions,
        "draft": draft,
        "draft_items": [(i, _item_form(i)) for i in draft.items.order_by("position")] if draft else [],
        "active": active,
        "active_items": list(active.items.order_by("position")) if active else [],
        "new_form": NewItemForm(prefix="new"),
        "caution": rulebook.load().caution,
    }
    return page(request, "residence/care_plan.html", context)


@require_POST
@requires(MANAGE)
def care_plan_draft(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    to = reverse("residence:care_plan", args=[pk])
    said = "已按评估拟出草稿，请逐项核对后审核。"
    return after_act(
        request, lambda: plan_acts.draft_plan(stay=stay, by=request.user, at=request.now), to=to, said=said
    )


@require_POST
@requires(MANAGE)
def care_item_add(request: HttpRequest, pk: int) -> HttpResponse:
    plan, form = _plan(request, pk), NewItemForm(request.POST, prefix="new")

    def act() -> None:
        plan_acts.add_item(plan=plan, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:care_plan", said="已添加。", pk=plan.stay_id)


@require_POST
@requires(MANAGE)
def care_item_adjust(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    form = ItemForm(request.POST, prefix=f"i{item.pk}")

    def act() -> None:
        plan_acts.adjust_item(item=item, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:care_plan", said="已调整。", pk=item.plan.stay_id)


@require_POST
@requires(MANAGE)
def care_item_drop(request: HttpRequest, pk: int) -> HttpResponse:
    item, form = _item(request, pk), WhyForm(request.POST)

    def act() -> None:
        plan_acts.drop_item(item=item, why=form.cleaned_data["why"], by=request.user, at=request.now)

    return acted(request, form, act, to="residence:care_plan", said="已记为不采用。", pk=item.plan.stay_id)


@require_POST
@requires(MANAGE)
def care_plan_approve(request: HttpRequest, pk: int) -> HttpResponse:
    plan, form = _plan(request, pk), NoteForm(request.POST)

    def act() -> None:
        note = form.cleaned_data["note"]
        plan_acts.approve_plan(plan=plan, note=note, by=request.user, at=request.now)

    said = "计划已生效，今天和明天的任务已排好。"
    return acted(request, form, act, to="residence:care_plan", said=said, pk=plan.stay_id)


@require_POST
@requires(MANAGE)
def care_plan_discard(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    to = reverse("residence:care_plan", args=[plan.stay_id])

    def act() -> None:
        plan_acts.discard_draft(plan=plan, by=request.user, at=request.now)

    return after_act(request, act, to=to, said="草稿已作废。")


@requires(MANAGE)
def care_labels(request: HttpRequest) -> HttpResponse:
    """A sheet to print: each code leads to the resident in the bed, and says nothing itself."""
    home, homes = chosen_home(request)
    rows = list_labels(actor=request.user, place=home, at=request.now) if home else []
    context = {
        "home": home,
        "homes": homes,
        "labels": [(row, _picture(request, row.token)) for row in rows],
        "bare": home.beds.filter(valid_to=None).count() - sum(bool(r.bed) for r in rows) if home else 0,
    }
    return page(request, "residence/care_labels.html", context)


@require_POST
@requires(MANAGE)
def care_labels_make(request: HttpRequest, pk: int) -> HttpResponse:
    home = home_in_reach(request, pk)
    to = f"{reverse('residence:care_labels')}?place={pk}"

    def act() -> None:
        label_acts.make_bed_labels(place=home, by=request.user, at=request.now)

    return after_act(request, act, to=to, said="没有码的床位都做好了，可以打印。")


@require_POST
@requires(MANAGE)
def care_label_replace(request: HttpRequest, pk: int) -> HttpResponse:
    seen = CareLabel.objects.visible_to(request.user).select_related("place")
    label = get_object_or_404(seen, pk=pk)
    to = f"{reverse('residence:care_labels')}?place={label.place_id}"

    def act() -> None:
        label_acts.replace_label(label=label, by=request.user, at=request.now)

    return after_act(request, act, to=to, said="旧码已停用，请打印新码换上。")


@require_POST
@requires(MANAGE)
def care_label_resident(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    to = f"{reverse('residence:care_labels')}?place={stay.place_id}"

    def act() -> None:
        label_acts.make_resident_label(stay=stay, by=request.user, at=request.now)

    return after_act(request, act, to=to, said="佩戴用的码已做好，可以打印。")


def _picture(request: HttpRequest, token: str) -> str:
    address = request.build_absolute_uri(reverse("residence:care_scan", args=[token]))
    return segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True)


def _item_form(item: CarePlanItem) -> ItemForm:
    kept: dict[str, Any] = {k: getattr(item, k) for k in ("times", "every_days", "window", "how")}
    return ItemForm(initial=kept, prefix=f"i{item.pk}")


def _plan(request: HttpRequest, pk: int) -> CarePlan:
    seen = CarePlan.objects.visible_to(request.user).select_related("stay__place", "stay__person")
    return get_object_or_404(seen, pk=pk)


def _item(request: HttpRequest, pk: int) -> CarePlanItem:
    plans = CarePlan.objects.visible_to(request.user)
    return get_object_or_404(CarePlanItem.objects.select_related("plan__stay"), pk=pk, plan__in=plans)


urlpatterns = [
    path("office/care/plans/", care_plans, name="care_plans"),
    path("office/care/stays/<int:pk>/plan/", care_plan, name="care_plan"),
    path("office/care/stays/<int:pk>/plan/draft/", care_plan_draft, name="care_plan_draft"),
    path("office/care/plans/<int:pk>/items/", care_item_add, name="care_item_add"),
    path("office/care/plans/<int:pk>/approve/", care_plan_approve, name="care_plan_approve"),
    path("office/care/plans/<int:pk>/discard/", care_plan_discard, name="care_plan_discard"),
    path("office/care/items/<int:pk>/", care_item_adjust, name="care_item_adjust"),
    path("office/care/items/<int:pk>/drop/", care_item_drop, name="care_item_drop"),
    path("office/care/labels/", care_labels, name="care_labels"),
    path("office/care/labels/make/<int:pk>/", care_labels_make, name="care_labels_make"),
    path("office/care/labels/<int:pk>/replace/", care_label_replace, name="care_label_replace"),
    path("office/care/stays/<int:pk>/label/", care_label_resident, name="care_label_resident"),
]
