"""Files of people by the interface: the same rules as the pages, safe to repeat, nothing overwritten unseen."""

import json

import pytest
from django.test import Client

from tests.api.conftest import client_of, key_of
from tests.races import at_once
from tests.registry import make
from tests.world import build_world
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.models import Person

URL = "/api/v1/people"


def send(client: Client, method: str, url: str, body: object, **headers: str):
    return client.generic(method, url, _json(body), "application/json", headers=headers)


def _json(body: object) -> str:
    return body if isinstance(body, str) else json.dumps(body)


def new(world, **more) -> dict:
    return {
        "name": "王建国",
        "id_number": make.id_number(),
        "division": world.village.nbs_code,
        "phone": "10012345678",
        "address": "环翠楼街道 1 号",
    } | more


def test_a_file_is_opened_read_corrected_and_closed(world, district):
    answer = send(district, "POST", URL, new(world))
    assert answer.status_code == 201
    made = answer.json()
    assert made["born_on"] == "1945-05-06" and made["sex"] == "male"
    assert make.id_number() not in answer.content.decode() and "10012345678" not in answer.content.decode()
    one = f"{URL}/{made['id']}"
    read = district.get(one)
    assert read.json() == made and read["ETag"] == answer["ETag"]
    changed = send(district, "PATCH", one, {"living": "alone"}, **{"If-Match": read["ETag"]})
    assert changed.json()["living"] == "alone" and changed["ETag"] != read["ETag"]
    category = {"kind": "low_income", "valid_from": "2026-01-01", "source": "区民政局"}
    added = send(district, "POST", f"{one}/categories", category)
    assert added.status_code == 201
    assert send(district, "POST", f"{one}/categories", category).status_code == 409
    end = {"on": "2026-06-01", "reason": "复核不符合"}
    ended = send(district, "POST", f"{one}/categories/{added.json()['categories'][0]['id']}/end", end)
    assert ended.json()["categories"][0]["valid_to"] == "2026-06-01"
    dead = {"state": "deceased", "on": "2026-10-01", "reason": "死亡证明"}
    assert send(district, "POST", f"{one}/state", dead).json()["left_on"] == "2026-10-01"
    assert send(district, "PATCH", one, {"living": "alone"}).status_code == 409
    acts = set(AuditEvent.objects.filter(subject_id=str(made["id"])).values_list("act", flat=True))
    assert {"register_person", "open_file", "update_person", "certify_category", "end_category"} <= acts


def test_a_change_on_an_old_reading_is_refused(world, district):
    one = f"{URL}/{make.person(world.village, phone='10012345678').pk}"
    old = district.get(one)["ETag"]
    # The masked phone looks the same; the tag tells them apart.
    assert send(district, "PATCH", one, {"phone": "10012995678"}).status_code == 200
    refused = send(district, "PATCH", one, {"name": "王卫国"}, **{"If-Match": old})
    assert refused.status_code == 412 and refused.json()["code"] == "Changed"
    assert Person.objects.get().name == "王建国"


