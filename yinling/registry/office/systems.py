"""Connected systems 系统对接, for administrators: connect, issue a key, take it back."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.access.roles import PUBLIC_ROLES, ROLES, Role
from yinling.core.machines.keys import MACHINE_RIGHTS, open_rights
from yinling.core.models import Account, ApiKey
from yinling.core.operations.api_keys import connect_system, issue_key, revoke_key
from yinling.core.queries.api_keys import list_keys, list_systems
from yinling.core.queries.organisations import find_organisation
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.forms import StyledForm, choice_field, day_field
from yinling.registry.office.accounts import UnknownUnit

_ROLES = [
    (r.value, ROLES[r].label) for r in Role if r not in PUBLIC_ROLES and ROLES[r].permissions & MACHINE_RIGHTS
]


class SystemForm(StyledForm):
    name = forms.CharField(
        label="系统名称", max_length=40, help_text="对方系统的名称，操作记录里显示为操作人。"
    )
    unit = forms.CharField(label="所属单位", max_length=100, help_text="数据范围随单位所在区划。")
    role = choice_field("按哪种角色使用数据", _ROLES)


class KeyForm(StyledForm):
    rights = forms.MultipleChoiceField(label="开放的权限", widget=forms.CheckboxSelectMultiple({"class": ""}))
    valid_until = day_field("有效期至", help_text="最长一年。到期前换发新的密钥，再收回旧的。")
    networks = forms.CharField(
        label="允许的地址",
        max_length=400,
        required=False,
        help_text="对方系统的地址或网段，用空格隔开，如 10.1.2.3 10.2.0.0/16。不填则不限制。",
    )
    per_minute = forms.IntegerField(label="每分钟次数上限", min_value=1, max_value=6000, initial=600)

    def __init__(self, *args, system: Account, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        rights = open_rights(system)
        self.fields["rights"].choices = [(p.value, DESCRIPTIONS[p]) for p in Permission if p in rights]


@requires(Permission.MANAGE_API_KEYS)
def systems(request: HttpRequest) -> HttpResponse:
    form, refused = SystemForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            unit = find_organisation(data["unit"])
            if unit is None:
                raise UnknownUnit(f"没有名为“{data['unit']}”的单位。请核对全称，或先登记该单位。")
            made = connect_system(
                name=data["name"], role=Role(data["role"]), organisation=unit, by=request.user, at=request.now
            )
        except DomainError as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("registry:system", args=[made.pk]), status=303)
    context = {
        "systems": list_systems(actor=request.user, today=localdate(request.now))[:300],
        "form": form,
        "refused": refused,
    }
    status = 422 if refused or form.errors else 200
    return page(request, "registry/systems.html", context, status=status)


@never_cache
@requires(Permission.MANAGE_API_KEYS)
def system(request: HttpRequest, pk: int) -> HttpResponse:
    """Issuing is answered at once and not by a redirect: the key is shown this once and has no address."""
    found, today = _system(request, pk), localdate(request.now)
    start = {"valid_until": today + timedelta(days=180)}
    form, refused, key = KeyForm(request.POST or None, system=found, initial=start), "", ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _, key = issue_key(
                account=found,
                rights=data["rights"],
                valid_until=data["valid_until"],
                networks=data["networks"].split(),
                per_minute=data["per_minute"],
                by=request.user,
                at=request.now,
            )
        except DomainError as error:
            refused = error.message
    rows = list_keys(system=found, today=today)
    context = {
        "system": found,
        "keys": [(row, [DESCRIPTIONS[Permission(r)] for r in row.key.rights]) for row in rows],
        "form": form if not key else KeyForm(system=found, initial=start),
        "refused": refused,
        "key": key,
    }
    status = 422 if refused or form.errors else 200
    return page(request, "registry/system.html", context, status=status)


@require_POST
@requires(Permission.MANAGE_API_KEYS)
def system_key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Account.objects.visible_to(request.user).filter(is_machine=True)
    key = get_object_or_404(ApiKey.objects.select_related("account"), pk=pk, account__in=seen)
    return after_act(
        request,
        lambda: revoke_key(key=key, by=request.user, at=request.now),
        to=reverse("registry:system", args=[key.account_id]),
        said=f"密钥 {key.hint}… 已收回，立即失效。",
    )


def _system(request: HttpRequest, pk: int) -> Account:
    found = list_systems(actor=request.user, today=localdate(request.now))
    return get_object_or_404(found, pk=pk)


urlpatterns = [
    path("office/systems/", systems, name="systems"),
    path("office/systems/<int:pk>/", system, name="system"),
    path("office/systems/keys/<int:pk>/revoke/", system_key_revoke, name="system_key_revoke"),
]
