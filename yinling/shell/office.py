"""The home of each role, and notices."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yinling.core.web import page, signed_in
from yinling.shell.home import sections
from yinling.shell.redirects import on_this_site


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    account: Any = request.user
    return page(request, "shell/home.html", {"sections": sections(actor=account, at=request.now)})


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """My notices. `?open=3` marks one read and goes where it leads; a POST marks all read."""
    return notices_page(request, "shell/notices.html", "shell:notices")


def notices_page(request: HttpRequest, template: str, name: str) -> HttpResponse:
    """The notices of whoever is signed in, on the page `name`."""
    account: Any = request.user
    if request.method == "POST":
        account.notices.filter(read_at=None).update(read_at=request.now)
        messages.success(request, "全部标为已读。")
        return HttpResponseRedirect(reverse(name), status=303)
    if request.GET.get("open", "").isdecimal():
        notice = get_object_or_404(account.notices, pk=request.GET["open"])
        if notice.read_at is None:
            notice.read_at = request.now
            notice.save(update_fields=["read_at"])
        return HttpResponseRedirect(on_this_site(request, notice.url) or reverse(name))
    rows = list(account.notices.values("id", "title", "url", "sent_at", "read_at")[:100])
    return page(request, template, {"rows": rows})
