"""A third instrument is one more file: nothing else has to be written for it to be asked for, answered and told."""

import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.assessment import make
from tests.registry import make as registry
from tests.world import AT
from yinling.assessment.choices import Channel, Purpose
from yinling.assessment.operations.accepting import accept_result
from yinling.assessment.operations.requests import RequestInput, decide_request, request_assessment
from yinling.assessment.queries.results import valid_result
from yinling.core.access.roles import Role
from yinling.rulebook import assessing, instruments

pytestmark = pytest.mark.django_db
FILE = """
id: walk-2026
name: 走路简易评估
standard: 试 1 号
issuer: 某市民政局
valid_from: 2026-01-01
source: 测试
verified: false
caution: 只用于测试
domains: [{code: W, name: 走路, highest: 4}]
items:
  - {code: W.1, name: 走平路, domain: W, options: {2: 自己走, 1: 有人扶, 0: 走不了}}
  - {code: W.2, name: 上下楼, domain: W, options: {2: 自己走, 1: 有人扶, 0: 走不了}}
levels: [走得好, 要人扶, 走不了]
bands: [{low: 4, high: 4, value: 0}, {low: 1, high: 3, value: 1}, {low: 0, high: 0, value: 2}]
assessing:
  purposes: [admission]
  accepted_for: [care_subsidy]
  decide_within: 2
  assess_within: 2
  object_within: 5
  valid_months: 6
  members: 3
  medical_members: 2
  soon_days: 30
"""


@pytest.fixture
def third(tmp_path, monkeypatch):
    for file in instruments.files():
        shutil.copy(file, tmp_path)
    (tmp_path / "walk-2026.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(instruments, "FOLDER", Path(tmp_path))
    caches = (instruments.load, assessing.load, assessing.accepted_for)
    for cache in caches:
        cache.cache_clear()
    yield "walk-2026"
    for cache in caches:
        cache.cache_clear()


def test_a_third_instrument_is_one_file(world, third):
    elder = registry.person(world.village)
    people = make.assessors(world, ("assessor", "assessor_b", "assessor_c"))
    people[1].is_medical = True
    people[1].save()
    district = Client()
    district.force_login(world.accounts[Role.DISTRICT_BUREAU])
    new = reverse("assessment:request_new", args=[elder.pk]) + "?purpose=admission"
    assert "走路简易评估" in district.get(new).content.decode()

    given = RequestInput(purpose=Purpose.ADMISSION, instrument=third, channel=Channel.COUNTER)
    asked = request_assessment(person=elder, given=given, by=None, at=AT)
    decide_request(request=asked, accept=True, by=None, at=AT)
    going = make.give(asked, people)
    sheet = Client()
    sheet.force_login(people[0].account)
    page = sheet.get(reverse("assessment:sheet", args=[going.pk])).content.decode()
    assert "走平路" in page and "第 2 项，共 2 项" in page
    done = make.signed(going, W_1=1)

    assert (done.level, done.result["level_name"]) == (1, "要人扶")
    assert done.valid_until == AT.date().replace(month=AT.month - 6, year=AT.year + 1)
    assert valid_result(elder, Purpose.ADMISSION, AT).pk == done.pk
    notice = district.get(reverse("assessment:notice", args=[done.pk])).content.decode()
    assert "1 级 要人扶" in notice and "总分 3 分（满分 4 分）" in notice and "尚未与官方文本核对" in notice
    accept_result(assessment=done, purpose=Purpose.CARE_SUBSIDY, reason="按文件采信", by=None, at=AT)
    assert valid_result(elder, Purpose.CARE_SUBSIDY, AT).instrument == third
