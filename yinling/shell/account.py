"""Signing in and out, and one's own account."""

from typing import Any

from django import forms
from django.contrib import auth, messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.web import page, public, signed_in
from yinling.shell.context import demo_city
from yinling.shell.redirects import safe_next


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


@public
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    target = safe_next(request, default=reverse("shell:home"))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account: Any = auth.authenticate(request, **form.cleaned_data)
        if account is not None:
            auth.login(request, account)
            record(by=account, at=timezone.now(), verb=AuditVerb.SIGN_IN, act="sign_in", subject=account)
            return HttpResponseRedirect(target, status=303)
        # One message for both cases: it must not tell which accounts exist.
        form.add_error(None, "账号或密码不对。请检查大小写后再试；忘记密码请联系本单位管理员。")
    context = {"form": form, "next": target, "demo": demo_city()}
    return page(request, "shell/login.html", context, status=422 if form.errors else 200)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return HttpResponseRedirect(reverse("shell:front"), status=303)


class PasswordForm(forms.Form):
    """Changing one's own password: the present one, and the new one twice."""

    current = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        help_text="至少 8 位，不要用常见密码。",
        widget=forms.PasswordInput({"class": "input", "autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码",
        strip=False,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "new-password"}),
    )

    def __init__(self, account: Any, *args: Any, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_current(self) -> str:
        if not self.account.check_password(self.cleaned_data["current"]):
            raise forms.ValidationError("现在的密码不对。")
        return str(self.cleaned_data["current"])

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.account)
        return str(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", "两次输入的新密码不一样。")
        return given


@signed_in
@never_cache
@sensitive_post_parameters()
def account(request: HttpRequest) -> HttpResponse:
    mine: Any = request.user
    form = PasswordForm(mine, request.POST or None)
    if request.method == "POST" and form.is_valid():
        mine.set_password(form.cleaned_data["new"])
        mine.save(update_fields=["password"])
        record(by=mine, at=request.now, verb=AuditVerb.CHANGE, act="change_password", subject=mine)
        auth.update_session_auth_hash(request, mine)
        messages.success(request, "密码已经更换。其他设备上的登录已经失效。")
        return HttpResponseRedirect(reverse("shell:account"), status=303)
    return page(request, "shell/account.html", {"form": form}, status=422 if form.errors else 200)
