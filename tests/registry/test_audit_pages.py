"""The auditor's pages: found by person, actor and day; shown in words; verified by a job; exports noted."""

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.registry.make import person
from tests.world import AT
from yinling.core import tasks
from yinling.core.access.roles import Role
from yinling.core.audit import record
from yinling.core.audit.wording import changes
from yinling.core.choices import AuditCheckState, AuditVerb
from yinling.core.models import AuditCheck, AuditEvent
from yinling.core.operations.audit_checks import CheckUnderWay, ask_audit_check
from yinling.core.queries.audit import AuditFilters, list_events
from yinling.registry.operations.people import update_person

RANGE = {"since": "2026-10-01", "until": "2026-12-31"}


@pytest.fixture(autouse=True)
def audit_dir(settings, tmp_path):
    settings.AUDIT_DIR = tmp_path


@pytest.fixture
def auditor(client, world):
    client.force_login(world.accounts[Role.AUDITOR])
    return client


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_one_persons_trail_is_found_by_file_number_with_before_and_after(auditor, world):
    elder, other = person(world.village, phone="10012345678"), person(world.village, name="赵六", serial=33)
    update_person(person=elder, name="王建军", by=world.accounts[Role.TOWN_OFFICER], at=AT)
    shown = text(auditor.get("/office/audit/", {"person": elder.file_number}))
    assert "姓名： 王" in shown and "→" in shown
    assert f"编号 {other.pk}" not in shown
    assert "没有符合条件的记录" in text(auditor.get("/office/audit/", {"person": "不是档案号"}))


def test_changes_are_said_field_by_field():
    said = changes({"姓名": "王*", "x": 1}, {"姓名": "李*", "类别": ["独居", "高龄"], "监护人": True})
    assert [tuple(c) for c in said] == [
        ("姓名", "王*", "李*"),
        ("类别", "", "独居、高龄"),
        ("监护人", "", "是"),
    ]
    assert changes(None, None) == [] and changes({"号码": "1"}, None)[0].after == "（已去掉）"


def test_pages_follow_by_key_without_gap_or_repeat(world):
    for n in range(120):
        at = AT + timedelta(seconds=n // 7)  # many at the same moment
        record(by=None, at=at, verb=AuditVerb.READ, act="open_file", subject=world.village)
    actor, filters, seen, after = world.accounts[Role.AUDITOR], AuditFilters(act="open_file"), [], ""
    while True:
        events, after = list_events(actor=actor, filters=filters, after=after)
        seen += [e.pk for e in events]
        if not after:
            break
    expected = AuditEvent.objects.filter(act="open_file").order_by("-at", "-pk")
    assert seen == list(expected.values_list("pk", flat=True)) and len(seen) == 120


def test_queries_do_not_grow_with_rows_and_use_an_index_of_one_year(auditor, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert auditor.get("/office/audit/", RANGE).status_code == 200
        return len(captured)

    record(by=world.second, at=AT, verb=AuditVerb.READ, act="open_file", subject=world.village)
    few = queries()
    for n, account in enumerate([*world.accounts.values()] * 4):
        at = AT + timedelta(minutes=n)
        record(by=account, at=at, verb=AuditVerb.READ, act="open_file", subject=world.village)
    assert queries() == few
    with CaptureQueriesContext(connection) as captured:
        list_events(
            actor=world.accounts[Role.AUDITOR], filters=AuditFilters(since=AT.date(), until=AT.date())
        )
    with connection.cursor() as cursor:
        # With a handful of rows any plan is cheap: leave the planner no way but an index that gives the order.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_incremental_sort = off")
        cursor.execute("EXPLAIN " + captured[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "core_auditevent_2026" in plan and "core_auditevent_2025" not in plan and "Sort" not in plan


def test_the_export_is_noted_and_names_the_asker(auditor, world):
    person(world.village)
    response = auditor.get("/office/audit/export/", {**RANGE, "act": "register_person"})
    cells = [c.value for line in load_workbook(io.BytesIO(response.content)).active for c in line if c.value]
    assert "建立人员档案" in cells and any("auditor" in str(c) for c in cells)
    assert AuditEvent.objects.get(act="export_audit").after == {"行数": 1}


def test_a_verification_is_asked_for_done_by_a_job_and_shown(auditor, world):
    person(world.village)
    assert "还没有核验过" in text(auditor.get("/office/audit/checks/"))
    assert "已开始核验" in text(auditor.post("/office/audit/checks/new/", follow=True))
    assert "正在核验" in text(auditor.get("/office/audit/checks/"))
    with pytest.raises(CheckUnderWay):
        ask_audit_check(by=world.accounts[Role.AUDITOR], at=AuditCheck.objects.get().asked_at)
    (job,) = ProcrastinateJob.objects.filter(task_name__endswith=".check_audit")
    tasks.check_audit(**job.args)
    assert "记录完整" in text(auditor.get("/office/audit/checks/"))
    event = AuditEvent.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_auditevent SET reason = 'x' WHERE id = %s", [event.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    tasks.check_audit(**job.args)
    shown = text(auditor.get("/office/audit/checks/"))
    assert "发现 1 处问题" in shown and str(event.pk) in shown and "这条记录被改动" in shown
    assert AuditCheck.objects.get().state == AuditCheckState.DONE
