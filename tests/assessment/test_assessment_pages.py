import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests.assessment import make
from tests.world import AT
from yinling.assessment.choices import Purpose
from yinling.assessment.models import Assessment, AssessmentRequest, Assessor
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.models import PersonAccess


def client(account) -> Client:
    made = Client()
    made.force_login(account)
    return made


def send(who, assessment, revision, **changes):
    body = {"revision": revision, "changes": {k.replace("_", "."): v for k, v in changes.items()}}
    url = reverse("assessment:sheet_save", args=[assessment.pk])
    return client(who).post(url, json.dumps(body), content_type="application/json")


# What the tablet sends.


def test_a_saved_answer_tells_the_revision_and_all_answers(going, people):
    response = send(people[0].account, going, 0, B_1_1=3)
    assert (response.status_code, response.json()["revision"]) == (200, 1)
    response = send(people[1].account, going, 0, B_1_2=2)
    assert response.json()["answers"] == {"B.1.1": 3, "B.1.2": 2} and response.json()["done"] == 2


def test_the_same_batch_twice_is_one_answer(going, people):
    first, again = (send(people[0].account, going, 0, B_1_1=3).json() for _ in range(2))
    assert first == again and first["revision"] == 1


def test_a_clash_is_409_with_both_answers_in_words(going, people):
    send(people[0].account, going, 0, B_1_2=3)
    response = send(people[1].account, going, 0, B_1_2=1)
    told = response.json()
    assert response.status_code == 409 and told["code"] == "StaleRevision" and told["revision"] == 1
    assert told["conflicts"][0]["theirs"] == "需指导或提示" and told["answers"]["B.1.2"] == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b'{"revision": true, "changes": {}}', 400),
        (b'{"revision": 0, "changes": [1]}', 400),
        (b'{"revision": 0, "changes": {"B.1.1": 9}}', 422),
        (b'{"revision": 0, "changes": {"B.1.1": {"a": 1}}}', 422),
        (b'{"revision": 0, "changes": {"A.4.1": [[1]]}}', 422),
        (b'{"revision": 0, "changes": {"A.4.2": "\\u0000"}}', 200),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_written(going, people, body, status):
    url = reverse("assessment:sheet_save", args=[going.pk])
    response = client(people[0].account).post(url, body, content_type="application/json")
    assert response.status_code == status
    assert Assessment.objects.get(pk=going.pk).answers == {}


def test_after_the_conclusion_the_tablet_is_told_so(going, people):
    make.signed(going)
    response = send(people[0].account, going, 1, B_1_1=2)
    assert response.status_code == 409 and "已经出具结论" in response.json()["message"]


def test_a_sheet_that_is_not_given_is_not_found(world, elder, going):
    other = make.assessors(world, ("assessor_x", "assessor_y"))[0].account
    for name in ("sheet", "review", "assessment", "notice"):
        assert client(other).get(reverse(f"assessment:{name}", args=[going.pk])).status_code == 404
    assert send(other, going, 0, B_1_1=3).status_code == 404
    page = client(other).get(reverse("assessment:work")).content.decode()
    assert elder.name not in page


# The plain form.


def test_the_plain_form_saves_what_was_changed_only(going, people):
    first, second = (p.account for p in people)
    send(second, going, 0, B_1_1=1)  # after the first one opened the form
    form = {"revision": "0", "base": "{}", "B.1.2": "2", "A.4.1": ["1", "3"], "A.4.2": "阿司匹林"}
    url = reverse("assessment:sheet_save", args=[going.pk])
    assert client(first).post(url, form).status_code == 303
    row = Assessment.objects.get(pk=going.pk)
    assert row.answers == {"B.1.1": 1, "B.1.2": 2} and row.particulars["A.4.1"] == [1, 3]
    clash = client(first).post(url, {"revision": "0", "base": "{}", "B.1.1": "4"})
    assert clash.status_code == 409 and "再次保存将以您填的为准" in clash.content.decode()
    again = client(first).post(url, {"revision": "2", "base": '{"B.1.1": 1}', "B.1.1": "4"})
    assert again.status_code == 303 and Assessment.objects.get(pk=going.pk).answers["B.1.1"] == 4