def test_the_same_idempotency_key_opens_one_file(world, district):
    first = send(district, "POST", URL, new(world), **{"Idempotency-Key": "a1"})
    again = send(district, "POST", URL, new(world), **{"Idempotency-Key": "a1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() and Person.objects.count() == 1
    other = send(district, "POST", URL, new(world, name="他人"), **{"Idempotency-Key": "a1"})
    assert other.status_code == 422 and other.json()["code"] == "IdempotencyKeyReused"
    twice = send(district, "POST", URL, new(world), **{"Idempotency-Key": "a2"})
    assert twice.status_code == 409 and twice.json()["code"] == "PersonAlreadyRegistered"


def test_a_refused_act_leaves_its_idempotency_key_free(world, district):
    wrong = send(district, "POST", URL, new(world, id_number="1"), **{"Idempotency-Key": "b1"})
    assert wrong.status_code == 422
    assert send(district, "POST", URL, new(world), **{"Idempotency-Key": "b1"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_open_one_file():
    world = build_world()
    key = key_of(world.accounts[Role.DISTRICT_BUREAU])

    def ask():
        client = Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)
        return send(client, "POST", URL, new(world), **{"Idempotency-Key": "race"})

    got = at_once(*[ask] * 4)
    assert sorted(a.status_code for a in got) == [200, 200, 200, 201]
    assert Person.objects.count() == 1 and len({a.json()["id"] for a in got}) == 1


def test_a_number_is_found_by_post_and_only_inside_the_scope(world, district):
    make.person(world.village)
    make.person(world.foreign_village, serial=44)
    find = f"{URL}/find"
    assert send(district, "POST", find, {"id_number": make.id_number()}).status_code == 200
    foreign = send(district, "POST", find, {"id_number": make.id_number(serial=44)})
    absent = send(district, "POST", find, {"id_number": make.id_number(serial=46)})
    assert foreign.status_code == absent.status_code == 404 and foreign.content == absent.content
    assert AuditEvent.objects.filter(act="open_file").count() == 1
    assert AuditEvent.objects.filter(act="search_number").count() == 3  # trying numbers out leaves a trail


def test_full_particulars_ask_for_a_purpose_which_is_kept(world, district):
    one = f"{URL}/{make.person(world.village, phone='10012345678').pk}/unmask"
    assert send(district, "POST", one, {}).status_code == 422
    assert send(district, "POST", one, {"purpose": "看"}).status_code == 422
    shown = send(district, "POST", one, {"purpose": "核对高龄津贴"}).json()
    assert shown["phone"] == "10012345678" and shown["id_number"] == make.id_number()
    event = AuditEvent.objects.get(act="unmask_person")
    assert event.reason == "核对高龄津贴" and event.actor.is_machine
    village = client_of(world.accounts[Role.VILLAGE_WORKER], rights=["view_people"])
    assert send(village, "POST", one, {"purpose": "核对高龄津贴"}).status_code == 403


def test_the_list_goes_on_by_an_opaque_cursor_without_gaps(world, district):
    made = {make.person(world.village, serial=n, name="王").pk for n in range(10, 65)}
    seen, cursor = [], ""
    for _ in range(3):
        page = district.get(URL, {"cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        if not (cursor := page["next"]):
            break
    assert len(seen) == len(made) and set(seen) == made


HOSTILE = [
    ('{"name": "a\\u0000b"}', 400),
    ('{"name": "\\ud800"}', 400),
    ('{"name": ' + "[" * 5000 + "]" * 5000 + "}", 400),
    ('{"name": ' + "9" * 5000 + "}", 400),
    ('{"name": NaN}', 400),
    ('{"name": 1e999}', 400),
    ("{", 400),
    ("", 422),
    ("[]", 422),
    ('"text"', 422),
    ("null", 422),
    ('{"name": 1, "id_number": [], "division": {}}', 422),
    ('{"nmae": "misspelt"}', 422),
]


@pytest.mark.parametrize("body, status", HOSTILE, ids=range(len(HOSTILE)))
def test_bodies_that_nobody_can_mean_are_refused_in_words(body, status, district):
    answer = send(district, "POST", URL, body)
    assert answer.status_code == status
    said = answer.json()
    assert answer["Content-Type"] == "application/problem+json" and said["detail"] and said["code"]


def test_bytes_that_are_no_text_and_bodies_without_end_are_refused(district):
    assert district.generic("POST", URL, b"\xff\xfe", "application/json").status_code == 400
    assert district.generic("POST", URL, b"[" + b" " * 2**21 + b"]", "application/json").status_code == 413


def test_fields_at_fault_are_named_without_repeating_what_was_sent(world, district):
    answer = send(district, "POST", URL, new(world, living="nowhere", id_number=make.id_number() * 3))
    fields = {e["field"]: e["message"] for e in answer.json()["errors"]}
    assert set(fields) == {"living", "id_number"} and make.id_number() not in answer.content.decode()
    wrong = send(district, "POST", URL, new(world, division=world.town.nbs_code))
    assert wrong.status_code == 422 and wrong.json()["code"] == "UnknownDivision"
    foreign = send(district, "POST", URL, new(world, division=world.foreign_village.nbs_code))
    assert foreign.status_code == 422 and foreign.json()["code"] == "UnknownDivision"


@pytest.mark.parametrize(
    "url", [f"{URL}?cursor=%2B%2B", f"{URL}?cursor=abc%00", f"{URL}?ages=no", "/api/v1/none"]
)
def test_wrong_addresses_and_cursors_are_problems(url, district):
    answer = district.get(url)
    assert answer.status_code in (400, 404, 422)
    assert answer["Content-Type"] == "application/problem+json"
