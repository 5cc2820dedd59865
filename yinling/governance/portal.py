"""Public pages of governance: published policies in plain reading form."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from yinling.core.web import page, public
from yinling.governance.queries.published import get_published, list_published


@public
def policies(request: HttpRequest) -> HttpResponse:
    return page(request, "governance/policies.html", {"documents": list_published()})


@public
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    reading = get_published(pk)
    if reading is None:
        raise Http404
    return page(request, "governance/policy.html", {"reading": reading})


urlpatterns = [
    path("policies/", policies, name="policies"),
    path("policies/<int:pk>/", policy, name="policy"),
]