def test_review_shows_what_is_missing_and_signing_concludes(going, people):
    first, second = (p.account for p in people)
    make.answered(going, first, B_1_1=None)
    page = client(first).get(reverse("assessment:review", args=[going.pk])).content.decode()
    assert "还不能签名" in page and "未填" in page
    send(first, going, 1, B_1_1=2)
    sign = reverse("assessment:sign", args=[going.pk])
    assert client(first).post(sign, {"revision": "1"}).status_code == 303  # an old one
    assert not Assessment.objects.get(pk=going.pk).members.filter(signed_at__isnull=False).exists()
    client(first).post(sign, {"revision": "2"})
    client(second).post(sign, {"revision": "2"})
    assert Assessment.objects.get(pk=going.pk).level == 1


# Requests, results and registers on their pages.


def test_from_the_persons_page_to_an_appointment(world, elder, people):
    village, district = world.accounts[Role.VILLAGE_WORKER], world.accounts[Role.DISTRICT_BUREAU]
    new = reverse("assessment:request_new", args=[elder.pk])
    assert "入住养老机构" in client(village).get(new).content.decode()
    form = {"reason": "first", "channel": "village", "asked_for_by": "王强", "relation": "儿子"}
    response = client(village).post(f"{new}?purpose=admission", form, follow=True)
    assert "申请已登记" in response.content.decode()
    asked = AssessmentRequest.objects.get()
    assert asked.entered_by == village and asked.channel == "village"
    slip = client(village).get(reverse("assessment:receipt", args=[asked.pk])).content.decode()
    assert "回执" in slip and "村（居）代办" in slip
    client(district).post(reverse("assessment:request_decide", args=[asked.pk]), {"accept": "1"})
    day = (asked.asked_at + timedelta(days=1)).date().isoformat()
    chosen = {"day": day, "time": "09:30", "where": "家里", "assessors": [p.pk for p in people]}
    appoint = reverse("assessment:appoint", args=[asked.pk])
    short = client(district).post(appoint, {**chosen, "assessors": [people[0].pk]})
    assert short.status_code == 422 and "2 名以上" in short.content.decode()
    assert client(district).post(appoint, chosen).status_code == 303
    work = client(people[0].account).get(reverse("assessment:work")).content.decode()
    assert elder.name in work and "家里" in work


def test_a_request_barred_by_its_self_rating_is_kept_and_told(world, elder):
    village = world.accounts[Role.VILLAGE_WORKER]
    form = {"reason": "first", "channel": "phone", "lasting": "on"}
    form |= {f"gate_{code}": "partial" for code in make.GATE}
    url = reverse("assessment:request_new", args=[elder.pk]) + "?purpose=ltci"
    page = client(village).post(url, form, follow=True).content.decode()
    assert "按规则不予受理：自评为 A 级" in page and AssessmentRequest.objects.get().state == "refused"


def test_answers_are_shown_to_fewer_than_the_level(world, elder, people):
    done = make.concluded(elder, people, changed={"B_1_1": 0})
    url = reverse("assessment:assessment", args=[done.pk])
    village = client(world.accounts[Role.VILLAGE_WORKER]).get(url).content.decode()
    district = client(world.accounts[Role.DISTRICT_BUREAU]).get(url).content.decode()
    assert "能力轻度受损" in village and "留置营养管" not in village
    assert "留置营养管" in district
    assert AuditEvent.objects.filter(act="open_sheet", subject_id=str(elder.pk)).count() == 1


def test_the_notice_is_a_word_file_that_says_why(world, elder, people):
    done = make.concluded(elder, people, changed={"B_1_1": 0})
    response = client(world.accounts[Role.DISTRICT_BUREAU]).get(
        reverse("assessment:notice_file", args=[done.pk])
    )
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        text = parts.read("word/document.xml").decode()
    assert "能力评估结果告知书" in text and "总分 86 分" in text and done.number in text


def test_the_notice_is_a_pdf_too(world, elder, people):
    done = make.concluded(elder, people)
    url = reverse("assessment:notice_pdf", args=[done.pk])
    response = client(world.accounts[Role.DISTRICT_BUREAU]).get(url)
    assert response.content[:5] == b"%PDF-" and response["Content-Type"] == "application/pdf"
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(response.content)).pages)
    assert done.number in text and "王建国" in text
    assert AuditEvent.objects.filter(act="download_notice", verb="export").count() == 1


