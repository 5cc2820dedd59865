"""The door: locks, second factor, forced changes, sessions that end; what is said and what is noted."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.world import PASSWORD
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.core.operations.second_factors import set_up_second_factor
from yinling.core.second_factor import new_secret
from yinling.shell import sessions

pytestmark = pytest.mark.django_db
NEW = "qingshan-lvshui-88"


def text_of(response) -> str:
    return response.content.decode()


def try_in(client, username="city", password=PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password}, **more)


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + steps))


@pytest.fixture
def mine(world):
    return world.accounts[Role.CITY_BUREAU]


@pytest.fixture
def clock(monkeypatch):
    """`clock(minutes=31)` moves the middleware's and the views' clock on."""
    real, ahead = timezone.now, [timedelta()]
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead[0])
    return lambda **by: ahead.__setitem__(0, ahead[0] + timedelta(**by))


# ---- locks ----


def test_five_wrong_passwords_lock_the_account_for_a_while(client, world, clock):
    for _ in range(4):
        assert "账号或密码不对" in text_of(try_in(client, password="wrong"))
    assert "暂停登录" in text_of(try_in(client, password="wrong"))
    locked = try_in(client)  # even with the right password
    assert locked.status_code == 422
    assert re.search(r"请在 \d\d:\d\d 以后再试", text_of(locked))
    assert {"sign_in_refused", "lock_account"} <= set(AuditEvent.objects.values_list("act", flat=True))
    clock(minutes=16)
    assert try_in(client).status_code == 303


def test_a_lock_tells_not_whether_there_is_such_an_account(client, world):
    said = [
        [text_of(try_in(client, name, "wrong")) for _ in range(6)] for name in ("leader", "no-such-account")
    ]
    alerts = [[re.search(r'role="alert".*?</div></div>', page, re.S)[0] for page in pages] for pages in said]
    assert alerts[0] == alerts[1]


def test_what_was_typed_as_a_name_is_not_kept_when_nobody_has_it(client, world):
    try_in(client, "meine-geheime-losung", "x")
    event = AuditEvent.objects.get(act="sign_in_refused")
    assert "losung" not in str(event.after)


def test_an_address_is_locked_after_many_failures_whatever_the_account(client, world):
    for number in range(20):
        try_in(client, f"nobody{number}", "wrong")
    assert "暂停登录" in text_of(try_in(client))
    assert try_in(client, REMOTE_ADDR="10.9.8.7").status_code == 303


def test_an_administrator_lifts_a_lock(client, world):
    for _ in range(5):
        try_in(client, "leader", "wrong")
    keeper = Client()
    keeper.force_login(world.accounts[Role.ADMINISTRATOR])
    page = f"/office/accounts/{world.accounts[Role.LEADER].pk}/"
    assert "暂停登录中" in text_of(keeper.get(page))
    assert "leader" in text_of(keeper.get("/office/accounts/?state=locked"))
    keeper.post(f"{page}unlock/")
    assert try_in(client, "leader").status_code == 303


def test_the_right_password_starts_the_count_anew_and_tells_of_the_failures(client, world, mine):
    try_in(client)
    other = Client()
    for _ in range(3):
        try_in(other, password="wrong")
    home = other.get(try_in(other).headers["Location"])
    assert "此后有 3 次输错密码" in text_of(home)
    for _ in range(4):
        assert "账号或密码不对" in text_of(try_in(Client(), password="wrong"))


def test_the_public_and_machines_have_no_password_door(client, world):
    elder = world.accounts[Role.ELDER]
    assert try_in(client, elder.username).status_code == 422


# ---- passwords ----


def test_a_password_chosen_by_somebody_else_is_changed_before_anything(client, world, mine):
    mine.must_change_password = True
    mine.save()
    assert try_in(client).headers["Location"] == "/office/account/"
    assert client.get("/office/").headers["Location"] == "/office/account/"
    given = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert client.post("/office/account/", given).headers["Location"] == "/office/"
    assert client.get("/office/").status_code == 200


def test_an_old_password_is_changed_first(client, world, mine):
    mine.password_changed_at = timezone.now() - timedelta(days=181)
    mine.save()
    assert try_in(client).headers["Location"] == "/office/account/"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short-1", "至少要 10 位"),
        ("onlylowercase", "至少 3 类"),
        ("City-city-2026", "不能有账号"),
        (PASSWORD, "最近用过"),
    ],
)
def test_weak_and_former_passwords_are_refused(client, world, mine, new, said):
    client.force_login(mine)
    answer = client.post("/office/account/", {"current": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client, world, mine):
    other = Client()
    try_in(other)
    try_in(client)
    assert client.post("/office/account/", {"current": PASSWORD, "new": NEW, "again": NEW}).status_code == 303
    assert client.get("/office/").status_code == 200
    assert other.get("/office/").status_code == 302
    assert UserSession.objects.filter(user=mine).count() == 1


def test_guessing_the_password_at_an_unlocked_desk_is_counted_too(client, world, mine):
    client.force_login(mine)
    for _ in range(5):
        given = {"current": "wrong", "new": NEW, "again": NEW}
        assert "现在的密码不对" in text_of(client.post("/office/account/", given))
    answer = client.post("/office/account/", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 422 and "错了太多次" in text_of(answer)
    mine.refresh_from_db()
    assert mine.check_password(PASSWORD)


# ---- second factor ----


def enrol(account) -> tuple[str, list[str]]:
    """The secret and the recovery codes; the code of the step before is used up by this."""
    secret, now = new_secret(), timezone.now()
    codes = set_up_second_factor(account=account, secret=secret, code=code_of(secret, -1), by=account, at=now)
    return secret, codes


def test_a_code_is_asked_after_the_password_and_counts_once(client, world, mine):
    secret, _ = enrol(mine)
    assert try_in(client).headers["Location"] == "/login/code/"
    assert client.get("/office/").status_code == 302  # not in yet
    assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    code = code_of(secret)
    assert client.post("/login/code/", {"code": code}).headers["Location"] == "/office/"
    assert AuditEvent.objects.get(act="sign_in").after["方式"] == "密码和动态码"
    again = Client()
    try_in(again)
    assert again.post("/login/code/", {"code": code}).status_code == 422


def test_a_recovery_code_works_once(client, world, mine):
    _, codes = enrol(mine)
    for expected in (303, 422):
        browser = Client()
        try_in(browser)
        assert browser.post("/login/code/", {"code": codes[0]}).status_code == expected


def test_wrong_codes_lock_too(client, world, mine):
    secret, _ = enrol(mine)
    try_in(client)
    for _ in range(5):
        answer = client.post("/login/code/", {"code": "000000"})
    assert "暂停登录" in text_of(answer)
    assert client.post("/login/code/", {"code": code_of(secret)}).status_code == 422


def test_the_secret_lies_sealed(world, mine):
    secret, _ = enrol(mine)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_roles_that_must_have_a_second_factor_set_it_up_first(client, world, mine, settings):
    settings.REQUIRE_SECOND_FACTOR = ["city_bureau"]
    assert try_in(client).headers["Location"] == "/office/account/code/"
    assert client.get("/office/people/").headers["Location"] == "/office/account/code/"
    page = text_of(client.get("/office/account/code/"))
    secret = re.search(r'class="number">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "<svg" in page
    assert client.post("/office/account/code/", {"code": "000000"}).status_code == 422
    done = client.post("/office/account/code/", {"code": code_of(secret)})
    assert len(re.findall(r"<li>\d{4} \d{4}</li>", text_of(done))) == 10
    assert client.get("/office/").status_code == 200


def test_taking_the_second_factor_away_asks_for_the_password(client, world, mine):
    enrol(mine)
    client.force_login(mine)
    client.post("/office/account/code/remove/", {"password": "wrong"})
    assert Authenticator.objects.filter(user=mine).exists()
    client.post("/office/account/code/remove/", {"password": PASSWORD})
    assert not Authenticator.objects.filter(user=mine).exists()


# ---- sessions ----


def test_half_an_hour_without_a_request_signs_out(client, world, clock):
    try_in(client)
    clock(minutes=29)
    assert client.get("/office/").status_code == 200
    clock(minutes=29)
    assert client.get("/office/").status_code == 200
    clock(minutes=31)
    over = client.get("/office/notices/")
    assert over.headers["Location"] == "/login/?next=/office/notices/"
    assert "30 分钟没有操作" in text_of(client.get("/login/"))
    assert AuditEvent.objects.filter(act="sign_out").exists()
    assert not UserSession.objects.exists()


def test_a_fragment_asked_too_late_leads_the_whole_page_to_the_door(client, world, clock):
    try_in(client)
    clock(minutes=31)
    assert client.get("/office/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/login/"


def test_no_session_outlives_a_working_day(client, world, clock):
    try_in(client)
    for _ in range(24):
        clock(minutes=20)
        answer = client.get("/office/")
    assert answer.status_code == 303


def test_going_on_writes_the_session_at_most_once_a_minute(
    client, world, clock, django_assert_max_num_queries
):
    try_in(client)
    client.get("/office/")
    with django_assert_max_num_queries(2) as queries:
        client.get("/stay/")
    assert not [q for q in queries.captured_queries if q["sql"].startswith("UPDATE")]
    clock(minutes=2)
    before = Session.objects.get().session_data
    client.get("/stay/")
    assert Session.objects.get().session_data != before


def test_signing_in_takes_a_new_session_key(client, world):
    client.get("/login/")
    client.post("/login/code/", {"code": "1"})
    try_in(client)
    first = client.cookies["sessionid"].value
    try_in(client)
    assert client.cookies["sessionid"].value != first


def test_my_other_devices_are_listed_and_can_be_signed_out(client, world, mine):
    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari"}, REMOTE_ADDR="10.1.2.3")
    try_in(phone)
    try_in(client)
    page = text_of(client.get("/office/account/"))
    assert "苹果手机，Safari 浏览器" in page
    assert "10.1.2.3" in page
    other = UserSession.objects.get(ip="10.1.2.3")
    client.post("/office/account/sessions/", {"session": other.pk})
    assert phone.get("/office/").status_code == 302
    assert client.get("/office/").status_code == 200


def test_nobody_ends_somebody_elses_session(client, world, mine):
    other = Client()
    try_in(other, "leader")
    try_in(client)
    client.post("/office/account/sessions/", {"session": UserSession.objects.exclude(user=mine).get().pk})
    assert other.get("/office/").status_code == 200


def test_a_claimed_address_counts_only_behind_our_own_proxy(rf, settings):
    from yinling.core.addresses import address_of

    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.9"}, REMOTE_ADDR="10.0.0.1")
    assert address_of(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert address_of(request) == "10.0.0.9"


def test_every_way_of_signing_in_begins_a_session_that_ends(client, world, mine):
    client.force_login(mine)
    assert sessions.SINCE in client.session


def test_secrets_of_second_factors_follow_the_keys(world, mine):
    from yinling.core import second_factor
    from yinling.core.sealing.keyring import keyring

    secret, _ = enrol(mine)
    current = keyring().current
    version = getattr(current, "version", current)
    assert second_factor.uses_key(version)
    assert not second_factor.uses_key(version + 1)
    assert second_factor.outdated(version + 1)
    before = Authenticator.objects.get(type="totp").data["secret"]
    second_factor.reseal(timezone.now())
    assert Authenticator.objects.get(type="totp").data["secret"] != before
    assert second_factor.accept_code(mine, code_of(secret), at=timezone.now())


def test_old_traces_are_cleared_at_night_and_live_ones_stay(client, world, clock):
    from yinling.core.models import Attempt
    from yinling.core.operations.signing_in import clear_sign_in_traces

    try_in(client)
    try_in(Client(), "leader", "wrong")
    clear_sign_in_traces(by=None, at=timezone.now())
    assert client.get("/office/").status_code == 200
    assert Attempt.objects.exists()
    clear_sign_in_traces(by=None, at=timezone.now() + timedelta(days=3))
    assert not (Attempt.objects.exists() or UserSession.objects.exists() or Session.objects.exists())
