"""Units and accounts 单位和账号, for administrators: who may sign in, as what, and how each account stands."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.access.roles import PUBLIC_ROLES, ROLES, STAFF_ROLES, Role
from yinling.core.models import Account, Organisation
from yinling.core.operations.accounts import (
    create_account,
    reset_password,
    set_account_active,
    update_account,
)
from yinling.core.operations.second_factors import remove_second_factor
from yinling.core.operations.signing_in import end_sessions, unlock_account
from yinling.core.queries.accounts import (
    STATES,
    AccountFilters,
    get_standings,
    list_accounts,
    list_sessions,
)
from yinling.core.queries.organisations import find_organisation
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.forms import StyledForm, choice_field
from yinling.registry.office.choosing import chosen, words

_ROLES = [(role.value, ROLES[role].label) for role in STAFF_ROLES]
_UNIT_HELP = "全称或常用简称；管辖范围随单位所在区划。"


class AccountForm(StyledForm):
    username = forms.RegexField(
        r"^[a-z0-9_.-]{3,40}$",
        label="账号",
        help_text="3—40 位小写字母、数字或 _ . -；一人一个，不共用。",
        error_messages={"invalid": "请用 3—40 位小写字母、数字或 _ . -"},
    )
    full_name = forms.CharField(label="姓名", max_length=40)
    role = choice_field("角色", _ROLES)
    unit = forms.CharField(label="单位", max_length=100, help_text=_UNIT_HELP)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    password = forms.CharField(
        label="初始密码",
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="至少 10 位，含大小写字母、数字、符号中的 3 类。本人第一次登录时必须更换。",
    )


class AccountChangeForm(StyledForm):
    full_name = forms.CharField(label="姓名", max_length=40)
    role = choice_field("角色", _ROLES)
    unit = forms.CharField(label="单位", max_length=100, help_text=_UNIT_HELP)


class UnknownUnit(DomainError):
    """No unit has this name."""


class BadEntry(DomainError):
    """A field of a form that answers with a message was wrong."""


@requires(Permission.MANAGE_ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    filters = AccountFilters(
        role=chosen(request, "role", [role for role, _ in _ROLES]),
        state=chosen(request, "state", STATES),
        text=words(request, "text"),
    )
    found, older = list_accounts(
        actor=request.user, filters=filters, after=words(request, "after"), at=request.now
    )
    context = {
        "accounts": found,
        "standings": get_standings(found, at=request.now),
        "older": older,
        "filters": filters,
        "roles": _ROLES,
        "states": list(STATES.items()),
        "specs": [(ROLES[r], [(DESCRIPTIONS[p], why) for p, why in ROLES[r].rights.items()]) for r in Role],
    }
    return page(request, "registry/accounts.html", context)


@sensitive_post_parameters("password")
@requires(Permission.MANAGE_ACCOUNTS)
def account_new(request: HttpRequest) -> HttpResponse:
    form, refused = AccountForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(request, form)
        except DomainError as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("registry:account", args=[made.pk]), status=303)
    status = 422 if refused or form.errors else 200
    return page(request, "registry/account_new.html", {"form": form, "refused": refused}, status=status)


def _create(request: HttpRequest, form: AccountForm) -> Account:
    data = form.cleaned_data
    return create_account(
        username=data["username"],
        full_name=data["full_name"],
        role=Role(data["role"]),
        organisation=_unit(data["unit"]),
        password=data["password"],
        phone=data["phone"],
        by=request.user,
        at=request.now,
    )


def _unit(name: str) -> Organisation:
    unit = find_organisation(name)
    if unit is None:
        raise UnknownUnit(f"没有名为“{name}”的单位。请核对全称，或先登记该单位。")
    return unit


@requires(Permission.MANAGE_ACCOUNTS)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: how it stands, and everything that can be done about it."""
    row = _account(request, pk)
    initial = {"full_name": row.full_name, "role": row.role, "unit": row.organisation.name}
    context = {
        "row": row,
        "standing": get_standings([row], at=request.now)[row.pk],
        "sessions": list_sessions(account=row, current="", at=request.now),
        "form": AccountChangeForm(initial=initial, prefix="change"),
        "mine": row.pk == request.user.pk,
        "spec": ROLES[Role(row.role)],
        "rights": [(DESCRIPTIONS[p], why) for p, why in ROLES[Role(row.role)].rights.items()],
    }
    return page(request, "registry/account.html", context)


def _act(said: str) -> Callable[[Callable[[HttpRequest, Account], object]], Callable[..., HttpResponse]]:
    """A POST that does one thing to an account and comes back to its page."""

    def decorate(do: Callable[[HttpRequest, Account], object]) -> Callable[..., HttpResponse]:
        @sensitive_post_parameters("password")
        @require_POST
        @requires(Permission.MANAGE_ACCOUNTS)
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            row = _account(request, pk)
            return after_act(
                request,
                lambda: do(request, row),
                to=reverse("registry:account", args=[pk]),
                said=said.format(row.username),
            )

        view.permission = Permission.MANAGE_ACCOUNTS
        return view

    return decorate


@_act("账号 {} 已调整。")
def account_change(request: HttpRequest, row: Account) -> object:
    form = AccountChangeForm(request.POST, prefix="change")
    if not form.is_valid():
        raise BadEntry(form.first_error())
    data = form.cleaned_data
    return update_account(
        account=row,
        full_name=data["full_name"],
        role=Role(data["role"]),
        organisation=_unit(data["unit"]),
        by=request.user,
        at=request.now,
    )


@_act("账号 {} 的状态已更改。")
def account_active(request: HttpRequest, row: Account) -> object:
    active = request.POST.get("active") == "1"
    return set_account_active(account=row, active=active, by=request.user, at=request.now)


@_act("账号 {} 的密码已重置，请本人登录后立即更换。")
def account_password(request: HttpRequest, row: Account) -> object:
    password = request.POST.get("password", "")
    return reset_password(account=row, password=password, by=request.user, at=request.now)


@_act("账号 {} 可以立即登录了。")
def account_unlock(request: HttpRequest, row: Account) -> object:
    return unlock_account(account=row, by=request.user, at=request.now)


@_act("账号 {} 的动态码已停用，请本人重新设置。")
def account_factor(request: HttpRequest, row: Account) -> object:
    return remove_second_factor(account=row, by=request.user, at=request.now)


@_act("账号 {} 在所有设备上都已退出。")
def account_sign_out(request: HttpRequest, row: Account) -> object:
    return end_sessions(account=row, by=request.user, at=request.now)


def _account(request: HttpRequest, pk: int) -> Account:
    staff = Account.objects.visible_to(request.user).exclude(role__in=PUBLIC_ROLES).filter(is_machine=False)
    return get_object_or_404(staff.select_related("organisation", "division"), pk=pk)


urlpatterns = [
    path("office/accounts/", accounts, name="accounts"),
    path("office/accounts/new/", account_new, name="account_new"),
    path("office/accounts/<int:pk>/", account, name="account"),
    path("office/accounts/<int:pk>/change/", account_change, name="account_change"),
    path("office/accounts/<int:pk>/active/", account_active, name="account_active"),
    path("office/accounts/<int:pk>/password/", account_password, name="account_password"),
    path("office/accounts/<int:pk>/unlock/", account_unlock, name="account_unlock"),
    path("office/accounts/<int:pk>/factor/", account_factor, name="account_factor"),
    path("office/accounts/<int:pk>/sign-out/", account_sign_out, name="account_sign_out"),
]
