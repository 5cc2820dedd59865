"""Lists of people going out: masked, marked, noted; in full only with a second person."""

import io

import openpyxl
import pytest

from tests.registry import make
from tests.world import AT
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.files import open_stored, read_bytes
from yinling.core.models import AuditEvent
from yinling.registry.choices import ExportState
from yinling.registry.operations import people_exports as ops
from yinling.registry.operations.reading import PurposeMissing
from yinling.registry.queries.people import PeopleFilters


@pytest.fixture
def w(world):
    make.person(world.village, serial=1, phone="13812345678", address="=文化路1号")
    make.person(world.foreign_village, name="于海", serial=2)
    world.by, world.other = world.accounts[Role.DISTRICT_BUREAU], world.accounts[Role.CITY_BUREAU]
    return world


def ask(w, kind="csv", **more):
    return ops.ask_export(filters=PeopleFilters(), kind=kind, by=w.by, at=AT, **more)


def made(w, export):
    return ops.make_export(export=export, by=None, at=AT)


def test_a_masked_list_is_made_at_once_with_the_name_of_who_asked(w):
    export = made(w, ask(w))
    text = read_bytes(ops.download_export(export=export, by=w.by, at=AT)).decode("utf-8-sig")
    assert "王建国" in text and "于海" not in text and w.by.username in text.splitlines()[0]
    assert make.id_number(serial=1) not in text and "13812345678" not in text and "文化路" not in text
    assert export.row_count == 1 and export.state == ExportState.READY
    acts = set(AuditEvent.objects.filter(subject_id=str(export.pk)).values_list("act", flat=True))
    assert acts == {"ask_export", "make_export", "download_export"}


def test_an_excel_file_opens_and_keeps_its_mark(w):
    export = made(w, ask(w, kind="xlsx"))
    with open_stored(export.file) as stored:
        book = openpyxl.load_workbook(io.BytesIO(stored.read()))
    cells = [str(c.value) for row in book.active.iter_rows() for c in row if c.value]
    assert any(w.by.username in c for c in cells) and "王建国" in cells


def test_full_numbers_wait_for_another_person(w):
    with pytest.raises(PurposeMissing):
        ask(w, in_full=True)
    export = ask(w, in_full=True, purpose="发放高龄津贴")
    assert made(w, export).state == ExportState.WAITING
    with pytest.raises(ops.SecondPersonNeeded):
        ops.decide_export(export=export, approved=True, by=w.by, at=AT)
    with pytest.raises(NotPermitted):
        ops.decide_export(export=export, approved=True, by=w.accounts[Role.LEADER], at=AT)
    export = made(w, ops.decide_export(export=export, approved=True, by=w.other, at=AT))
    text = read_bytes(export.file).decode("utf-8-sig")
    assert make.id_number(serial=1) in text and "'=文化路1号" in text  # no formula
    with pytest.raises(ops.ExportNotWaiting):
        ops.decide_export(export=export, approved=False, by=w.other, at=AT)


def test_the_link_ends_and_belongs_to_who_asked(w):
    export = made(w, ask(w))
    with pytest.raises(ops.ExportGone):
        ops.download_export(export=export, by=w.other, at=AT)
    with pytest.raises(ops.ExportGone):
        ops.download_export(export=export, by=w.by, at=export.expires_at)
    assert ops.expire_exports(by=None, at=export.expires_at) == 1
    export.refresh_from_db()
    assert export.state == ExportState.EXPIRED and export.file is None


def test_only_csv_for_more_people_than_a_sheet_is_made_for(w, monkeypatch):
    monkeypatch.setattr(ops, "MOST_IN_EXCEL", 0)
    with pytest.raises(ops.TooManyRows):
        ask(w, kind="xlsx")
    assert made(w, ask(w)).row_count == 1


def test_who_lost_the_right_in_the_meantime_gets_no_file(w):
    export = ask(w)
    w.by.role = Role.INSPECTOR
    w.by.save()
    assert made(w, export).state == ExportState.REFUSED
    assert made(w, export).file is None  # and the job is over, not tried again for ever
    assert AuditEvent.objects.filter(act="refuse_export", subject_id=str(export.pk)).exists()
