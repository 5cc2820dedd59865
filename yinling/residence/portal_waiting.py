"""公办养老机构轮候: how the order comes about, the masked list, one's own place, objections. For everybody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from yinling.assessment.choices import Channel
from yinling.core.addresses import address_of
from yinling.core.attempts import take
from yinling.core.models import Division
from yinling.core.web import page, public
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month
from yinling.registry.office.choosing import key
from yinling.residence.models import Application
from yinling.residence.operations.publishing import object_to_list
from yinling.residence.queries.published_queue import (
    BY_ADDRESS,
    current_publication,
    list_public,
    list_public_skips,
    look_up,
)
from yinling.residence.queries.queue import count_queue, last_check
from yinling.residence.queries.waiting_figures import figures_by_class
from yinling.residence.waiting_numbers import read_number, spaced
from yinling.rulebook.waiting_lists import policy_on


@public
def queue(request: HttpRequest) -> HttpResponse:
    """The rule, the list as it stands, those passed over, figures of last month."""
    today = localdate(request.now)
    after = key(request) % 10_000_000
    rows, following = list_public(after=after, today=today)
    month = Month.of(today).plus(-1)
    context = {
        "rows": rows,
        "next_after": following,
        "after": after,
        "count": count_queue(),
        "check": last_check(),
        "policy": policy_on(today),
        "skips": list_public_skips(request.now),
        "publication": current_publication(today),
        "today": today,
        "month": month,
        "figures": figures_by_class(actor=None, month=month, at=request.now),
    }
    return page(request, "residence/queue.html", context)


@public
@never_cache
@sensitive_post_parameters()
def queue_lookup(request: HttpRequest) -> HttpResponse:
    """One question: which number. The proof stands in the body, never in an address."""
    number, found, refused = request.POST.get("number", "")[:40], None, ""
    if request.method == "POST":
        try:
            found = look_up(
                number=number,
                proof=request.POST.get("proof", "")[:40],
                address=address_of(request),
                at=request.now,
            )
        except DomainError as error:
            refused = error.message
    context = {
        "number": number,
        "found": found,
        "refused": refused,
        "spaced": spaced(found.number) if found else "",
        "policy": policy_on(localdate(request.now)),
    }
    return page(request, "residence/queue_lookup.html", context, status=422 if refused else 200)


@public
@never_cache
@sensitive_post_parameters()
def queue_object(request: HttpRequest) -> HttpResponse:
    """Say what is wrong with the published list."""
    today = localdate(request.now)
    publication = current_publication(today)
    is_open = publication is not None and today <= publication.objections_until
    given = {
        n: request.POST.get(n, "").replace("\x00", "")[:1000] for n in ("name", "phone", "number", "text")
    }
    refused = ""
    if request.method == "POST" and publication is not None:
        try:
            _object(request, given, publication)
        except DomainError as error:
            refused = error.message
        else:
            messages.success(request, "异议已收到，五个工作日内核查答复。")
            return HttpResponseRedirect(reverse("residence:queue"), status=303)
    context = {"publication": publication, "is_open": is_open, "given": given, "refused": refused}
    return page(request, "residence/queue_object.html", context, status=422 if refused else 200)


class TooManyObjections(DomainError):
    """From one address."""


def _object(request: HttpRequest, given: dict, publication: object) -> None:
    if not take(BY_ADDRESS, address_of(request), at=request.now).allowed:
        raise TooManyObjections("提交次数太多，请过一会儿再试，或者打服务电话。")
    number = read_number(given["number"])
    meant = Application.objects.filter(number=number).first() if number else None
    city = Division.objects.filter(parent=None).order_by("pk").values_list("path", flat=True).first()
    object_to_list(
        publication=publication,
        text=given["text"],
        name=given["name"],
        phone=given["phone"],
        application=meant,
        division_path=city or "",
        channel=Channel.ONLINE,
        by=None,
        at=request.now,
    )


urlpatterns = [
    path("waiting/", queue, name="queue"),
    path("waiting/lookup/", queue_lookup, name="queue_lookup"),
    path("waiting/objection/", queue_object, name="queue_object"),
]
