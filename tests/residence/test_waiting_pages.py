"""The waiting list in the browser's eyes: counter, desk, the public page and lookup, an elder's own page."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.residence import waiting as make
from yinling.core.access.roles import Role
from yinling.registry.models import PersonAccess
from yinling.registry.queries.people import main_number
from yinling.residence.models import Application, Objection, Offer, Publication
from yinling.residence.operations.offering import offer_bed
from yinling.residence.operations.publishing import publish_list
from yinling.residence.waiting_numbers import number_of, read_number, spaced

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def as_(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def page(client, name, /, *args, **query) -> str:
    answer = client.get(reverse(f"residence:{name}", args=args), query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def post(client, name, /, *args, **data):
    return client.post(reverse(f"residence:{name}", args=args), data, follow=True)


def elder(world, now, n=1, **more):
    person = make.elder(world, n, level=None, **more)
    make.assess(person, 2, at=now)
    return person


def test_a_village_worker_enters_an_application_and_prints_the_receipt(world, now):
    home, person, client = (
        make.public_home(world),
        elder(world, now),
        as_(world.accounts[Role.VILLAGE_WORKER]),
    )
    assert person.name in page(client, "waiting_new", text=person.name)
    answer = client.post(
        reverse("residence:waiting_new") + f"?person={person.pk}",
        {
            "channel": "phone",
            "asked_by": "王强",
            "relation": "长子",
            "home_1": home.pk,
            "bed_kinds": "nursing",
        },
        follow=True,
    )
    made = Application.objects.get()
    assert (made.channel, made.asked_by, made.bed_kinds) == ("phone", "王强", ["nursing"])
    assert spaced(made.number) in answer.content.decode()
    receipt = page(client, "waiting_receipt", made.pk)
    assert spaced(made.number) in receipt and "接下来" in receipt and "电话，长子 王强 代办" in receipt


def test_from_the_counter_to_the_offer_and_its_answer(world, now):
    home, person = make.public_home(world), elder(world, now)
    client = as_(world.accounts[Role.DISTRICT_BUREAU])
    made = make.apply(person, home, at=now)
    assert person.name in page(client, "waiting_due")
    assert "轮候中" in post(client, "waiting_verify", made.pk).content.decode()
    shown = page(client, "application", made.pk)
    assert "为什么排在第 1 位" in shown and "您的评估等级是 2 级" in shown and "示意规则" in shown
    bed = make.beds_of(home)[0]
    assert "按次序应通知" in page(client, "offers", bed=bed.pk)
    assert "怎样选定的" in post(client, "bed_offer", bed.pk).content.decode()
    offer = Offer.objects.get()
    assert "最迟在这一天答复" in page(client, "offer_notice", offer.pk)
    said = post(client, "offer_answer", offer.pk, accept="1", channel="phone").content.decode()
    assert "已登记接受" in said and Offer.objects.get().state == "accepted"
    figures = page(client, "waiting_figures")
    assert "环翠区社会福利院" in figures


def test_the_last_bed_twice_is_a_clear_message(world, now):
    home = make.public_home(world, beds=1)
    for n in (1, 2):
        make.waiting(elder(world, now, n), at=now)
    client, bed = as_(world.accounts[Role.DISTRICT_BUREAU]), make.beds_of(home)[0]
    post(client, "bed_offer", bed.pk)
    assert "不是可通知的空床" in post(client, "bed_offer", bed.pk).content.decode()
    assert Offer.objects.count() == 1


def test_everybody_sees_the_masked_list_and_nobody_a_name(world, now):
    person = elder(world, now, name="王翠花", kinds=["low_income"])
    made = make.waiting(person, at=now)
    shown = page(Client(), "queue")
    assert "还没有核对过" not in shown and "进入名单时按当时的档案和评估排好次序" in shown
    assert "王**" in shown and "翠花" not in shown and made.number not in shown
    assert f"{made.number[:2]}****{made.number[-3:]}" in shown and "特殊困难、低保老年人" in shown


def test_lookup_by_number_and_proof_and_no_hint_which_is_wrong(world, now):
    person = elder(world, now)
    made = make.waiting(person, at=now)
    client = Client()
    right = main_number(person)[-4:]
    for proof in (right, f"{person.born_on:%Y%m%d}", person.born_on.isoformat()):
        shown = post(client, "queue_lookup", number=spaced(made.number), proof=proof).content.decode()
        assert "第 <strong>1</strong> 位" in shown and person.name not in shown
    wrong = post(client, "queue_lookup", number=made.number, proof="0000")
    stranger = post(client, "queue_lookup", number=number_of(2026, 999_999), proof="0000")
    assert wrong.status_code == stranger.status_code == 422
    assert all("没有查到" in a.content.decode() for a in (wrong, stranger))
    for _ in range(8):
        last = post(client, "queue_lookup", number=made.number, proof="0000")
    assert "次数太多" in last.content.decode()


def test_numbers_show_a_slip_of_the_pen():
    number = number_of(2026, 147)
    assert read_number(spaced(number)) == number and len(number) == 9
    assert read_number(number[:-1] + str((int(number[-1]) + 1) % 10)) == ""
    assert read_number("二六〇") == "" and read_number("") == ""


def test_an_elder_applies_sees_the_place_and_answers(world, now):
    home, person, account = make.public_home(world), elder(world, now), world.accounts[Role.ELDER]
    PersonAccess.objects.create(
        account=account, person=person, relation="本人", ground="窗口核验", valid_from=date(2020, 1, 1)
    )
    client = as_(account)
    assert "我要申请" in page(client, "my_waiting", person.pk)
    assert "申请已经收到" in post(client, "my_apply", person.pk, home_1=home.pk).content.decode()
    made = Application.objects.get()
    post(as_(world.accounts[Role.CITY_BUREAU]), "waiting_verify", made.pk)
    assert "现在排在第 <strong>1</strong> 位" in page(client, "my_waiting", person.pk)
    offer = offer_bed(bed=make.beds_of(home)[0], by=None, at=now)
    assert "有床位了，请答复" in page(client, "my_waiting", person.pk)
    asked = post(client, "my_offer", person.pk, offer.pk, answer="yes").content.decode()
    assert "确定接受" in asked and Offer.objects.get().state == "open"  # not before it was said twice
    done = post(client, "my_offer", person.pk, offer.pk, answer="yes", sure="1").content.decode()
    assert "您已接受" in done and Offer.objects.get().answer_channel == "online"
    assert "已经答复过" in page(client, "my_offer", person.pk, offer.pk)


def test_objections_within_the_term_only_and_answered(world, now):
    make.waiting(elder(world, now), at=now)
    client = Client()
    assert "现在没有在异议期内的公示" in page(client, "queue_object")
    publish_list(by=None, at=now)
    assert Publication.objects.get().rows[0][0].startswith("王*")
    given = {"name": "周先生", "phone": "13812345678", "text": "我排在前面"}
    assert "异议已收到" in post(client, "queue_object", **given).content.decode()
    made = Objection.objects.get()
    office = as_(world.accounts[Role.CITY_BUREAU])
    shown = page(office, "objections")
    assert "我排在前面" in shown and "13812345678" not in shown
    answer = post(office, "objection_answer", made.pk, upheld="0", answer="经核查次序无误")
    assert "已答复" in answer.content.decode()
    Publication.objects.update(published_at=now - timedelta(days=40), objections_until=date(2020, 1, 1))
    assert post(client, "queue_object", **given).status_code == 422


def test_another_districts_applicant_is_shown_masked_to_the_homes_officer(world, now):
    home = make.public_home(world)
    made = make.waiting(elder(world, now, name="于远方", division=world.foreign_village), at=now)
    offer = offer_bed(bed=make.beds_of(home)[0], by=None, at=now)
    client = as_(world.accounts[Role.DISTRICT_BUREAU])
    assert "远方" not in page(client, "offer", offer.pk) + page(client, "offers")
    assert client.get(reverse("residence:application", args=[made.pk])).status_code == 404
    assert "已登记接受" in post(client, "offer_answer", offer.pk, accept="1").content.decode()


def test_filters_stand_in_the_address_and_the_export_has_the_same_rows(world, now):
    home, other = make.public_home(world), make.public_home(world, name="环翠区敬老院")
    mine, theirs = elder(world, now, 1), elder(world, now, 2)
    make.waiting(mine, home, at=now)
    make.waiting(theirs, other, at=now)
    client = as_(world.accounts[Role.CITY_BUREAU])
    shown = page(client, "waiting", home=home.pk)
    assert mine.name in shown and theirs.name not in shown
    assert "没有符合条件的申请" in page(client, "waiting", **{"class": "entitled"})
    export = client.get(reverse("residence:waiting_export"), {"home": home.pk})
    assert export["Content-Type"].endswith("sheet")
