"""Elders and families: phone, code, and whose file it is; without telling who is on file."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.registry import make
from yinling.core import phone_gateway
from yinling.core.access.roles import Role
from yinling.core.models import Account, AuditEvent, PhoneCode
from yinling.core.operations.phone_codes import TooManyCodes, check_code, send_code
from yinling.core.phones import BadPhone, read_phone

pytestmark = pytest.mark.django_db
PHONE = "10055556666"


class Gateway:
    sent: list[tuple[str, str]] = []

    def send_code(self, phone: str, code: str) -> None:
        self.sent.append((phone, code))


@pytest.fixture(autouse=True)
def gateway(settings):
    settings.PHONE_GATEWAY = f"{__name__}.Gateway"
    Gateway.sent = []
    return Gateway


@pytest.fixture
def elder(world):
    return make.person(world.village, name="王建国", phone=PHONE)


def text_of(response) -> str:
    return response.content.decode()


def prove_phone(client, phone=PHONE):
    assert client.post("/sign-in/", {"phone": phone}).headers["Location"] == "/sign-in/code/"
    return client.post("/sign-in/code/", {"code": Gateway.sent[-1][1]})


def name_elder(client, name="王建国", number=None):
    client.post("/sign-in/name/", {"name": name})
    return client.post("/sign-in/number/", {"number": number or make.id_number()})


def test_an_elder_signs_in_and_is_known_the_next_time(client, elder):
    assert prove_phone(client).headers["Location"] == "/sign-in/name/"
    assert name_elder(client).headers["Location"] == "/my/"
    account = Account.objects.get(phone_digest__isnull=False)
    assert elder.accesses.get().account == account
    assert not account.has_usable_password()
    assert client.get("/office/").status_code == 403
    client.post("/logout/")
    PhoneCode.objects.all().delete()
    from yinling.core.models import Attempt

    Attempt.objects.all().delete()  # the pause between two codes
    assert prove_phone(client).headers["Location"] == "/my/"
    assert Account.objects.filter(phone_digest__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("phone", "name", "number"),
    [
        (PHONE, "王建军", None),
        (PHONE, "王建国", make.id_number(serial=88)),
        (PHONE, "王建国", "not a number"),
        ("10099998888", "王建国", None),
    ],
    ids=["another name", "unknown number", "no number at all", "a phone not on file"],
)
def test_whatever_does_not_match_the_answer_is_the_same(client, elder, phone, name, number):
    prove_phone(client, phone)
    answer = name_elder(client, name, number)
    assert answer.status_code == 422
    assert "没有对上" in text_of(answer)
    assert not Account.objects.filter(phone_digest__isnull=False).exists()
    assert AuditEvent.objects.get(act="link_elder").after["电话"].count("*") == 4


def test_naming_people_is_limited(client, elder):
    prove_phone(client)
    for _ in range(5):
        name_elder(client, number=make.id_number(serial=77))
    assert "今天核对的次数太多" in text_of(name_elder(client))


def test_without_the_code_no_later_question_is_reached(client, elder):
    client.post("/sign-in/", {"phone": PHONE})
    assert client.get("/sign-in/name/").headers["Location"] == "/sign-in/"
    assert name_elder(client).headers["Location"] == "/sign-in/"


def test_a_code_is_good_for_five_minutes_five_tries_and_one_use(world):
    now = timezone.now()
    code = send_code(phone=PHONE, address="10.0.0.1", by=None, at=now)
    wrong = "000000" if code != "000000" else "111111"

    def check(given, at=now):
        return check_code(phone=PHONE, code=given, by=None, at=at)

    assert [check(wrong).tries_left for _ in range(4)] == [4, 3, 2, 1]
    assert not check(code, now + timedelta(minutes=6)).right
    assert check(f" {code[:3]} {code[3:]} ").right
    assert not check(code).right


def test_five_wrong_tries_use_a_code_up(world):
    now = timezone.now()
    code = send_code(phone=PHONE, address="10.0.0.1", by=None, at=now)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        check_code(phone=PHONE, code=wrong, by=None, at=now)
    assert not check_code(phone=PHONE, code=code, by=None, at=now).right


def test_codes_are_sent_seldom_to_a_phone_and_from_an_address(world):
    now = timezone.now()
    send_code(phone=PHONE, address="10.0.0.1", by=None, at=now)
    with pytest.raises(TooManyCodes, match=r"6[01] 秒"):
        send_code(phone=PHONE, address="10.0.0.2", by=None, at=now)
    for n in range(1, 5):
        send_code(phone=PHONE, address="10.0.0.1", by=None, at=now + timedelta(minutes=2 * n))
    with pytest.raises(TooManyCodes, match="分钟"):
        send_code(phone=PHONE, address="10.0.0.3", by=None, at=now + timedelta(minutes=12))


def test_neither_phone_nor_code_lies_open_in_the_database(client, elder):
    client.post("/sign-in/", {"phone": PHONE})
    code = Gateway.sent[-1][1]
    row = PhoneCode.objects.get()
    assert code.encode() not in bytes(row.code_digest) + bytes(row.phone_digest)
    assert PHONE not in str(Session.objects.get().get_decoded())


def test_a_family_member_with_access_signs_in_at_once(client, world, elder):
    from tests.world import AT
    from yinling.core.operations.public_accounts import open_public_account
    from yinling.registry.operations.consents import grant_access

    account = open_public_account(
        phone="10077778888", full_name="王丽", role=Role.FAMILY, division=elder.division, by=None, at=AT
    )
    grant_access(person=elder, account=account, relation="长女", ground="窗口核验", by=None, at=AT)
    assert prove_phone(client, "10077778888").headers["Location"] == "/my/"


def test_a_stopped_account_does_not_come_in(client, world, elder):
    prove_phone(client)
    name_elder(client)
    Account.objects.filter(phone_digest__isnull=False).update(is_active=False)
    other = Client()
    from yinling.core.models import Attempt

    Attempt.objects.all().delete()
    prove_phone(other)
    assert "没有对上" in text_of(name_elder(other))


def test_a_real_installation_without_a_sender_sends_nothing(client, elder, settings):
    settings.PHONE_GATEWAY = ""
    answer = client.post("/sign-in/", {"phone": PHONE})
    assert answer.status_code == 422
    assert "还没有接通短信" in text_of(answer)


def test_a_demo_city_shows_the_code_and_the_console_masks_the_phone(
    client, elder, settings, monkeypatch, capsys
):
    settings.PHONE_GATEWAY = ""
    monkeypatch.setattr(phone_gateway, "data_remark", lambda: "演示数据")
    client.post("/sign-in/", {"phone": PHONE})
    page = text_of(client.get("/sign-in/code/"))
    code = re.search(r'<strong class="number">(\d{6})<', page)[1]
    written = capsys.readouterr().err
    assert code in written
    assert PHONE not in written
    assert client.post("/sign-in/code/", {"code": code}).status_code == 303


@pytest.mark.parametrize("typed", ["138 0000 1111", "+86 138-0000-1111", "13800001111"])
def test_a_phone_is_read_as_people_type_it(typed):
    assert read_phone(typed) == "13800001111"


@pytest.mark.parametrize("typed", ["", "0631-5555555", "1380000111", "23800001111", "१३८००००११११"])
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(BadPhone):
        read_phone(typed)


def test_next_leads_to_this_site_only(client, elder):
    for target, expected in (("https://evil.example/", "/my/"), ("/my/?x=1", "/my/?x=1")):
        browser = Client()
        from yinling.core.models import Attempt

        Attempt.objects.all().delete()
        browser.post("/sign-in/", {"phone": PHONE, "next": target})
        answer = browser.post("/sign-in/code/", {"code": Gateway.sent[-1][1]})
        if answer.headers["Location"] == "/sign-in/name/":
            answer = name_elder(browser)
        assert answer.headers["Location"] == expected
