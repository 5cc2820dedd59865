"""Signing in for elders and families: one question a page, the phone, the code, and whose file it is.

What was answered so far stands in the session, sealed: sessions lie in the database.
"""

import json
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yinling.core.addresses import address_of
from yinling.core.models import Account
from yinling.core.operations.phone_codes import check_code, send_code
from yinling.core.operations.signing_in import note_sign_in
from yinling.core.phone_gateway import shows_codes
from yinling.core.phones import read_phone
from yinling.core.queries.accounts import find_public_account
from yinling.core.sealing import seal, unseal
from yinling.core.web import page, public
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_phone
from yinling.registry.forms import StyledForm
from yinling.registry.operations.linking import link_elder
from yinling.rulebook.sign_in import sign_in_rules

_KEPT = "phone_sign_in"
_KEEP_SECONDS = 20 * 60


class PhoneForm(StyledForm):
    phone = forms.CharField(
        label="您的手机号",
        max_length=20,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": "请填写手机号。"},
    )

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from None


class CodeForm(StyledForm):
    code = forms.CharField(
        label="短信里的 6 位数字",
        max_length=12,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "请填写短信里的数字。"},
    )


class NameForm(StyledForm):
    name = forms.CharField(
        label="老年人的姓名",
        max_length=60,
        help_text="和身份证上一样。",
        error_messages={"required": "请填写姓名。"},
    )


class NumberForm(StyledForm):
    number = forms.CharField(
        label="老年人的身份证号",
        max_length=24,
        help_text="18 位。最后一位是字母的，填大写或小写都行。",
        error_messages={"required": "请填写身份证号。"},
    )


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What this visitor answered in the last minutes."""
    sealed = request.session.get(_KEPT)
    if not sealed:
        return {}
    found: dict[str, Any] = json.loads(unseal(b64decode(sealed)))
    return found if request.now.timestamp() - found["since"] < _KEEP_SECONDS else {}


def _keep(request: HttpRequest, **answers: Any) -> None:
    kept = {"since": int(request.now.timestamp()), **_kept(request), **answers}
    request.session[_KEPT] = b64encode(seal(json.dumps(kept))).decode()


def _to(name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"registry:{name}"), status=303)


@public
@never_cache
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """First question: the phone."""
    form, refused = PhoneForm(request.POST or None), ""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST" and form.is_valid():
        request.session.pop(_KEPT, None)
        _keep(request, phone=form.cleaned_data["phone"], next=target)
        refused = _send(request)
        if not refused:
            return _to("sign_in_code")
    context = {"form": form, "refused": refused, "next": target}
    return page(request, "registry/sign_in.html", context, status=422 if refused or form.errors else 200)


def _send(request: HttpRequest) -> str:
    """Send a code to the phone kept; why not, if not."""
    try:
        code = send_code(phone=_kept(request)["phone"], address=address_of(request), by=None, at=request.now)
    except DomainError as error:
        return error.message
    _keep(request, shown=code if shows_codes() else "", since=int(request.now.timestamp()))
    return ""


@public
@never_cache
@sensitive_post_parameters()
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Second question: the code."""
    kept = _kept(request)
    if "phone" not in kept:
        return _to("sign_in")
    form, phone = CodeForm(request.POST or None), kept["phone"]
    if request.method == "POST" and form.is_valid():
        checked = check_code(phone=phone, code=form.cleaned_data["code"], by=None, at=request.now)
        if checked.right:
            return _phone_proved(request, phone)
        left = f"还可以再试 {checked.tries_left} 次。" if checked.tries_left else "请点“再发一个验证码”。"
        form.add_error("code", f"数字不对，或者过了时间。{left}")
    context = {
        "form": form,
        "phone": mask_phone(phone),
        "minutes": sign_in_rules(localdate(request.now)).code_minutes,
        "shown": kept.get("shown", ""),
    }
    return page(request, "registry/sign_in_code.html", context, status=422 if form.errors else 200)


@public
@require_POST
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Another code: the time that the first allowed starts anew."""
    if "phone" not in _kept(request):
        return _to("sign_in")
    refused = _send(request)
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, "新的验证码已经发出，前一个不能再用。")
    return _to("sign_in_code")


def _phone_proved(request: HttpRequest, phone: str) -> HttpResponse:
    account = find_public_account(phone)
    if account is not None and account.is_active:
        return _enter(request, account, _kept(request).get("next", ""))
    _keep(request, proved=True, shown="", since=int(request.now.timestamp()))
    return _to("sign_in_name")


@public
@never_cache
@sensitive_post_parameters()
def sign_in_name(request: HttpRequest) -> HttpResponse:
    """A phone that nobody knows yet: the elder's name."""
    kept = _kept(request)
    if not kept.get("proved"):
        return _to("sign_in")
    form = NameForm(request.POST or None, initial={"name": kept.get("name", "")})
    if request.method == "POST" and form.is_valid():
        _keep(request, name=form.cleaned_data["name"].strip())
        return _to("sign_in_number")
    return page(request, "registry/sign_in_name.html", {"form": form}, status=422 if form.errors else 200)


@public
@never_cache
@sensitive_post_parameters()
def sign_in_number(request: HttpRequest) -> HttpResponse:
    """Last question: the identity number. Name, number and phone must all be those on file."""
    kept = _kept(request)
    if not kept.get("proved") or not kept.get("name"):
        return _to("sign_in")
    form, refused = NumberForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            account = link_elder(
                phone=kept["phone"],
                name=kept["name"],
                number=form.cleaned_data["number"],
                address=address_of(request),
                by=None,
                at=request.now,
            )
        except DomainError as error:
            account, refused = None, error.message
        if account is not None and account.is_active:
            messages.success(request, "已经核对无误。以后用这个手机号就能登录。")
            return _enter(request, account, kept.get("next", ""))
        refused = refused or NOT_MATCHED
    context = {"form": form, "refused": refused}
    return page(
        request, "registry/sign_in_number.html", context, status=422 if refused or form.errors else 200
    )


NOT_MATCHED = (
    "没有对上。请核对姓名和身份证号；档案里登记的手机号也要是您现在用的这个。"
    "对不上没关系：请带身份证到村居、镇街服务窗口办理，家属也在那里办理授权，或者打服务电话。"
)


def _enter(request: HttpRequest, account: Account, target: str) -> HttpResponse:
    request.session.pop(_KEPT, None)
    before: datetime | None = account.last_login
    auth.login(request, account)
    note_sign_in(account=account, way="手机验证码", address=address_of(request), by=account, at=request.now)
    if before is not None:
        local = timezone.localtime(before)
        messages.info(request, f"上次登录：{local.year}年{local.month}月{local.day}日 {local:%H:%M}。")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if allowed and target else reverse("registry:my_home"), status=303)


urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/code/", sign_in_code, name="sign_in_code"),
    path("sign-in/again/", sign_in_again, name="sign_in_again"),
    path("sign-in/name/", sign_in_name, name="sign_in_name"),
    path("sign-in/number/", sign_in_number, name="sign_in_number"),
]
