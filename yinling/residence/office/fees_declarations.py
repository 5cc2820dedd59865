"""普惠: a home declares its prices, supervisors decide."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, refusal_of, requires
from yinling.registry.choices import BedKind
from yinling.residence import fee_forms as forms
from yinling.residence.models import PriceDeclaration
from yinling.residence.models.fees.declarations import AidKind, DeclarationState
from yinling.residence.office.fees_prices import crumbs, seen_home
from yinling.residence.operations.declarations import decide_declaration, declare_prices
from yinling.residence.queries import prices as reads
from yinling.rulebook.inclusive_prices import caps_on

SEE, MANAGE, REVIEW = Permission.VIEW_FEES, Permission.MANAGE_FEES, Permission.REVIEW_PRICES


@requires(SEE)
def declarations(request: HttpRequest) -> HttpResponse:
    today = localdate(request.now)
    rows = reads.list_declarations(actor=request.user)[:60]
    context = {
        "rows": [(v.row, v) for v in reads.declaration_views(rows, today)],
        "over": reads.list_over_cap(actor=request.user, today=today),
        "states": dict(DeclarationState.choices),
        "may_review": request.user.may(REVIEW),
    }
    return page(request, "residence/declarations.html", context)


@requires(MANAGE)
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    place, today, refused = seen_home(request, pk), localdate(request.now), ""
    if request.method == "POST":
        refused = refusal_of(
            lambda: declare_prices(
                place=place,
                valid_from=forms.read_form_day(request.POST.get("valid_from", "")),
                aids=forms.read_aids(request.POST),
                prices=forms.read_declared(request.POST),
                by=request.user,
                at=request.now,
            )
        )
        if not refused:
            messages.success(request, "申报已提交，等待民政部门核定。")
            return HttpResponseRedirect(reverse("residence:declarations"), status=303)
    caps = caps_on(today)
    context = {
        "place": place,
        "refused": refused,
        "values": request.POST if refused else {},
        "caps": caps,
        "beds": [
            (kind, label, caps.caps_fen[kind]) for kind, label in BedKind.choices if kind in caps.caps_fen
        ],
        "aid_kinds": AidKind.choices,
        "aid_rows": range(forms.AID_ROWS),
        "crumbs": crumbs(place, ("申报普惠价格", "")),
    }
    return page(request, "residence/declare.html", context, status=422 if refused else 200)


@require_POST
@requires(REVIEW)
def declaration_decide(request: HttpRequest, pk: int) -> HttpResponse:
    seen = PriceDeclaration.objects.visible_to(request.user).select_related("place")
    row = get_object_or_404(seen, pk=pk)
    approve = request.POST.get("approve") == "1"
    return after_act(
        request,
        lambda: decide_declaration(
            declaration=row,
            approve=approve,
            decision=request.POST.get("decision", ""),
            by=request.user,
            at=request.now,
        ),
        to=reverse("residence:declarations"),
        said="已核定，并在公开页面公布。" if approve else "已退回机构。",
    )


urlpatterns = [
    path("office/fees/declarations/", declarations, name="declarations"),
    path("office/fees/homes/<int:pk>/declare/", declare, name="declare"),
    path("office/fees/declarations/<int:pk>/decide/", declaration_decide, name="declaration_decide"),
]
