"""A city's unified identity by OpenID Connect: it says who somebody is; what they may do is decided here.

Off until OIDC_URL is set. The protocol is django-allauth's; of its flow only the first half is used: as soon as
the provider has answered, the visitor passes our own door, with its second factor, audit and session rules.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from yinling.core.access.roles import PUBLIC_ROLES
from yinling.core.models import Account
from yinling.core.web import error_page
from yinling.shell.account import pass_door
from yinling.shell.redirects import on_this_site


class UnifiedIdentityAdapter(DefaultSocialAccountAdapter):
    """Nobody signs up by it: an administrator opens the account first, under the name that the claim carries."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """The provider has answered; nothing of allauth's own sign-in runs after this."""
        request.now = timezone.now()
        said = sociallogin.account.extra_data
        claims = said.get("id_token", {}) | said.get("userinfo", {})
        staff = Account.objects.exclude(role__in=PUBLIC_ROLES).filter(is_machine=False, is_active=True)
        account = staff.filter(username=str(claims.get(settings.OIDC_CLAIM) or "")).first()
        if account is None:
            refused = (
                f"{settings.OIDC_NAME}已经通过，但这里还没有您的账号，或者账号已停用。请联系本单位管理员。"
            )
            raise ImmediateHttpResponse(error_page(request, 403, refused))
        target = on_this_site(request, sociallogin.state.get("next") or "") or reverse("shell:home")
        raise ImmediateHttpResponse(pass_door(request, account, target, way=settings.OIDC_NAME))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_: Any) -> None:
        messages.error(request, f"{settings.OIDC_NAME}没有成功，请再试一次，或者用账号和密码登录。")
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("shell:login"), status=303))
