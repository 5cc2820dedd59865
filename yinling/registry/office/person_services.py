"""Home-care beds and employments of a person: forms for those who manage places."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.core.access.permissions import Permission
from yinling.core.web import requires
from yinling.registry import person_forms as forms
from yinling.registry.choices import CertificateKind, Post
from yinling.registry.models import CareWorker, HomeCareBed
from yinling.registry.office.filing import file_page, seen_person
from yinling.registry.operations.beds import close_home_care_bed, open_home_care_bed
from yinling.registry.operations.workers import CertificateInput, employ_worker, end_employment

MANAGE = Permission.MANAGE_PLACES
Given = dict[str, Any]


@never_cache
@requires(MANAGE)
def home_care_bed_open(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_person(request, pk)
    form = forms.HomeCareBedForm(
        request.POST or None, actor=request.user, initial={"on": localdate(request.now)}
    )

    def act(given: Given) -> None:
        open_home_care_bed(
            person=row, place=given["place"], opened_on=given["on"], by=request.user, at=request.now
        )

    return file_page(
        request, form, act, person=row, title="建立家庭养老床位", submit="建立", said="已建立。", part="services"
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def home_care_bed_close(request: HttpRequest, pk: int, bed: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(HomeCareBed, pk=bed, person=row)
    form = forms.DayReasonForm(request.POST or None, initial={"on": localdate(request.now)})

    def act(given: Given) -> None:
        close_home_care_bed(bed=held, on=given["on"], reason=given["reason"], by=request.user, at=request.now)

    return file_page(
        request, form, act, person=row, title="终止家庭养老床位", submit="终止", said="已终止。", part="services",
        tone="danger",
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def employ(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_person(request, pk)
    form = forms.EmployForm(request.POST or None, actor=request.user, initial={"on": localdate(request.now)})

    def act(given: Given) -> None:
        shown = []
        if given["certificate"]:
            kind = CertificateKind(given["certificate"])
            shown = [CertificateInput(kind, given["number"], given["issued_on"])]
        employ_worker(
            person=row,
            place=given["place"],
            post=Post(given["post"]),
            since=given["on"],
            certificates=shown,
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row, title="登记任职", submit="登记", said="任职已登记。", part="services"
    )  # fmt: skip


@never_cache
@requires(MANAGE)
def employment_end(request: HttpRequest, pk: int, worker: int) -> HttpResponse:
    row = seen_person(request, pk)
    held = get_object_or_404(CareWorker, pk=worker, person=row)
    form = forms.DayForm(request.POST or None, initial={"on": localdate(request.now)})

    def act(given: Given) -> None:
        end_employment(worker=held, on=given["on"], by=request.user, at=request.now)

    return file_page(
        request, form, act, person=row, title="登记离职", submit="登记", said="离职已登记。", part="services",
        tone="danger",
    )  # fmt: skip


_ONE = "office/people/<int:pk>/"
urlpatterns = [
    path(f"{_ONE}home-care-beds/", home_care_bed_open, name="person_home_care_bed"),
    path(f"{_ONE}home-care-beds/<int:bed>/close/", home_care_bed_close, name="person_home_care_bed_close"),
    path(f"{_ONE}employments/", employ, name="person_employment"),
    path(f"{_ONE}employments/<int:worker>/end/", employment_end, name="person_employment_end"),
]
