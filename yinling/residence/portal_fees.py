"""For everybody: prices of homes. For elders and families: their bills."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.core.access.permissions import Permission
from yinling.core.queries.divisions import find_division, get_city
from yinling.core.web import page, public, requires
from yinling.registry.models import Person, Place
from yinling.registry.office.choosing import leaf, words
from yinling.residence.choices import SharedItem
from yinling.residence.limits import LIVED_IN
from yinling.residence.models import Bill, Stay
from yinling.residence.models.fees.bills import BillState
from yinling.residence.queries import bills as bill_reads
from yinling.residence.queries import prices as reads
from yinling.residence.queries.family import open_items

OWN = Permission.VIEW_OWN_FILE
PAGE = 20


@public
def public_price_list(request: HttpRequest) -> HttpResponse:
    city, text = get_city(), words(request, "text")
    code = request.GET.get("division", "").replace("\x00", "")[:12]
    division = find_division(code) if code else None
    rows = reads.list_public_prices(
        text=text, division_path=division.path if division else "", today=localdate(request.now)
    )
    context = {
        **leaf(request, rows, PAGE),
        "text": text,
        "division": division,
        "districts": [(d.nbs_code, d.name) for d in city.children.order_by("nbs_code")] if city else [],
    }
    return page(request, "residence/public_price_list.html", context)


@public
def public_prices(request: HttpRequest, pk: int) -> HttpResponse:
    """A home's price list in force, those before and after it, and for 普惠 the aid, the cap and the price."""
    homes = Place.objects.filter(kind__in=LIVED_IN).select_related("operator", "division__parent")
    place, today = get_object_or_404(homes, pk=pk), localdate(request.now)
    versions = [v for v in reads.list_price_versions(place, today) if v.state != "withdrawn"]
    context = {
        "place": place,
        "now": next((v for v in versions if v.state == "now"), None),
        "later": [v for v in versions if v.state == "later"],
        "before": [v for v in versions if v.state == "before"],
        "declaration": reads.get_declaration(place, today),
    }
    return page(request, "residence/public_prices.html", context)


@never_cache
@requires(OWN)
def my_bills(request: HttpRequest, pk: int) -> HttpResponse:
    """Bills of the person's stays that are open to this account."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    stays = Stay.objects.visible_to(request.user).filter(person=person).select_related("place", "person")
    shown = [s for s in stays.order_by("-since") if _open(request, s)]
    if not shown and stays.exists():
        return page(request, "residence/my_bills.html", {"person": person, "stays": [], "closed": True})
    told = [(s, bill_reads.account_of(s, request.now, drafts=False)) for s in shown[:5]]
    return page(request, "residence/my_bills.html", {"person": person, "stays": told, "closed": False})


@never_cache
@requires(OWN)
def my_bill(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Bill.objects.visible_to(request.user).filter(state=BillState.ISSUED)
    row = get_object_or_404(seen.select_related("stay__person", "place"), pk=pk)
    if not _open(request, row.stay):
        raise Http404
    context = {**bill_reads.bill_view(row, localdate(request.now)), "stay": row.stay}
    return page(request, "residence/my_bill.html", context)


def _open(request: HttpRequest, stay: Stay) -> bool:
    return SharedItem.BILLS in open_items(actor=request.user, stay=stay, at=request.now)


urlpatterns = [
    path("homes/prices/", public_price_list, name="public_price_list"),
    path("homes/<int:pk>/prices/", public_prices, name="public_prices"),
    path("my/<int:pk>/bills/", my_bills, name="my_bills"),
    path("my/bills/<int:pk>/", my_bill, name="my_bill"),
]