def test_two_results_are_compared_item_by_item(world, elder, people):
    old = make.concluded(elder, people)
    new = make.concluded(elder, people, at=AT + timedelta(days=30), reason="immediate", changed={"B_1_1": 1})
    page = client(world.accounts[Role.DISTRICT_BUREAU]).get(
        reverse("assessment:comparison", args=[new.pk, old.pk])
    )
    text = page.content.decode()
    assert "大量接触式协助" in text and "其余 25 项没有变" in text and "变重" in text
    person = client(world.accounts[Role.DISTRICT_BUREAU]).get(reverse("registry:person", args=[elder.pk]))
    assert reverse("assessment:comparison", args=[old.pk, new.pk]) in person.content.decode()


def test_the_due_list_filters_and_exports(world, elder, people, monkeypatch):
    make.concluded(elder, people)
    later = AT + timedelta(days=330)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    city = client(world.accounts[Role.CITY_BUREAU])
    shown = city.get(reverse("assessment:due"), {"days": "60", "asked": "no"}).content.decode()
    assert elder.name in shown and "34 天" in shown
    assert elder.name not in city.get(reverse("assessment:due"), {"days": "30"}).content.decode()
    export = city.get(reverse("assessment:due_export"), {"days": "60"})
    assert export.content[:2] == b"PK"
    make.request(elder, at=later, reason="routine")
    assert elder.name not in city.get(reverse("assessment:due"), {"asked": "no"}).content.decode()


def test_the_register_takes_and_ends_assessors(world):
    district, assessor = client(world.accounts[Role.DISTRICT_BUREAU]), world.accounts[Role.ASSESSOR]
    url = reverse("assessment:assessors")
    form = {
        "account": assessor.pk,
        "is_medical": "on",
        "certificate": "评估员证 1 号",
        "valid_from": "2026-01-01",
    }
    assert district.post(url, form).status_code == 303
    assert "在册" in district.post(url, form).content.decode()  # again: refused, with the form
    district.post(reverse("assessment:assessor_end", args=[Assessor.objects.get().pk]), {"reason": "离职"})
    assert Assessor.objects.get().valid_to is not None


# The elder and the family.


def test_the_elder_reads_the_result_and_objects(world, elder, people):
    account = world.accounts[Role.ELDER]
    PersonAccess.objects.create(
        account=account, person=elder, relation="本人", ground="窗口核验", valid_from="2020-01-01"
    )
    done = make.concluded(elder, people, at=AT)
    Assessment.objects.filter(pk=done.pk).update(object_by="2099-01-01")
    own = client(account)
    assert "能力完好" in own.get(reverse("registry:my_file", args=[elder.pk])).content.decode()
    page = own.get(reverse("assessment:my_results", args=[elder.pk])).content.decode()
    assert "日常生活基本能自己料理" in page and "我有异议" in page
    url = reverse("assessment:my_objection", args=[elder.pk, done.pk])
    assert own.post(url, {"text": "  "}).status_code == 422
    assert own.post(url, {"text": "那天精神好，平时下不了床"}).status_code == 303
    asked = AssessmentRequest.objects.get(disputed=done)
    assert asked.channel == "online" and asked.purpose == Purpose.ADMISSION
    assert "等待受理" in own.get(reverse("assessment:my_results", args=[elder.pk])).content.decode()


def test_a_paper_result_is_entered_with_its_totals(world, elder):
    district = client(world.accounts[Role.DISTRICT_BUREAU])
    url = reverse("assessment:outside_result", args=[elder.pk]) + "?purpose=ltci"
    form = {
        "body": "医保评估机构", "number": "医保评 1 号", "issued_on": "2026-09-01", "level": "5",
        "total_C1": "42", "total_C2": "16", "total_C3": "1",
    }  # fmt: skip
    refused = district.post(url, form)
    assert refused.status_code == 422 and "5 的倍数" in refused.content.decode()
    assert district.post(url, form | {"total_C1": "40"}).status_code == 303
    assert Assessment.objects.get().level == 5
