"""Layout, elder mode, navigation, sign-in and error pages."""

import re

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from tests.world import AT, PASSWORD
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent, Notice
from yinling.core.web import error_page
from yinling.kernel.errors import DomainError
from yinling.shell import context, navigation
from yinling.shell.context import DemoAccount, DemoCity

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(world):
    client = Client()
    client.force_login(world.accounts[Role.CITY_BUREAU])
    return client


def text_of(response) -> str:
    return response.content.decode()


def without_tokens(html: str) -> str:
    """CSRF tokens are masked anew in each answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


# ---- elder mode ----


def test_elder_mode_is_offered_until_it_is_taken_or_declined(client):
    assert "打开长辈版" in text_of(client.get("/"))
    client.get("/elder-mode/?on=0&next=/")
    page = text_of(client.get("/"))
    assert "打开长辈版" not in page
    assert "data-elder" not in page
    assert "长辈版" in page  # the switch itself stays


def test_elder_mode_holds_on_every_page_and_can_be_left(client, city):
    for browser, paths in ((client, ["/", "/about/", "/login/"]), (city, ["/office/"])):
        browser.get("/elder-mode/?on=1&next=/")
        for path in paths:
            page = text_of(browser.get(path))
            assert re.search(r"<html[^>]* data-elder", page)
            assert "退出长辈版" in page
        browser.get("/elder-mode/?on=0&next=/")
        assert "data-elder" not in text_of(browser.get(paths[0]))


def test_the_switch_comes_back_to_the_page_with_its_filters(client):
    page = text_of(client.get("/about/?month=2026-10"))
    link = re.search(r'class="elder-switch" href="([^"]+)"', page)[1].replace("&amp;", "&")
    answer = client.get(link)
    assert answer.headers["Location"] == "/about/?month=2026-10"
    assert answer.cookies["elder"].value == "1"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
@pytest.mark.parametrize("path", ["/elder-mode/", "/login/"])
def test_next_never_leads_to_another_site(client, world, path, target):
    if path == "/login/":
        answer = client.post(path, {"username": "city", "password": PASSWORD, "next": target})
        assert answer.headers["Location"] == "/office/"
    else:
        assert client.get(path, {"next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/", "/about/", "/login/", "/policies/", "/nowhere/"])
def test_the_phone_number_is_in_sight_on_every_public_page(client, settings, path):
    page = text_of(client.get(path))
    assert 'class="phone" href="tel:12345"' in page


# ---- sign-in ----


def test_signing_in_leads_to_the_page_that_was_asked_for_and_is_recorded(client, world):
    asked = client.get("/office/notices/")
    assert asked.headers["Location"] == "/login/?next=/office/notices/"
    answer = client.post("/login/", {"username": "city", "password": PASSWORD, "next": "/office/notices/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/office/notices/")
    assert AuditEvent.objects.get(act="sign_in").actor == world.accounts[Role.CITY_BUREAU]


@pytest.mark.parametrize("given", [("city", "wrong"), ("nobody", PASSWORD)])
def test_a_refused_sign_in_does_not_tell_which_accounts_exist(client, world, given):
    answer = client.post("/login/", dict(zip(("username", "password"), given, strict=True)))
    assert answer.status_code == 422
    assert "账号或密码不对" in text_of(answer)
    assert "不存在" not in text_of(answer)


def test_a_stopped_account_cannot_sign_in(client, world):
    world.second.is_active = False
    world.second.save()
    assert client.post("/login/", {"username": "city2", "password": PASSWORD}).status_code == 422


def test_signing_out_takes_a_post(city):
    assert city.get("/logout/").status_code == 405
    assert city.post("/logout/").status_code == 303
    assert city.get("/office/").status_code == 302


def test_changing_the_password_asks_for_the_present_one_and_keeps_the_session(city, world):
    account = world.accounts[Role.CITY_BUREAU]
    new = "qingshan-lvshui-88"
    wrong = city.post("/office/account/", {"current": "no", "new": new, "again": new})
    assert wrong.status_code == 422
    assert "现在的密码不对" in text_of(wrong)
    differing = city.post("/office/account/", {"current": PASSWORD, "new": new, "again": "x"})
    assert "两次输入的新密码不一样" in text_of(differing)
    assert city.post("/office/account/", {"current": PASSWORD, "new": new, "again": new}).status_code == 303
    account.refresh_from_db()
    assert check_password(new, account.password)
    assert city.get("/office/").status_code == 200


# ---- the demo says so ----


def test_a_demo_city_says_so_on_every_page_and_shows_its_accounts_at_the_door(client, city, monkeypatch):
    shown = DemoAccount("minzheng", "geheim", "市民政局", "导入政策")
    monkeypatch.setattr(context, "_told_by", [lambda: DemoCity(AT.date(), "small", (shown,))])
    for browser, path in ((client, "/"), (client, "/nowhere/"), (city, "/office/")):
        assert "演示数据" in text_of(browser.get(path))
    page = text_of(client.get("/login/"))
    assert "minzheng" in page
    assert "geheim" in page


def test_a_real_installation_shows_no_accounts(client, monkeypatch):
    monkeypatch.setattr(context, "_told_by", [])
    page = text_of(client.get("/login/"))
    assert "演示" not in page


# ---- navigation and home ----


def labels(account, rf, path="/office/"):
    request = rf.get(path)
    request.user = account
    return {link.label for _, links in navigation.navigation(request) for link in links}


def test_the_menu_shows_what_the_role_may_open(world, rf):
    city_bureau = labels(world.accounts[Role.CITY_BUREAU], rf)
    assert {"工作台", "我的工作", "责任清单"} <= city_bureau
    leader = labels(world.accounts[Role.LEADER], rf)
    assert "我的工作" not in leader
    village = labels(world.accounts[Role.VILLAGE_WORKER], rf)
    assert "责任清单" not in village


def staff(world):
    return [account for account in world.accounts.values() if not account.is_public]


def test_every_menu_entry_leads_to_a_page_that_opens(world, rf):
    for account in staff(world):
        browser = Client()
        browser.force_login(account)
        for item, href in navigation.open_links(account):
            assert browser.get(href).status_code == 200, f"{account.role}: {item.name}"


def test_the_menu_marks_where_one_is(world, rf):
    request = rf.get("/office/work/")
    request.user = world.accounts[Role.CITY_BUREAU]
    current = [link.label for _, links in navigation.navigation(request) for link in links if link.current]
    assert current == ["我的工作"]


def test_every_role_has_a_home(world):
    for account in staff(world):
        browser = Client()
        browser.force_login(account)
        page = browser.get("/office/")
        assert page.status_code == 200
        assert account.organisation.name in text_of(page)


# ---- notices ----


def test_opening_a_notice_marks_it_read_and_leads_on(city, world):
    mine = world.accounts[Role.CITY_BUREAU]
    notice = Notice.objects.create(account=mine, key="k", title="有新任务", url="/office/work/", sent_at=AT)
    assert "1<span" in text_of(city.get("/office/"))
    answer = city.get(f"/office/notices/?open={notice.pk}")
    assert answer.headers["Location"] == "/office/work/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_another_accounts_notice_is_not_there(city, world):
    other = Notice.objects.create(account=world.second, key="k", title="x", url="", sent_at=AT)
    assert city.get(f"/office/notices/?open={other.pk}").status_code == 404


# ---- fragments and errors ----


@pytest.mark.parametrize(
    "path", ["/", "/about/", "/login/", "/office/", "/office/account/", "/office/notices/"]
)
def test_a_fragment_is_the_same_as_that_part_of_the_page(city, client, path):
    browser = city if path.startswith("/office/") else client
    whole = without_tokens(text_of(browser.get(path)))
    fragment = without_tokens(text_of(browser.get(path, headers={"HX-Request": "true"})))
    assert fragment.strip() in whole
    assert "<html" not in fragment


def test_a_missing_page_is_explained_in_words(client, city):
    for browser in (client, city):
        answer = browser.get("/nowhere/")
        assert answer.status_code == 404
        assert "没有找到这一页" in text_of(answer)


def test_a_form_without_its_token_is_refused_with_what_to_do(world):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/login/", {"username": "city", "password": PASSWORD})
    assert answer.status_code == 403
    assert "刷新后再试" in text_of(answer)


def test_an_expected_failure_says_its_message(rf):
    answer = error_page(rf.get("/"), 422, DomainError("细化指标之和比全市目标少 200 张。").message)
    assert answer.status_code == 422
    assert "少 200 张" in text_of(answer)


def test_an_unexpected_failure_is_a_calm_page(world, monkeypatch, settings):
    from yinling.shell import portal

    monkeypatch.setattr(portal, "list_published", lambda: 1 / 0)
    browser = Client(raise_request_exception=False)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "系统出了问题" in text_of(answer)


def test_being_alive_does_not_hang_on_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"


def test_pages_load_scripts_of_this_site_only_and_staff_pages_are_not_kept(client, city):
    public = client.get("/")
    assert "script-src 'self'" in public.headers["Content-Security-Policy"]
    assert "no-store" not in public.headers.get("Cache-Control", "")
    assert "no-store" in city.get("/office/").headers["Cache-Control"]
    for html in (text_of(public), text_of(city.get("/office/"))):
        assert not re.search(r"<script(?![^>]*(?:src=|application/json))", html)
        assert not re.search(r"\son\w+=", html)
