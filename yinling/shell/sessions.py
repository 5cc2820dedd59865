"""How long one stays signed in: until half an hour without a request, and never beyond a working day.

The times stand in the session, which a request reads anyway; it is written at most once a minute.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import auth, messages
from django.contrib.auth import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from yinling.core.addresses import address_of
from yinling.core.operations.signing_in import note_sign_out
from yinling.rulebook.sign_in import sign_in_rules

SINCE, SEEN, MUST = "signed_in_at", "seen_at", "must"
_WRITE_SECONDS = 60
_AGENT = 200
# What must be done before anything else, and the page where it is done.
MUST_PAGES = {"password": "shell:account", "second_factor": "shell:second_factor_set_up"}
_ALWAYS_OPEN = ("shell:logout", "shell:stay")


def _begin(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Every way of signing in passes here."""
    now = timezone.now()
    request.session[SINCE] = request.session[SEEN] = int(now.timestamp())
    if not request.session.session_key:
        request.session.save()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "ip": address_of(request),
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:_AGENT],
            "created_at": now,
            "last_seen_at": now,
        },
    )


user_logged_in.connect(_begin, dispatch_uid="yinling sessions")


class SessionRulesMiddleware:
    """Ends a session that is over, and leads to what must be done first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SINCE in request.session:
            now = timezone.now()
            over = _over(request, now)
            if over:
                return _end(request, over, now)
            _note_seen(request, now)
            page = MUST_PAGES.get(request.session.get(MUST, ""))
            if page and request.path.startswith(reverse("shell:home")):
                allowed = {reverse(name) for name in (page, *_ALWAYS_OPEN)}
                if request.path not in allowed:
                    return HttpResponseRedirect(reverse(page), status=303)
        return self.get_response(request)


def _over(request: HttpRequest, now: datetime) -> str:
    """Why the session has ended, or nothing."""
    rules, at = sign_in_rules(localdate(now)), int(now.timestamp())
    if at - request.session.get(SEEN, at) >= rules.idle_minutes * 60:
        return f"{rules.idle_minutes} 分钟没有操作"
    if at - request.session[SINCE] >= rules.session_hours * 3600:
        return f"登录已满 {rules.session_hours} 小时"
    return ""


def _note_seen(request: HttpRequest, now: datetime) -> None:
    at = int(now.timestamp())
    if at - request.session.get(SEEN, 0) >= _WRITE_SECONDS:
        request.session[SEEN] = at
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def _end(request: HttpRequest, why: str, now: datetime) -> HttpResponse:
    """Signed out; a page that was asked for is found again after signing in, a form is not sent twice."""
    account: Any = request.user
    public = account.is_authenticated and account.is_public
    if account.is_authenticated:
        note_sign_out(account=account, why=why, by=account, at=now)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    auth.logout(request)
    messages.warning(request, f"{why}，为了安全已经自动退出。请重新登录。")
    door = reverse("registry:sign_in" if public else "shell:login")
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=200)
        answer.headers["HX-Redirect"] = door
        return answer
    back = (
        f"?next={request.path}" if request.method == "GET" and request.path != reverse("shell:front") else ""
    )
    return HttpResponseRedirect(f"{door}{back}", status=303)
