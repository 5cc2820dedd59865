"""特困供养意愿, on the person's file."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.core.access.permissions import Permission
from yinling.core.web import requires
from yinling.registry.choices import ConsentGiver
from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.registry.office.filing import file_page, seen_person
from yinling.residence.models.support import SupportKind
from yinling.residence.operations.support import record_support_wish


class WishForm(StyledForm):
    kind = choice_field("供养意愿", SupportKind)
    said_by = choice_field("谁表示的", ConsentGiver, initial=ConsentGiver.SELF)
    valid_from = day_field("起始日期")
    source = forms.CharField(label="依据", max_length=100, help_text="如：2026年3月入户询问笔录、意愿书")


@never_cache
@requires(Permission.MANAGE_PEOPLE)
def support_wish(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_person(request, pk)
    form = WishForm(request.POST or None, initial={"valid_from": localdate(request.now)})

    def act(given: dict[str, Any]) -> None:
        record_support_wish(
            person=row,
            kind=SupportKind(given["kind"]),
            since=given["valid_from"],
            source=given["source"],
            said_by=ConsentGiver(given["said_by"]),
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row, title="登记特困供养意愿", submit="登记", said="供养意愿已登记。",
        part="support", lead="集中供养率按登记的意愿计算。愿进全进：表示愿意集中供养的，请同时登记入住申请。",
    )  # fmt: skip


urlpatterns = [path("office/people/<int:pk>/support-wish/", support_wish, name="support_wish")]
