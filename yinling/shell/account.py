"""The door for staff: password, then the second factor of those who have one; and the way out."""

from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yinling.core.addresses import address_of
from yinling.core.models import Account
from yinling.core.operations.signing_in import (
    Tried,
    note_sign_in,
    note_sign_out,
    try_password,
    try_second_factor,
)
from yinling.core.queries.accounts import must_set_up
from yinling.core.second_factor import has_second_factor
from yinling.core.web import page, public
from yinling.rulebook.sign_in import sign_in_rules
from yinling.shell.context import demo_city
from yinling.shell.redirects import safe_next
from yinling.shell.sessions import MUST, MUST_PAGES
from yinling.shell.templating import when

_WAITING = "waiting_for_factor"
_WAITING_SECONDS = 300
_MUST_WORDS = {
    "password": "密码是别人设的或用得太久了，请先换一个新密码，再办其他事。",
    "second_factor": "您的岗位要求登录时再输一个动态码。请先在手机上设好，再办其他事。",
}


class SignInForm(forms.Form):
    username = forms.CharField(
        label="账号", max_length=40, widget=forms.TextInput({"class": "input", "autocomplete": "username"})
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "current-password"}),
    )


class FactorForm(forms.Form):
    code = forms.CharField(
        label="动态码",
        max_length=12,
        help_text="手机验证器上现在显示的 6 位数字。手机不在身边，可以输入一个 8 位备用码。",
        widget=forms.TextInput({"class": "input", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@public
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    target = safe_next(request, default=reverse("shell:home"))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = try_password(**form.cleaned_data, address=address_of(request), by=None, at=request.now)
        if tried.account is not None:
            return pass_door(request, tried.account, target, way="密码", failures=tried.failures)
        form.add_error(None, _why_not(tried, request.now))
    context = {
        "form": form,
        "next": target,
        "demo": demo_city(),
        "unified": settings.OIDC and settings.OIDC_NAME,
    }
    return page(request, "shell/login.html", context, status=422 if form.errors else 200)


def _why_not(tried: Tried, now: datetime) -> str:
    """The same words whether the account exists or not."""
    if tried.blocked_until is not None:
        clock = f"{timezone.localtime(tried.blocked_until + timedelta(seconds=59)):%H:%M}"
        return f"连续输错次数太多，为了安全暂停登录。请在 {clock} 以后再试；着急请联系本单位管理员解除。"
    limit = sign_in_rules(localdate(now)).failures_per_account
    return f"账号或密码不对。请检查大小写后再试；忘记密码请联系本单位管理员。连续输错 {limit} 次会暂停登录。"


def pass_door(
    request: HttpRequest, account: Account, target: str, *, way: str, failures: int = 0
) -> HttpResponse:
    """After the first factor: in, or on to the second."""
    if not has_second_factor(account):
        return _enter(request, account, target, way=way, failures=failures)
    request.session.cycle_key()
    request.session[_WAITING] = {
        "account": account.pk,
        "since": int(request.now.timestamp()),
        "next": target,
        "way": way,
        "failures": failures,
    }
    return HttpResponseRedirect(reverse("shell:second_factor"), status=303)


@public
@never_cache
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of somebody whose password was right a moment ago."""
    waiting = request.session.get(_WAITING)
    if waiting is None or request.now.timestamp() - waiting["since"] > _WAITING_SECONDS:
        request.session.pop(_WAITING, None)
        return HttpResponseRedirect(reverse("shell:login"), status=303)
    form = FactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = Account.objects.filter(pk=waiting["account"], is_active=True).first()
        tried = (
            try_second_factor(
                account=account,
                code=form.cleaned_data["code"],
                address=address_of(request),
                by=None,
                at=request.now,
            )
            if account
            else Tried()
        )
        if tried.account is not None:
            del request.session[_WAITING]
            way = f"{waiting['way']}和动态码"
            return _enter(request, tried.account, waiting["next"], way=way, failures=waiting["failures"])
        wrong = "动态码不对，或者已经用过。请等手机上换了新数字再试。"
        form.add_error("code", wrong if tried.blocked_until is None else _why_not(tried, request.now))
    return page(request, "shell/second_factor.html", {"form": form}, status=422 if form.errors else 200)


def _enter(request: HttpRequest, account: Account, target: str, *, way: str, failures: int) -> HttpResponse:
    before = account.last_login
    if request.user.is_authenticated:  # a new sign-in is a new session, also of the same account
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        auth.logout(request)
    auth.login(request, account)
    note_sign_in(account=account, way=way, address=address_of(request), by=account, at=request.now)
    if before is not None:
        missed = f"此后有 {failures} 次输错密码；不是您本人，请立即改密码并告诉管理员。" if failures else ""
        messages.info(request, f"上次登录：{when(before)}。{missed}")
    first = what_comes_first(account, request.now, with_password=way.startswith("密码"))
    if first:
        request.session[MUST] = first
        messages.warning(request, _MUST_WORDS[first])
        target = reverse(MUST_PAGES[first])
    return HttpResponseRedirect(target, status=303)


def what_comes_first(account: Account, now: datetime, *, with_password: bool = True) -> str:
    """What must be done before anything else: a key of MUST_PAGES, or nothing. A demo city shows its
    passwords at the door and asks nobody."""
    if with_password and account.must_change_password:
        return "password"
    if demo_city():
        return ""
    oldest = now - timedelta(days=sign_in_rules(localdate(now)).password_days)
    if with_password and account.password_changed_at and account.password_changed_at < oldest:
        return "password"
    return "second_factor" if must_set_up(account, settings.REQUIRE_SECOND_FACTOR) else ""


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    mine: Any = request.user
    if mine.is_authenticated:
        note_sign_out(account=mine, why="本人退出", by=mine, at=request.now)
        UserSession.objects.filter(session_key=request.session.session_key).delete()
    auth.logout(request)
    return HttpResponseRedirect(reverse("shell:front"), status=303)


@public
@never_cache
def stay(request: HttpRequest) -> HttpResponse:
    """Go on working: being here is enough. The warning is drawn anew, or the page where one was is shown."""
    if getattr(request, "htmx", None):
        return page(request, "shell/stay.html", block="content")
    return HttpResponseRedirect(safe_next(request, default=reverse("shell:front")), status=303)
