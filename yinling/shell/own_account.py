"""My account 我的账号: password, second factor, and where I am signed in."""

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

import segno
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import auth, messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yinling.core import second_factor
from yinling.core.attempts import give_back, take
from yinling.core.limits import account_limit
from yinling.core.operations.accounts import WeakPassword, change_password
from yinling.core.operations.second_factors import WrongCode, remove_second_factor, set_up_second_factor
from yinling.core.operations.signing_in import end_sessions
from yinling.core.queries.accounts import list_sessions
from yinling.core.sealing import seal, unseal
from yinling.core.web import after_act, page, signed_in
from yinling.kernel.errors import DomainError
from yinling.shell.account import what_comes_first
from yinling.shell.sessions import MUST, MUST_PAGES

_SECRET = "new_factor_secret"


class NotTheOwner(DomainError):
    """The password asked for once more was wrong."""


def confirm_password(account: Any, password: str, *, at: datetime) -> None:
    """The password once more, counted as at the door: an unlocked desk is no place to guess. Raises NotTheOwner."""
    limit = account_limit(at)
    if not take(limit, account.username, at=at).allowed:
        raise NotTheOwner("密码错了太多次，已暂时锁定。请过一会儿再试。")
    if not account.check_password(password):
        raise NotTheOwner("现在的密码不对。")
    give_back(limit, account.username)


def _password_field(label: str, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput({"class": "input", "autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **options)


class PasswordForm(forms.Form):
    """Changing one's own password: the present one, and the new one twice."""

    current = _password_field("现在的密码", "current-password")
    new = _password_field("新密码", "new-password")
    again = _password_field("再输一次新密码", "new-password")

    def __init__(self, account: Any, at: datetime, *args: Any, **kwargs: Any) -> None:
        self.account, self.at = account, at
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = "".join(password_validators_help_texts()[:1])

    def clean_current(self) -> str:
        try:
            confirm_password(self.account, self.cleaned_data["current"], at=self.at)
        except NotTheOwner as error:
            raise forms.ValidationError(error.message) from None
        return str(self.cleaned_data["current"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", "两次输入的新密码不一样。")
        return given


class SetUpForm(forms.Form):
    code = forms.CharField(
        label="手机上的 6 位动态码",
        max_length=8,
        widget=forms.TextInput({"class": "input", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@signed_in
@never_cache
@sensitive_post_parameters()
def account(request: HttpRequest) -> HttpResponse:
    mine: Any = request.user
    form = PasswordForm(mine, request.now, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_password(
                account=mine, password=form.cleaned_data["new"], by=mine, at=request.now
            )
        except WeakPassword as error:
            form.add_error("new", error.message)
        else:
            _keep_only_this_session(request, changed)
            return _done(request, changed, "密码已经更换。其他设备上的登录已经失效。")
    context = {
        "form": form,
        "sessions": list_sessions(account=mine, current=request.session.session_key, at=request.now),
        "has_factor": second_factor.has_second_factor(mine),
        "codes_left": second_factor.recovery_codes_left(mine),
    }
    return page(request, "shell/account.html", context, status=422 if form.errors else 200)


def _keep_only_this_session(request: HttpRequest, mine: Any) -> None:
    """Sessions are bound to the password: this one gets a new key, the others are over."""
    before = request.session.session_key
    auth.update_session_auth_hash(request, mine)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
    end_sessions(account=mine, keep=request.session.session_key, by=mine, at=request.now)


def _done(request: HttpRequest, mine: Any, said: str) -> HttpResponse:
    """On to what else must come first, or back to the account."""
    messages.success(request, said)
    target = reverse("shell:account")
    if request.session.pop(MUST, ""):
        first = what_comes_first(mine, request.now)
        if first:
            request.session[MUST] = first
        target = reverse(MUST_PAGES[first]) if first else reverse("shell:home")
    return HttpResponseRedirect(target, status=303)


@signed_in
@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """Sign out another device, or with no number all others."""
    mine: Any = request.user
    number = request.POST.get("session", "")
    only = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
    return after_act(
        request,
        lambda: end_sessions(
            account=mine, keep=request.session.session_key, only=only, by=mine, at=request.now
        ),
        to=reverse("shell:account") + "#sessions",
        said="已经退出那台设备上的登录。" if only is not None else "其他设备上的登录都已退出。",
    )


@signed_in
@never_cache
@sensitive_post_parameters()
def second_factor_set_up(request: HttpRequest) -> HttpResponse:
    """Show the secret as a QR code, ask for the first code, then show the recovery codes once."""
    mine: Any = request.user
    if second_factor.has_second_factor(mine):
        messages.info(request, "您已经设好动态码。换手机请先停用，再重新设置。")
        return HttpResponseRedirect(reverse("shell:account") + "#factor", status=303)
    secret = _secret(request)
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = set_up_second_factor(
                account=mine, secret=secret, code=form.cleaned_data["code"], by=mine, at=request.now
            )
        except WrongCode as error:
            form.add_error("code", error.message)
        else:
            request.session.pop(_SECRET, None)
            forced = request.session.pop(MUST, "")
            return page(request, "shell/recovery_codes.html", {"codes": codes, "forced": bool(forced)})
    picture = segno.make(second_factor.setup_address(mine, secret), error="m")
    context = {
        "form": form,
        "picture": picture.svg_inline(scale=5, border=3, dark="#10221f", light="#ffffff", omitsize=True),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
    return page(request, "shell/second_factor_set_up.html", context, status=422 if form.errors else 200)


def _secret(request: HttpRequest) -> str:
    """The secret being set up; sealed, for sessions lie in the database."""
    kept = request.session.get(_SECRET)
    if kept:
        return unseal(b64decode(kept))
    secret = second_factor.new_secret()
    request.session[_SECRET] = b64encode(seal(secret)).decode()
    return secret


@signed_in
@require_POST
@sensitive_post_parameters("password")
def second_factor_remove(request: HttpRequest) -> HttpResponse:
    """Only with the password once more: an unlocked desk is not enough."""
    mine: Any = request.user

    def act() -> None:
        if mine.has_usable_password():
            confirm_password(mine, request.POST.get("password", "")[:200], at=request.now)
        remove_second_factor(account=mine, by=mine, at=request.now)

    return after_act(
        request, act, to=reverse("shell:account") + "#factor", said="动态码已停用。下次登录只用密码。"
    )
