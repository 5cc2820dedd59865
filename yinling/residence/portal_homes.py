"""For everybody: homes with free beds, counted when asked, and what is public about a home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from yinling.core.models import Division
from yinling.core.queries.divisions import find_division, get_city
from yinling.core.web import page, public
from yinling.registry.choices import BedKind, Ownership
from yinling.registry.models import Place
from yinling.registry.office.choosing import chosen, leaf, words
from yinling.registry.queries.places import fact_label
from yinling.residence.limits import LIVED_IN
from yinling.residence.queries.vacancy import HomeFilters, age_words, get_vacancy, list_vacancies

PAGE = 15


@public
def vacancies(request: HttpRequest) -> HttpResponse:
    filters = HomeFilters(
        division=_district(request),
        ownership=chosen(request, "ownership", Ownership),
        with_bed=chosen(request, "with_bed", ["any", *BedKind.values]),
        text=words(request, "text"),
    )
    rows = list_vacancies(filters, request.now)
    context = {
        **leaf(request, rows, PAGE),
        "filters": filters,
        "districts": [(d.nbs_code, d.name) for d in _districts()],
        "ownerships": Ownership.choices,
        "free_kinds": [
            ("any", "有空床"),
            *((k.value, f"有{k.label}") for k in BedKind if k != BedKind.HOSPICE),
        ],
        "free": sum(r.all_beds.free for r in rows),
        "age_words": age_words,
    }
    return page(request, "residence/vacancies.html", context)


@public
def home(request: HttpRequest, pk: int) -> HttpResponse:
    """A home's particulars, certificates and free beds."""
    open_homes = Place.objects.filter(kind__in=LIVED_IN, valid_to=None)
    row = get_object_or_404(open_homes.select_related("operator", "division__parent"), pk=pk)
    holding = row.facts.filter(valid_to=None).order_by("kind")
    context = {
        "home": row,
        "vacancy": get_vacancy(row, request.now),
        "labels": dict(BedKind.choices),
        "facts": [(fact_label(f.kind, f.grade), f.valid_from, f.source) for f in holding],
        "age_words": age_words,
    }
    return page(request, "residence/home.html", context)


def _districts() -> list[Division]:
    city = get_city()
    return list(city.children.order_by("nbs_code")) if city else []


def _district(request: HttpRequest) -> Division | None:
    code = request.GET.get("division", "").replace("\x00", "")[:12]
    return find_division(code) if code else None


urlpatterns = [
    path("homes/", vacancies, name="vacancies"),
    path("homes/<int:pk>/", home, name="home"),
]
