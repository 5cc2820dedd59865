"""Who gets in with which key, how often, and what a key does not open."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.api.conftest import client_of, key_of, system_like
from tests.registry import make
from tests.sweeps.rows_api import ROWS
from tests.world import PASSWORD
from yinling.core.access.checks import NotPermitted
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.core.machines.keys import MACHINE_RIGHTS
from yinling.core.models import ApiKey, AuditEvent, Notice
from yinling.core.operations.api_keys import KeyRefused, NoSuchSystem, connect_system, issue_key, revoke_key

PEOPLE = "/api/v1/people"
TODAY = timezone.localdate


def refused(client: Client) -> bool:
    answer = client.get(PEOPLE)
    return answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_is_kept_as_a_digest_only_and_opens_what_it_was_given(world):
    key = key_of(world.accounts[Role.DISTRICT_BUREAU], rights=[P.VIEW_PLACES])
    client = Client(headers={"Authorization": f"Bearer {key}"})
    assert client.get("/api/v1/places").status_code == 200
    assert client.get(PEOPLE).status_code == 403  # the role may, this key may not
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM core_apikey k")
        assert key not in cursor.fetchone()[0]


def test_no_key_a_wrong_one_a_taken_back_one_and_an_expired_one_are_the_same_401(world, district):
    assert district.get(PEOPLE).status_code == 200
    bodies = set()
    for text in (
        None,
        "Bearer",
        "Bearer yl_" + "x" * 43,
        "Basic eDp5",
        "Bearer 钥匙".encode().decode("latin-1"),
    ):
        client = Client(headers={"Authorization": text} if text else {})
        assert refused(client)
        bodies.add(client.get(PEOPLE).content)
    key = ApiKey.objects.get()
    ApiKey.objects.update(valid_until=TODAY() - timedelta(days=1))
    assert refused(district)
    ApiKey.objects.update(valid_until=TODAY())
    assert not refused(district)
    revoke_key(key=key, by=None, at=timezone.now())
    assert refused(district)
    assert len(bodies) == 1


def test_a_shut_system_and_an_address_outside_the_networks_are_refused(world):
    near = client_of(world.accounts[Role.DISTRICT_BUREAU], networks=["127.0.0.0/8"])
    far = client_of(world.accounts[Role.TOWN_OFFICER], networks=["10.1.0.0/16"])
    assert not refused(near)
    assert refused(far)
    key = ApiKey.objects.get(account__role=Role.DISTRICT_BUREAU)
    key.account.is_active = False
    key.account.save()
    assert refused(near)


def test_a_session_opens_nothing_and_a_system_cannot_sign_in(world):
    browser = Client()
    browser.force_login(world.accounts[Role.CITY_BUREAU])
    assert refused(browser)
    system = system_like(world.accounts[Role.CITY_BUREAU])
    assert not system.has_usable_password()
    assert not Client().login(username=system.username, password=PASSWORD)


def test_the_rate_is_counted_by_the_minute_and_says_when_to_come_back(world):
    client = client_of(world.accounts[Role.DISTRICT_BUREAU], per_minute=3)
    answers = [client.get(PEOPLE) for _ in range(9)]
    over = [a for a in answers if a.status_code == 429]
    assert 3 <= len(answers) - len(over) <= 6  # a minute may turn over meanwhile
    assert all(1 <= int(a["Retry-After"]) <= 60 for a in over)


def test_rights_term_and_networks_have_bounds(world):
    system = system_like(world.accounts[Role.VILLAGE_WORKER])
    at = timezone.now()
    good = {"account": system, "rights": [P.VIEW_PEOPLE], "valid_until": TODAY(), "by": None, "at": at}
    for wrong in (
        {"rights": []},
        {"rights": [P.VIEW_LEDGER]},  # not the role's
        {"rights": [P.MANAGE_ACCOUNTS]},  # no key's
        {"valid_until": TODAY() + timedelta(days=400)},
        {"valid_until": TODAY() - timedelta(days=1)},
        {"networks": ["nonsense"]},
        {"per_minute": 0},
    ):
        with pytest.raises(KeyRefused):
            issue_key(**good | wrong)
    with pytest.raises(NoSuchSystem):
        issue_key(**good | {"account": world.accounts[Role.VILLAGE_WORKER]})
    with pytest.raises(NotPermitted):
        issue_key(**good | {"by": world.accounts[Role.CITY_BUREAU]})
    with pytest.raises(KeyRefused):
        connect_system(name="家属", role=Role.FAMILY, organisation=world.bureau, by=None, at=at)


def test_issuing_is_on_record_without_the_key_and_the_unit_is_told(world):
    key = key_of(world.accounts[Role.CITY_BUREAU])
    event = AuditEvent.objects.get(act="issue_key")
    assert key not in str(event.after) and key[:7] in str(event.after)
    told = set(Notice.objects.filter(key__startswith="api-key-").values_list("account", flat=True))
    assert {world.accounts[Role.CITY_BUREAU].pk, world.second.pk} <= told


def test_keys_may_hold_exactly_what_endpoints_ask_for():
    asked = {row.permission for row in ROWS if row.by_key and row.permission}
    assert asked == MACHINE_RIGHTS


def test_the_page_shows_a_key_once_and_takes_it_back(world):
    admin = Client()
    admin.force_login(world.accounts[Role.ADMINISTRATOR])
    connect = {"name": "医保系统", "unit": "市民政局", "role": Role.CITY_BUREAU}
    page = admin.post("/office/systems/", connect)["Location"]
    form = {"rights": [P.VIEW_PEOPLE], "valid_until": TODAY().isoformat(), "networks": "", "per_minute": "60"}
    shown = admin.post(page, form).content.decode()
    key = shown.split('<code class="key">')[1].split("<")[0]
    assert key not in admin.get(page).content.decode()
    client = Client(headers={"Authorization": f"Bearer {key}"})
    make.person(world.village)
    assert client.get(PEOPLE).json()["items"]
    admin.post(f"/office/systems/keys/{ApiKey.objects.get().pk}/revoke/")
    assert refused(client)
