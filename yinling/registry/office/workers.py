"""People at work 从业人员 and their certificates."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.registry.choices import CertificateKind, Post
from yinling.registry.office.choosing import chosen, chosen_division, key, words
from yinling.registry.queries import places as reads
from yinling.registry.queries.divisions import division_options

CERTIFICATES = [*CertificateKind.choices, ("none", "没有有效证书")]


@requires(Permission.VIEW_PLACES)
def workers(request: HttpRequest) -> HttpResponse:
    today, actor = localdate(request.now), request.user
    filters = reads.WorkerFilters(
        division=chosen_division(request),
        post=chosen(request, "post", Post),
        certificate=chosen(request, "certificate", [k for k, _ in CERTIFICATES]),
        text=words(request, "text"),
    )
    rows, more = reads.list_workers(actor=actor, filters=filters, today=today, after=key(request))
    count, capped = reads.count_workers(actor=actor, filters=filters, today=today)
    context = {
        "rows": rows,
        "more": more,
        "count": count,
        "capped": capped,
        "filters": filters,
        "divisions": division_options(actor, filters.division),
        "posts": Post.choices,
        "certificates": CERTIFICATES,
    }
    return page(request, "registry/workers.html", context)


urlpatterns = [path("office/workers/", workers, name="workers")]
