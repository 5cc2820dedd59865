"""Moving in: who accepted a bed and is expected, or somebody at the counter found by name and number."""

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.assessment.choices import Purpose
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.results import valid_result
from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import BedKind, CategoryKind, IdentifierKind, Sex
from yinling.registry.models import Bed, HomeCareBed, Person, Place
from yinling.registry.office.choosing import key
from yinling.registry.office.filing import file_page
from yinling.registry.queries.people import age_on
from yinling.residence import stay_forms as forms
from yinling.residence.choices import StayKind
from yinling.residence.models import Offer, Stay
from yinling.residence.office.homes import home_or_404
from yinling.residence.operations.finding import find_for_admission
from yinling.residence.operations.stays import admit
from yinling.residence.queries.bed_map import free_beds
from yinling.residence.waiting_choices import OfferState

MANAGE = Permission.MANAGE_RESIDENTS
_SALT = "residence admission"
_MINUTES_30 = 30 * 60


@never_cache
@requires(MANAGE)
def admission(request: HttpRequest, pk: int) -> HttpResponse:
    """Step one: who moves in."""
    home = home_or_404(request, pk)
    form = forms.FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            person = find_for_admission(
                place=home,
                name=given["name"],
                number=given["number"],
                id_kind=IdentifierKind(given["id_kind"]),
                by=request.user,
                at=request.now,
            )
        except DomainError as error:
            form.add_error("number", error.message)
        else:
            found = signing.dumps([home.pk, person.pk, request.user.pk], salt=_SALT)
            query = urlencode({"found": found, "bed": key(request, "bed") or ""})
            to = f"{reverse('residence:admit_person', args=[home.pk])}?{query}"
            return HttpResponseRedirect(to, status=303)
    context = {
        "home": home,
        "form": form,
        "expected": _expected(home),
        "today": localdate(request.now),
    }
    return page(request, "residence/admission.html", context, status=422 if form.errors else 200)


def _expected(home: Place) -> list[dict[str, Any]]:
    """Who accepted a bed of this home and has not moved in."""
    offers = Offer.objects.filter(place=home, state=OfferState.ACCEPTED)
    rows = offers.select_related("application__person", "bed").order_by("move_in_by", "pk")[:100]
    return [
        {
            "application": o.application_id,
            "name": o.application.person.name,
            "number": o.application.number,
            "bed": o.bed.code,
            "by": o.move_in_by,
        }
        for o in rows
    ]


@never_cache
@requires(MANAGE)
def admit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Step two, for somebody whom step one found: by this account, a short while ago."""
    home = home_or_404(request, pk)
    try:
        found = signing.loads(request.GET.get("found", ""), salt=_SALT, max_age=_MINUTES_30)
    except signing.BadSignature:
        raise Http404 from None
    if [found[0], found[2]] != [home.pk, request.user.pk]:
        raise Http404
    return _admit(request, home, get_object_or_404(Person, pk=found[1]), None)


@never_cache
@requires(MANAGE)
def admit_applicant(request: HttpRequest, pk: int, application: int) -> HttpResponse:
    """Step two, for who accepted a bed of this home."""
    home = home_or_404(request, pk)
    offers = Offer.objects.filter(place=home, state=OfferState.ACCEPTED, application=application)
    offer = get_object_or_404(offers.select_related("application__person", "bed"))
    return _admit(request, home, offer.application.person, offer)


def _admit(request: HttpRequest, home: Place, person: Person, offer: Offer | None) -> HttpResponse:
    """Into which bed, how and when; what stands against it is said before anything is filled in."""
    held = HomeCareBed.objects.filter(person=person, valid_to=None).select_related("place").first()
    beds = free_beds(home, request.now)
    if offer is not None:
        beds = [(offer.bed_id, f"{offer.bed.code} 床（轮候通知的床位）"), *beds]
    form = forms.AdmitForm(
        request.POST or None,
        beds=beds,
        home_care=held is not None,
        now=request.now,
        initial={
            "bed": offer.bed_id if offer else key(request, "bed"),
            "funded": _destitute(person, request),
        },
    )
    stays: list[Stay] = []

    def act(given: dict[str, Any]) -> None:
        made = admit(
            person=person,
            bed=get_object_or_404(Bed, pk=given["bed"], place=home),
            kind=StayKind(given["kind"]),
            since=forms.moment(given["since"], request.now),
            planned_until=given["planned_until"],
            funded=given["funded"],
            application=offer.application if offer else None,
            end_home_care_bed=bool(given.get("end_home_care_bed")),
            by=request.user,
            at=request.now,
        )
        stays.append(made)

    response = file_page(
        request,
        form,
        act,
        title=f"办理入住：{person.name}",
        submit="办理入住",
        said="已办理入住。",
        to=reverse("residence:bed_map", args=[home.pk]),
        lead=f"{Sex(person.sex).label}　{age_on(person.born_on, localdate(request.now))} 岁　"
        f"档案号 {person.file_number}",
        notes=_notes(person, held, request),
        crumbs=[
            (home.name, reverse("residence:bed_map", args=[home.pk])),
            ("办理入住", reverse("residence:admission", args=[home.pk])),
        ],
    )
    if stays:
        return HttpResponseRedirect(reverse("residence:resident", args=[stays[0].pk]), status=303)
    return response


def _notes(person: Person, held: HomeCareBed | None, request: HttpRequest) -> list[str]:
    result = valid_result(person, Purpose.ADMISSION, request.now)
    if result is None:
        missing = (
            "没有在有效期内的入住能力评估，暂时不能办理入住（《养老机构管理办法》第十五条）。"
            "请老年人、家属或村居在“能力评估”里提出申请，用途选“入住养老机构”。"
        )
        notes = [missing]
    else:
        notes = [f"能力评估：{level_words(result.instrument, result.level)}，有效期至 {result.last_day}。"]
        if (result.level or 0) >= 3:
            notes.append(f"失能程度较重，建议安排{BedKind.NURSING.label}（演示默认的提示，不是限制）。")
    if held is not None:
        notes.append(
            f"此人自 {held.valid_from} 起有家庭养老床位（{held.place.name}）。一人同时只能有一张床，"
            "请勾选“入住的同时终止家庭养老床位”，或先由当地办理终止。"
        )
    return notes


def _destitute(person: Person, request: HttpRequest) -> bool:
    held = person.categories.filter(kind=CategoryKind.DESTITUTE, valid_to=None)
    return held.filter(valid_from__lte=localdate(request.now)).exists()


urlpatterns = [
    path("office/homes/<int:pk>/admission/", admission, name="admission"),
    path("office/homes/<int:pk>/admission/person/", admit_person, name="admit_person"),
    path(
        "office/homes/<int:pk>/admission/applications/<int:application>/",
        admit_applicant,
        name="admit_applicant",
    ),
]
