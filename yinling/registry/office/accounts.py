"""Units and accounts 单位和账号, for administrators: open, shut, give a new password."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.access.roles import ROLES, Role
from yinling.core.models import Account
from yinling.core.operations.accounts import create_account, reset_password, set_account_active
from yinling.core.queries.organisations import find_organisation
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.forms import StyledForm, choice_field
from yinling.registry.office.choosing import chosen, words


class AccountForm(StyledForm):
    username = forms.RegexField(
        r"^[a-z0-9_.-]{3,40}$",
        label="账号",
        help_text="3—40 位小写字母、数字或 _ . -",
        error_messages={"invalid": "请用 3—40 位小写字母、数字或 _ . -"},
    )
    full_name = forms.CharField(label="姓名", max_length=40)
    role = choice_field("角色", [(r.value, ROLES[r].label) for r in Role])
    unit = forms.CharField(label="单位", max_length=100, help_text="全称或常用简称；管辖范围随单位所在区划。")
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    password = forms.CharField(
        label="初始密码",
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="至少 8 位，请提醒本人登录后修改。",
    )


class UnknownUnit(DomainError):
    """No unit has this name."""


@requires(Permission.MANAGE_ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    role, text = chosen(request, "role", [r.value for r in Role]), words(request, "text")
    found = Account.objects.visible_to(request.user).select_related("organisation", "division")
    if role:
        found = found.filter(role=role)
    if text:
        found = found.filter(full_name__contains=text) | found.filter(username__startswith=text)
        found |= Account.objects.visible_to(request.user).filter(organisation__name__contains=text)
    context = {
        "accounts": found.order_by("-is_active", "organisation_id", "username")[:300],
        "role": role,
        "text": text,
        "roles": [(r.value, ROLES[r].label) for r in Role],
        "specs": [
            (ROLES[r], [DESCRIPTIONS[p] for p in Permission if p in ROLES[r].permissions]) for r in Role
        ],
    }
    return page(request, "registry/accounts.html", context)


@sensitive_post_parameters("password")
@requires(Permission.MANAGE_ACCOUNTS)
def account_new(request: HttpRequest) -> HttpResponse:
    form, refused = AccountForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _create(request, form)
        except DomainError as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("registry:accounts"), status=303)
    status = 422 if refused or form.errors else 200
    return page(request, "registry/account_new.html", {"form": form, "refused": refused}, status=status)


def _create(request: HttpRequest, form: AccountForm) -> Account:
    data = form.cleaned_data
    unit = find_organisation(data["unit"])
    if unit is None:
        raise UnknownUnit(f"没有名为“{data['unit']}”的单位。请核对全称，或先登记该单位。")
    return create_account(
        username=data["username"],
        full_name=data["full_name"],
        role=Role(data["role"]),
        organisation=unit,
        password=data["password"],
        phone=data["phone"],
        by=request.user,
        at=request.now,
    )


@require_POST
@requires(Permission.MANAGE_ACCOUNTS)
def account_active(request: HttpRequest, pk: int) -> HttpResponse:
    account, active = _account(request, pk), request.POST.get("active") == "1"
    return after_act(
        request,
        lambda: set_account_active(account=account, active=active, by=request.user, at=request.now),
        to=reverse("registry:accounts"),
        said=f"账号 {account.username} 已{'启用' if active else '停用'}。",
    )


@sensitive_post_parameters("password")
@require_POST
@requires(Permission.MANAGE_ACCOUNTS)
def account_password(request: HttpRequest, pk: int) -> HttpResponse:
    account, password = _account(request, pk), request.POST.get("password", "")
    return after_act(
        request,
        lambda: reset_password(account=account, password=password, by=request.user, at=request.now),
        to=reverse("registry:accounts"),
        said=f"账号 {account.username} 的密码已重置。",
    )


def _account(request: HttpRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.visible_to(request.user), pk=pk)


urlpatterns = [
    path("office/accounts/", accounts, name="accounts"),
    path("office/accounts/new/", account_new, name="account_new"),
    path("office/accounts/<int:pk>/active/", account_active, name="account_active"),
    path("office/accounts/<int:pk>/password/", account_password, name="account_password"),
]
