"""A city's unified identity says who somebody is; a made-up provider answers."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from yinling.core.access.roles import Role
from yinling.core.models import Account, AuditEvent
from yinling.core.operations.second_factors import set_up_second_factor
from yinling.shell.unified import UnifiedIdentityAdapter

pytestmark = pytest.mark.django_db
ISSUER = "https://id.example"
CONFIG = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/me",
    "jwks_uri": f"{ISSUER}/keys",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


class Provider:
    """Answers like a provider; `name` is whom it vouches for."""

    name = "city"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def _answer(self, said):
        return SimpleNamespace(
            status_code=200,
            headers={"content-type": "application/json"},
            json=lambda: said,
            raise_for_status=lambda: None,
        )

    def get(self, url, **_):
        known = {f"{ISSUER}/me": {"sub": "77", "preferred_username": self.name}}
        return self._answer(known.get(url, CONFIG))

    def request(self, method, url, **_):
        return self._answer({"access_token": "t", "token_type": "bearer"})


@pytest.fixture
def provider(settings, monkeypatch, world):
    app = {
        "provider_id": "city",
        "name": "统一身份认证",
        "client_id": "yinling",
        "secret": "s",
        "settings": {"server_url": ISSUER},
    }
    settings.OIDC = app
    settings.ROOT_URLCONF = "tests.shell.oidc_urls"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    monkeypatch.setattr(UnifiedIdentityAdapter, "get_requests_session", lambda self: Provider())
    monkeypatch.setattr(Provider, "name", "city")
    return Provider


def come_in(client, after=""):
    """Through the provider and back."""
    sent = client.get(f"/oidc/city/login/{after}")
    asked = urlsplit(sent.headers["Location"])
    assert sent.headers["Location"].startswith(f"{ISSUER}/authorize")
    state = parse_qs(asked.query)["state"][0]
    return client.get("/oidc/city/login/callback/", {"code": "c", "state": state})


def test_who_has_an_account_comes_in_and_it_is_noted(client, provider, world):
    assert "用统一身份认证登录" in client.get("/login/").content.decode()
    answer = come_in(client, "?next=/office/notices/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/office/notices/")
    assert client.get("/office/").status_code == 200
    assert AuditEvent.objects.get(act="sign_in").after["方式"] == "统一身份认证"


@pytest.mark.parametrize("name", ["nobody", "elder", "leader", ""])
def test_nobody_signs_up_by_it_and_the_public_and_stopped_stay_out(
    client, provider, world, name, monkeypatch
):
    Account.objects.filter(username="leader").update(is_active=False)
    monkeypatch.setattr(Provider, "name", name)
    answer = come_in(client)
    assert answer.status_code == 403
    assert "还没有您的账号" in answer.content.decode()
    assert client.get("/office/").status_code == 302


def test_the_second_factor_is_asked_all_the_same(client, provider, world):
    from tests.shell.test_signing_in import code_of
    from yinling.core.second_factor import new_secret

    account, secret = world.accounts[Role.CITY_BUREAU], new_secret()
    from django.utils import timezone

    set_up_second_factor(account=account, secret=secret, code=code_of(secret), by=account, at=timezone.now())
    assert come_in(client).headers["Location"] == "/login/code/"


def test_a_forged_answer_leads_back_to_the_door(client, provider, world):
    answer = client.get("/oidc/city/login/callback/", {"code": "c", "state": "forged"})
    assert answer.headers["Location"] == "/login/"
    assert "没有成功" in client.get("/login/").content.decode()


def test_it_is_off_by_default(client, world):
    assert client.get("/oidc/city/login/").status_code == 404
    assert "统一身份认证" not in client.get("/login/").content.decode()
