"""The home of each role, and notices."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yinling.core.web import page, signed_in
from yinling.shell.home import sections
from yinling.shell.redirects import safe_next


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    account: Any = request.user
    return page(request, "shell/home.html", {"sections": sections(actor=account, at=request.now)})


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    account: Any = request.user
    if request.method == "POST":
        account.notices.filter(read_at=None).update(read_at=request.now)
        messages.success(request, "全部标为已读。")
        return HttpResponseRedirect(reverse("shell:notices"), status=303)
    rows = list(account.notices.values("id", "title", "url", "sent_at", "read_at")[:100])
    return page(request, "shell/notices.html", {"rows": rows})


@signed_in
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice read and go where it leads."""
    account: Any = request.user
    notice = get_object_or_404(account.notices, pk=pk)
    if notice.read_at is None:
        notice.read_at = request.now
        notice.save(update_fields=["read_at"])
    request.GET = request.GET.copy()
    request.GET["next"] = notice.url
    return HttpResponseRedirect(safe_next(request, default=reverse("shell:notices")))
