"""Pages on which city targets are shared out to the districts 区市细化指标."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.governance.operations.refinement import LocalValueRefused, refine_targets
from yinling.governance.queries.refinement import (
    city_target,
    count_districts,
    count_refined,
    get_refinement,
    list_districts,
    refinable,
)
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import read_day
from yinling.rulebook import indicators as rulebook


@requires(Permission.REFINE_TARGETS)
def local_target_list(request: HttpRequest) -> HttpResponse:
    refined = count_refined()
    year_end = date(localdate(request.now).year, 12, 31)
    pairs = [(indicator, target) for indicator, targets in refinable() for target in targets]
    shares = count_districts([target for _, target in pairs])
    rows = [
        {
            "indicator": indicator,
            "target": target,
            "deadline": target.by or year_end,
            "set": refined.get((indicator.id, target.by or year_end), 0),
            "of": share,
        }
        for (indicator, target), share in zip(pairs, shares, strict=True)
    ]
    return page(request, "governance/local_targets.html", {"rows": rows})


@requires(Permission.REFINE_TARGETS)
def local_target_form(request: HttpRequest, indicator_id: str, deadline: str) -> HttpResponse:
    """One indicator and deadline: every district's target, and whether they add up."""
    indicator = rulebook.load().get(indicator_id)
    day = read_day(deadline)
    target = city_target(indicator, day) if indicator and day else None
    if indicator is None or day is None or target is None:
        raise Http404
    error, typed = "", {}
    if request.method == "POST":
        typed = {key: value for key, value in request.POST.items() if key.startswith("d")}
        try:
            _save(request, indicator_id, day, typed)
        except DomainError as refused:
            error = refused.message
        else:
            messages.success(request, "细化指标已保存。")
            return redirect(reverse("governance:local_target", args=[indicator_id, deadline]))
    context = {
        "refinement": get_refinement(indicator=indicator, target=target, deadline=day, actor=request.user),
        "error": error,
        "typed": typed,
    }
    return page(request, "governance/local_target.html", context, status=422 if error else 200)


def _save(request: HttpRequest, indicator_id: str, deadline: date, typed: dict[str, str]) -> None:
    target = city_target(rulebook.load()[indicator_id], deadline)
    assert target is not None
    values = {}
    for district in list_districts(target):
        if f"d{district.pk}" not in typed:
            continue
        text = typed[f"d{district.pk}"].strip().replace(",", "").replace("，", "").rstrip("%％")
        try:
            values[district] = Decimal(text) if text else None
        except InvalidOperation:
            raise LocalValueRefused(f"{district.name}的目标值“{text[:20]}”不是数字。请只填数字。") from None
    refine_targets(
        indicator_id=indicator_id, deadline=deadline, values=values, by=request.user, at=request.now
    )


urlpatterns = [
    path("office/local-targets/", local_target_list, name="local_targets"),
    path("office/local-targets/<slug:indicator_id>/<str:deadline>/", local_target_form, name="local_target"),
]
