"""The elder, or those entrusted, ask for an assessment themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from tests.assessment import make
from tests.registry import make as registry
from tests.world import AT
from yinling.assessment.checks import NotInRegister
from yinling.assessment.choices import Channel, Purpose, Reason, RequestState
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.operations.requests import (
    RequestAlreadyOpen,
    ResultStillHolds,
    TriedOften,
    decide_request,
)
from yinling.core.access.checks import OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.choices import PersonState
from yinling.registry.models import Person, PersonAccess

ALL = {f"gate_{code}": "dependent" for code in make.GATE}


def entrust(account, person, relation):
    PersonAccess.objects.create(
        account=account, person=person, relation=relation, ground="窗口核验", valid_from="2020-01-01"
    )
    made = Client()
    made.force_login(account)
    return made


@pytest.fixture
def son(world, elder):
    return entrust(world.accounts[Role.FAMILY], elder, "儿子")


@pytest.fixture
def own(world, elder):
    return entrust(world.accounts[Role.ELDER], elder, "本人")


def new(elder, purpose=""):
    query = f"?purpose={purpose}" if purpose else ""
    return reverse("assessment:my_request_new", args=[elder.pk]) + query


def text(response) -> str:
    return response.content.decode()


def test_the_son_asks_and_gets_a_receipt_that_says_what_comes(world, elder, son):
    assert "想住养老院" in text(son.get(new(elder)))
    response = son.post(new(elder, "admission"), {"words": "最近走路不稳"})
    asked = AssessmentRequest.objects.get()
    assert response.status_code == 303
    assert response.url == reverse("assessment:my_request", args=[elder.pk, asked.pk])
    assert (asked.channel, asked.reason, asked.state) == (Channel.ONLINE, Reason.FIRST, RequestState.ASKED)
    assert (asked.asked_for_by, asked.relation) == (world.accounts[Role.FAMILY].full_name, "儿子")
    receipt = text(son.get(response.url))
    assert "回执编号" in receipt and str(asked.pk) in receipt and "最晚" in receipt and "不收费" in receipt
    event = AuditEvent.objects.get(act="request_assessment", subject_id=str(elder.pk))
    assert event.after["渠道"] == "网上"


def test_where_it_stands_is_told_on_the_file_and_among_the_assessments(elder, own):
    own.post(new(elder, "admission"), {})
    asked = AssessmentRequest.objects.get()
    assert asked.asked_for_by == ""  # the person's own asking
    url = reverse("assessment:my_request", args=[elder.pk, asked.pk])
    for name in ("registry:my_file", "assessment:my_results"):
        page = text(own.get(reverse(name, args=[elder.pk])))
        assert "等待受理" in page and url in page
    decide_request(request=asked, accept=True, by=None, at=AT)
    assert "正在安排评估" in text(own.get(reverse("registry:my_file", args=[elder.pk])))


def test_an_open_request_is_not_asked_for_again(world, elder, own):
    own.post(new(elder, "admission"), {})
    assert "看办到哪一步" in text(own.get(new(elder)))
    assert "不用再申请" in text(own.get(new(elder, "admission")))
    again = own.post(new(elder, "admission"), {})
    assert again.status_code == 422 and AssessmentRequest.objects.count() == 1
    with pytest.raises(RequestAlreadyOpen, match="正在办理"):
        make.request(elder, by=world.accounts[Role.ELDER])
    own.post(new(elder, "care_subsidy"), {})
    assert AssessmentRequest.objects.count() == 2


def test_a_result_that_holds_is_not_made_again_unless_something_changed(world, elder, own):
    done = make.concluded(elder, make.assessors(world), at=AT)
    day = localdate(now())
    Assessment.objects.filter(pk=done.pk).update(valid_until=day + timedelta(days=200))
    refused = own.post(new(elder, "admission"), {"reason": "routine"})
    assert refused.status_code == 422 and "现在不用再评" in text(refused)
    with pytest.raises(ResultStillHolds, match="身体有明显变化"):
        make.request(elder, by=world.accounts[Role.ELDER], at=now())
    silent = own.post(new(elder, "admission"), {"reason": "immediate"})
    assert silent.status_code == 422 and "有什么变化" in text(silent)
    changed = {"reason": "immediate", "words": "上个月摔了一跤，现在下不了床"}
    assert own.post(new(elder, "admission"), changed).status_code == 303
    assert AssessmentRequest.objects.get(state="asked").reason == Reason.IMMEDIATE


def test_the_self_rating_is_asked_for_and_bars_with_its_reason(elder, own):
    page = text(own.get(new(elder, "ltci")))
    assert "上下床" in page and "全靠别人" in page
    unanswered = own.post(new(elder, "ltci"), {"lasting": "1"})
    assert unanswered.status_code == 422 and not AssessmentRequest.objects.exists()
    light = {**ALL, **dict.fromkeys(list(ALL)[1:], "independent"), "lasting": "1"}
    barred = own.post(new(elder, "ltci"), light)
    asked = AssessmentRequest.objects.get()
    assert barred.status_code == 303 and asked.state == RequestState.REFUSED
    assert "没有受理" in text(own.get(barred.url)) and asked.decided_why in text(own.get(barred.url))
    assert own.post(new(elder, "ltci"), {**ALL, "lasting": "1"}).status_code == 303
    assert AssessmentRequest.objects.filter(state="asked", purpose=Purpose.LTCI).count() == 1


def test_the_gate_is_not_to_be_tried_out(world, elder):
    account = world.accounts[Role.ELDER]
    entrust(account, elder, "本人")
    rating = dict.fromkeys(make.GATE, "independent")
    for _ in range(3):
        make.request(elder, by=account, purpose=Purpose.LTCI, self_rating=rating)
    with pytest.raises(TriedOften, match="打服务电话"):
        make.request(elder, by=account, purpose=Purpose.LTCI)
    make.request(elder, by=account, purpose=Purpose.LTCI, at=AT + timedelta(days=1))


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (PersonState.DECEASED, "已去世"),
        (PersonState.MOVED_AWAY, "到现在住的地方申请"),
        (PersonState.MISSING, "失联"),
    ],
)
def test_a_file_that_is_closed_says_why(world, elder, own, state, why):
    Person.objects.filter(pk=elder.pk).update(state=state, left_on="2026-10-01")
    for response in (own.get(new(elder, "admission")), own.post(new(elder, "admission"), {})):
        assert why in text(response) and "现在不能申请" in text(response)
    with pytest.raises(NotInRegister, match=why):
        make.request(elder, by=world.accounts[Role.ELDER])
    assert not AssessmentRequest.objects.exists()
    assert "申请能力评估" not in text(own.get(reverse("assessment:my_results", args=[elder.pk])))


def test_nobody_asks_for_a_stranger_nor_by_another_way_than_online(world, elder):
    account = world.accounts[Role.FAMILY]
    with pytest.raises(OutOfScope, match="没有委托"):
        make.request(elder, by=account)
    entrust(account, elder, "儿子")
    assert make.request(elder, by=account, channel=Channel.COUNTER).channel == Channel.ONLINE


def test_the_receipt_is_under_the_right_person_only(world, elder, son):
    other = registry.person(world.village, serial=44)
    asked = make.request(other)
    assert son.get(reverse("assessment:my_request", args=[elder.pk, asked.pk])).status_code == 404
    assert son.get(reverse("assessment:my_request", args=[other.pk, asked.pk])).status_code == 404
