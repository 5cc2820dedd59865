"""My work 我的工作: piles as tabs, kept in the URL."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.governance.queries.work import LABELS, Pile, my_work


@requires(Permission.FILL_REPORT)
def work(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("pile", "")
    pile = Pile(asked) if asked in set(Pile) else Pile.MINE
    found = my_work(actor=request.user, at=request.now, pile=pile)
    context = {"work": found, "labels": LABELS, "today": localdate(request.now)}
    return page(request, "governance/my_work.html", context)


urlpatterns = [path("office/work/", work, name="my_work")]
