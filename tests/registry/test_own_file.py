"""我的档案: elders and those entrusted see what is held and who read it; nobody else does."""

import io
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from tests.registry.make import id_number, person
from yinling.core.access.checks import OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent, Notice
from yinling.registry.choices import ConsentForm, ConsentGiver, RequestState
from yinling.registry.operations.consents import ConsentInput, grant_access, record_consent
from yinling.registry.operations.own_file import MOST_WAITING, TooManyWaiting, ask_correction
from yinling.registry.operations.reading import unmask_person


@pytest.fixture
def mine(world):
    """The elder's file, entrusted to the elder's and the family's account from today."""
    made = person(world.village, phone="10012345678", address="海滨路 9 号")
    for role, relation in ((Role.ELDER, "本人"), (Role.FAMILY, "长女")):
        grant_access(
            person=made,
            account=world.accounts[role],
            relation=relation,
            ground="窗口核验",
            by=None,
            at=timezone.now(),
        )
    return made


def client_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(response) -> str:
    return response.content.decode()


def test_one_file_is_opened_at_once_masked_and_says_who_read_it(world, mine):
    reader = world.accounts[Role.TOWN_OFFICER]
    unmask_person(person=mine, purpose="核对高龄津贴", by=reader, at=timezone.now())
    client = client_of(world.accounts[Role.ELDER])
    home = client.get("/my/")
    assert home.status_code == 302 and home.headers["Location"] == f"/my/{mine.pk}/"
    shown = text(client.get(home.headers["Location"]))
    assert "环翠楼街道办事处" in shown and "核对高龄津贴" in shown
    for secret in (id_number(), "10012345678", "海滨路"):
        assert secret not in shown
    full = text(client.post(f"/my/{mine.pk}/reveal/"))
    assert id_number() in full and "海滨路 9 号" in full
    assert AuditEvent.objects.filter(act="reveal_own_file").count() == 1


def test_a_grant_that_ended_and_a_stranger_see_nothing(world, mine):
    stranger = person(world.village, serial=13, name="于海")
    client = client_of(world.accounts[Role.FAMILY])
    assert client.get(f"/my/{stranger.pk}/").status_code == 404
    mine.accesses.update(valid_to=timezone.localdate())
    for url in ("", "readings/", "correction/"):
        assert client.get(f"/my/{mine.pk}/{url}").status_code == 404
    assert "还没有可以看的档案" in text(client.get("/my/"))
    with pytest.raises(OutOfScope):
        ask_correction(person=mine, text="电话换了", by=world.accounts[Role.FAMILY], at=timezone.now())


def test_a_consent_is_withdrawn_by_the_person(world, mine):
    given = ConsentInput("survey_call", ConsentGiver.SELF, ConsentForm.ORAL, date(2026, 1, 1))
    held = record_consent(person=mine, consent=given, by=None, at=timezone.now())
    client = client_of(world.accounts[Role.ELDER])
    assert client.post(f"/my/{mine.pk}/consents/{held.pk}/withdraw/").status_code == 303
    held.refresh_from_db()
    assert held.withdrawn_on is not None
    event = AuditEvent.objects.get(act="withdraw_consent")
    assert event.actor == world.accounts[Role.ELDER]


def test_a_correction_goes_to_the_village_and_its_answer_comes_back(world, mine):
    elder, staff = world.accounts[Role.ELDER], world.accounts[Role.VILLAGE_WORKER]
    client = client_of(elder)
    assert client.post(f"/my/{mine.pk}/correction/", {"text": "错"}).status_code == 422
    said = "电话换了，新的是 10011112222"
    assert client.post(f"/my/{mine.pk}/correction/", {"text": said}).status_code == 303
    assert Notice.objects.filter(account=staff).exists()
    asked = mine.corrections.get()
    url = f"/office/people/{mine.pk}/corrections/{asked.pk}/"
    assert client_of(staff).post(url, {"done": "1", "answer": "已更新电话"}).status_code == 303
    asked.refresh_from_db()
    assert asked.state == RequestState.DONE and "已更新电话" in text(client.get(f"/my/{mine.pk}/"))
    assert "10011112222" not in str(list(AuditEvent.objects.values_list("after", "reason")))
    for _ in range(MOST_WAITING):
        ask_correction(person=mine, text="还是不对", by=elder, at=timezone.now())
    with pytest.raises(TooManyWaiting):
        ask_correction(person=mine, text="还是不对", by=elder, at=timezone.now())


def test_the_copy_holds_everything_and_who_read_it(world, mine):
    reader = world.accounts[Role.TOWN_OFFICER]
    unmask_person(person=mine, purpose="核对高龄津贴", by=reader, at=timezone.now())
    answer = client_of(world.accounts[Role.FAMILY]).post(f"/my/{mine.pk}/copy/")
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = " ".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value)
    for held in (id_number(), "10012345678", "海滨路 9 号", "核对高龄津贴", "窗口核验"):
        assert held in cells
    assert AuditEvent.objects.get(act="copy_own_file").actor == world.accounts[Role.FAMILY]
