"""The due list 评估到期 and the register of assessors 评估员名册."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.assessment.choices import Purpose
from yinling.assessment.forms import AssessorForm
from yinling.assessment.models import Assessor
from yinling.assessment.operations.assessors import AssessorInput, end_assessor, register_assessor
from yinling.assessment.operations.exporting import export_due
from yinling.assessment.queries.due import DueFilters, count_due, list_due
from yinling.assessment.queries.lists import list_assessors
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.core.web import after_act, page, requires, send_export
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import read_day
from yinling.registry.office.choosing import chosen, chosen_division, key, words
from yinling.registry.queries.divisions import division_options

DAYS = {"30": "30 天内", "60": "60 天内", "90": "90 天内", "180": "180 天内", "0": "已经过期"}
ASKED = {"no": "还没有申请", "yes": "已经申请"}


@requires(Permission.VIEW_ASSESSMENTS)
def due(request: HttpRequest) -> HttpResponse:
    today, filters = localdate(request.now), _filters(request)
    rows, more = list_due(actor=request.user, filters=filters, today=today, after=words(request, "after"))
    count, capped = count_due(actor=request.user, filters=filters, today=today)
    query = request.GET.copy()
    query.pop("after", None)
    export = f"{reverse('assessment:due_export')}?{query.urlencode()}"
    query["after"] = more
    context = {
        "rows": rows,
        "next": f"?{query.urlencode()}" if more else "",
        "count": count,
        "capped": capped,
        "filters": filters,
        "days": DAYS.items(),
        "asked": ASKED.items(),
        "purposes": Purpose.choices,
        "divisions": division_options(request.user),
        "export": export if request.user.may(Permission.EXPORT_ROWS) else "",
        "may_request": request.user.may(Permission.REQUEST_ASSESSMENT),
    }
    return page(request, "assessment/due.html", context)


@requires(Permission.EXPORT_ROWS)
def due_export(request: HttpRequest) -> HttpResponse:
    export = export_due(filters=_filters(request), by=request.user, at=request.now)
    return send_export(export)


def _filters(request: HttpRequest) -> DueFilters:
    return DueFilters(
        division=chosen_division(request),
        purpose=chosen(request, "purpose", Purpose),
        days=int(chosen(request, "days", DAYS, "60")),
        asked=chosen(request, "asked", ASKED),
    )


@requires(Permission.ARRANGE_ASSESSMENT)
def assessors(request: HttpRequest) -> HttpResponse:
    today = localdate(request.now)
    everyone = request.GET.get("everyone") == "1"
    form = AssessorForm(request.POST or None, accounts=_accounts(request.user), initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            register_assessor(
                account=form.accounts[given["account"]],
                given=AssessorInput(
                    given["is_medical"], given["certificate"], given["valid_from"], given["valid_to"]
                ),
                by=request.user,
                at=request.now,
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已登记，可以派件。")
            return HttpResponseRedirect(reverse("assessment:assessors"), status=303)
    rows, more = list_assessors(actor=request.user, everyone=everyone, today=today, after=key(request))
    context = {"rows": rows, "more": more, "everyone": everyone, "form": form, "today": today}
    return page(request, "assessment/assessors.html", context, status=422 if form.errors else 200)


def _accounts(actor: Account) -> list[Account]:
    """Accounts of assessors in the actor's scope."""
    found = Account.objects.visible_to(actor).filter(role=Role.ASSESSOR, is_active=True)
    return list(found.select_related("organisation").order_by("organisation__name", "pk")[:300])


@require_POST
@requires(Permission.ARRANGE_ASSESSMENT)
def assessor_end(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Assessor.objects.visible_to(request.user).select_related("account")
    row = get_object_or_404(seen, pk=pk)
    return after_act(
        request,
        lambda: end_assessor(
            assessor=row,
            on=read_day(request.POST.get("on", "")) or localdate(request.now),
            reason=request.POST.get("reason", "")[:200],
            by=request.user,
            at=request.now,
        ),
        to=reverse("assessment:assessors"),
        said="已办理退出名册，不再派件。",
    )


urlpatterns = [
    path("office/assessments/due/", due, name="due"),
    path("office/assessments/due/export/", due_export, name="due_export"),
    path("office/assessments/assessors/", assessors, name="assessors"),
    path("office/assessments/assessors/<int:pk>/end/", assessor_end, name="assessor_end"),
]
