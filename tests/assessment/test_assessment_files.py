"""Assessments follow the file: merged and put back, moved, told before a death, copied, forgotten."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.assessment import make
from tests.registry import make as registry
from tests.world import AT, TODAY
from yinling.assessment.choices import Purpose
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.queries.results import valid_result
from yinling.core.access.roles import Role
from yinling.registry.choices import PersonState
from yinling.registry.consequences import consequences_of
from yinling.registry.events import PersonAnonymised
from yinling.registry.operations.duplicates import MergeRefused, merge_people, unmerge_people
from yinling.registry.operations.people import update_person
from yinling.registry.own_copy import write_copy


def test_results_move_with_a_merge_and_back(world, elder, people):
    twin = registry.person(world.other_village, name="王建囯", serial=14)
    old = make.concluded(elder, people, at=AT - timedelta(days=30))
    new = make.concluded(twin, people, changed={"B_1_1": 0})
    merge = merge_people(kept=elder, gone=twin, reason="与户口簿核对为同一人", by=None, at=AT)
    moved = Assessment.objects.get(pk=new.pk)
    assert (moved.person_id, moved.division_path) == (elder.pk, elder.division_path)
    assert valid_result(elder, Purpose.ADMISSION, AT).pk == new.pk  # the later of the two
    unmerge_people(merge=merge, reason="核对后不是同一人", by=None, at=AT)
    back = Assessment.objects.get(pk=new.pk)
    assert (back.person_id, back.division_path) == (twin.pk, twin.division_path)
    assert valid_result(elder, Purpose.ADMISSION, AT).pk == old.pk


def test_two_open_requests_for_one_purpose_stand_in_the_way_of_a_merge(world, elder):
    twin = registry.person(world.other_village, name="王建囯", serial=14)
    make.request(elder)
    make.request(twin)
    with pytest.raises(MergeRefused, match="评估申请"):
        merge_people(kept=elder, gone=twin, reason="与户口簿核对为同一人", by=None, at=AT)


def test_assessments_go_where_the_person_lives(world, elder, people):
    done = make.concluded(elder, people)
    update_person(person=elder, division=world.foreign_village, by=None, at=AT)
    url = reverse("assessment:assessment", args=[done.pk])
    for account, status in (
        (world.accounts[Role.DISTRICT_BUREAU], 404),
        (world.foreign[Role.DISTRICT_BUREAU], 200),
    ):
        browser = Client()
        browser.force_login(account)
        assert browser.get(url).status_code == status
    assert set(AssessmentRequest.objects.values_list("division_path", flat=True)) == {
        world.foreign_village.path
    }


def test_what_a_death_calls_off_is_told_before(elder):
    make.request(elder)
    line = "评估申请终止（入住养老机构）"
    assert line in consequences_of(elder, PersonState.DECEASED, TODAY)
    assert line not in consequences_of(elder, PersonState.MISSING, TODAY)


def test_the_own_copy_holds_conclusions_and_every_answer(world, elder, people):
    done = make.concluded(elder, people, changed={"B_1_1": 0})
    book = load_workbook(io.BytesIO(write_copy(person=elder, by=world.accounts[Role.ELDER], at=AT).data))
    told = "".join(
        str(c.value) for sheet in ("评估申请", "评估结论", "评估明细") for r in book[sheet].rows for c in r
    )
    assert done.number in told and "能力轻度受损" in told and "留置营养管" in told


def test_at_the_end_of_a_files_term_words_and_answers_go_and_levels_stay(elder, people):
    from yinling.core.events import publish

    done = make.concluded(elder, people, asked_for_by="王强", relation="儿子", words="听力不好")
    publish(PersonAnonymised(person_id=elder.pk, by=None, at=AT))
    row = Assessment.objects.select_related("request").get(pk=done.pk)
    assert (row.level, row.valid_until) == (0, done.valid_until)
    assert (row.where, row.answers, row.particulars, row.number) == ("", {}, {}, "")
    assert (row.request.asked_for_by, row.request.words) == ("", "")


def test_lists_ask_no_more_often_for_more_rows(world, people):
    def asked(name: str, account) -> int:
        browser = Client()
        browser.force_login(account)
        browser.get(reverse(name))  # what is kept after the first time
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(reverse(name)).status_code == 200
        return len(captured)

    pages = [
        (n, world.accounts[Role.DISTRICT_BUREAU])
        for n in ("assessment:requests", "assessment:due", "assessment:assessors")
    ]
    pages.append(("assessment:work", people[0].account))

    def grow(count: int, first: int) -> None:
        for n in range(count):
            someone = registry.person(world.village, serial=first + n, name=f"于{'海山玉兰英'[n]}")
            make.concluded(someone, people, at=AT - timedelta(days=330))
            make.appointed(someone, people, purpose=Purpose.CARE_SUBSIDY)

    grow(1, 20)
    few = [asked(*page) for page in pages]
    grow(5, 30)
    assert [asked(*page) for page in pages] == few
