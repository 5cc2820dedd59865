"""Frozen months: the list, freezing one, verifying one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.governance.operations.snapshots import take_snapshot
from yinling.governance.queries.snapshots import list_snapshots, verify_snapshot
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month


@requires(Permission.PUBLISH_BULLETIN)
def snapshots(request: HttpRequest) -> HttpResponse:
    taken = [(Month.of(row.month), row) for row in list_snapshots()]
    frozen = {month for month, _ in taken}
    last_month = Month.of(localdate(request.now)).plus(-1)
    ended = (last_month.plus(-n) for n in range(12))
    context = {"taken": taken, "months": [(str(m), m.label) for m in ended if m not in frozen]}
    return page(request, "governance/snapshots.html", context)


@requires(Permission.PUBLISH_BULLETIN)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    month = request.POST.get("month", "")
    return after_act(
        request,
        lambda: take_snapshot(month=Month.parse(month), by=request.user, at=request.now),
        to=reverse("governance:snapshots"),
        said="已固化。此后数据再变，这个月的数字也不会变。",
    )


@requires(Permission.PUBLISH_BULLETIN)
@require_POST
def verify(request: HttpRequest, month: str) -> HttpResponse:
    try:
        found = verify_snapshot(Month.parse(month))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if found.is_intact:
            messages.success(request, f"{found.month.label}的快照完好：文件与清单一致，数值重算一致。")
        else:
            messages.error(request, f"{found.month.label}的快照有问题：{'；'.join(found.messages)}。")
    return HttpResponseRedirect(reverse("governance:snapshots"), status=303)


urlpatterns = [
    path("office/snapshots/", snapshots, name="snapshots"),
    path("office/snapshots/take/", take, name="take_snapshot"),
    path("office/snapshots/<str:month>/verify/", verify, name="verify_snapshot"),
]
