"""Price lists of a home: versions, publishing the next one, taking one back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, refusal_of, requires
from yinling.registry.choices import BedKind
from yinling.registry.models import Place
from yinling.residence import fee_forms as forms
from yinling.residence.limits import LIVED_IN
from yinling.residence.models import PriceVersion
from yinling.residence.models.fees.prices import FeeItem, PricePer
from yinling.residence.operations.prices import publish_prices, withdraw_prices
from yinling.residence.queries import prices as reads
from yinling.rulebook.home_fees import terms_on

SEE, MANAGE = Permission.VIEW_FEES, Permission.MANAGE_FEES
AWAY = (("leave", "请假"), ("hospital", "住院"))


def seen_home(request: HttpRequest, pk: int) -> Place:
    """A home inside the reader's reach, or 404."""
    seen = Place.objects.visible_to(request.user).filter(kind__in=LIVED_IN)
    return get_object_or_404(seen.select_related("operator", "division__parent"), pk=pk)


def crumbs(place: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    home = (place.name, reverse("residence:home_fees", args=[place.pk]))
    return [("收费和账单", reverse("residence:fees")), home, *more]


@requires(SEE)
def home_prices(request: HttpRequest, pk: int) -> HttpResponse:
    place, today = seen_home(request, pk), localdate(request.now)
    context = {
        "place": place,
        "versions": reads.list_price_versions(place, today),
        "declaration": reads.get_declaration(place, today),
        "crumbs": crumbs(place, ("价目表", "")),
        "may_manage": request.user.may(MANAGE) and place.valid_to is None,
    }
    return page(request, "residence/home_prices.html", context)


@requires(MANAGE)
def home_prices_new(request: HttpRequest, pk: int) -> HttpResponse:
    place, today, refused = seen_home(request, pk), localdate(request.now), ""
    if request.method == "POST":
        refused = refusal_of(
            lambda: publish_prices(
                place=place,
                valid_from=forms.read_form_day(request.POST.get("valid_from", "")),
                items=forms.read_items(request.POST),
                away=forms.read_away(request.POST),
                note=request.POST.get("note", ""),
                by=request.user,
                at=request.now,
            )
        )
        if not refused:
            messages.success(request, "新一版价目表已公布。")
            return HttpResponseRedirect(reverse("residence:home_prices", args=[place.pk]), status=303)
    current = reads.version_now(place, today)
    context = {
        "place": place,
        "refused": refused,
        "values": request.POST if refused else _values(current.version if current else None),
        "bed_kinds": BedKind.choices,
        "pers": PricePer.choices,
        "fee_items": FeeItem.choices,
        "away_kinds": AWAY,
        "rows": {
            "care": range(forms.CARE_ROWS),
            "meals": range(forms.MEAL_ROWS),
            "away": range(forms.AWAY_ROWS),
        },
        "notice_days": terms_on(today).price_notice_days,
        "crumbs": crumbs(
            place, ("价目表", reverse("residence:home_prices", args=[place.pk])), ("公布新一版", "")
        ),
    }
    return page(request, "residence/home_prices_new.html", context, status=422 if refused else 200)


@require_POST
@requires(MANAGE)
def prices_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    seen = PriceVersion.objects.visible_to(request.user).select_related("place")
    version = get_object_or_404(seen, pk=pk)
    return after_act(
        request,
        lambda: withdraw_prices(version=version, reason="尚未执行，撤回", by=request.user, at=request.now),
        to=reverse("residence:home_prices", args=[version.place_id]),
        said="已撤回。",
    )


def _values(version: PriceVersion | None) -> dict[str, Any]:
    """The form begins with what is in force."""
    if version is None:
        return {}
    values: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for item in version.items.all():
        if item.kind == FeeItem.BED:
            prefix, amount = f"bed_{item.code}", f"bed_{item.code}"
        else:
            n = counts.get(item.kind, 0)
            counts[item.kind] = n + 1
            prefix, amount = f"{item.kind}_{n}", f"{item.kind}_{n}_amount"
            values[f"{prefix}_name"] = item.code
        values[amount] = f"{item.amount_fen / 100:.2f}"
        values[f"{prefix}_per"] = item.per
    for n, term in enumerate(version.away_terms.all()):
        values |= {
            f"away_{n}_presence": term.presence,
            f"away_{n}_kind": term.kind,
            f"away_{n}_day": term.from_day,
            f"away_{n}_percent": term.percent,
        }
    return values


urlpatterns = [
    path("office/fees/homes/<int:pk>/prices/", home_prices, name="home_prices"),
    path("office/fees/homes/<int:pk>/prices/new/", home_prices_new, name="home_prices_new"),
    path("office/fees/prices/<int:pk>/withdraw/", prices_withdraw, name="prices_withdraw"),
]
