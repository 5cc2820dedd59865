"""Bulletins: every figure from a frozen month, equal on page, in Word and on the board; published by a second."""

import io
import json
import shutil
from datetime import UTC, date, datetime

import docx
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.governance.dispatch import COUNT, OCTOBER, RATIO, build_dispatch, hand_in, report_of
from tests.world import AT, build_world
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.files import read_bytes
from yinling.core.models import AuditEvent, Notice
from yinling.governance.bulletins import charts
from yinling.governance.choices import BulletinKind
from yinling.governance.models import Bulletin, Figure, Snapshot, Task
from yinling.governance.operations import bulletins as ops
from yinling.governance.operations import rounds
from yinling.governance.operations.snapshots import SnapshotInUse, take_snapshot
from yinling.governance.queries import duties
from yinling.governance.queries.month_ends import get_months_to_close
from yinling.governance.queries.snapshots import folder_of, snapshot_values
from yinling.kernel.periods import BadPeriod, Month

LATER = datetime(2026, 11, 8, 2, 0, tzinfo=UTC)
MONTH, QUARTER = BulletinKind.MONTH, BulletinKind.QUARTER
CHART = {
    "kind": "chart",
    "categories": ["已达标", "滞后"],
    "series": [{"name": "本期", "tone": "info", "values": [3, None]}],
    "stacked": False,
}
draw = charts.draw
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def w(django_db_setup, django_db_blocker, tmp_path_factory):
    """October with an accepted report of 民政局 (月探访率 90/100), one not verified, the rest silent; locked and
    frozen. Built once; each test is rolled back to it. Charts are drawn once."""
    kept = {**duties.rulebook.load(), COUNT.id: COUNT}
    only = {i.id: i for i in kept.values() if not i.reported_by or i.id in (RATIO.id, COUNT.id)}
    drawn = charts.draw(CHART, font=charts.chinese_font())
    folder = tmp_path_factory.mktemp("bulletins")
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(settings, "SNAPSHOTS_DIR", folder / "snapshots")
        patch.setattr(settings, "FILES_DIR", folder / "files")
        patch.setattr(duties.rulebook, "load", lambda: only)
        patch.setattr(charts, "draw", lambda chart, font: drawn)
        w = build_dispatch(build_world())
        w.writer, w.liaison = w.accounts[Role.CITY_BUREAU], w.accounts[Role.DEPARTMENT_LIAISON]
        w.round = rounds.open_round(month=OCTOBER, by=w.writer, at=AT)
        report = hand_in(report_of(w.round, w.bureau), by=w.writer)
        rounds.accept_report(report=report, by=w.second, at=AT)
        hand_in(report_of(w.round, w.health), by=w.liaison)
        rounds.lock_round(round_=w.round, by=w.writer, at=LATER)
        take_snapshot(month=OCTOBER, by=w.writer, at=LATER)
        yield w
        transaction.set_rollback(True)


@pytest.fixture
def kept_files(w, tmp_path):
    """The files of October as they were, put back after a test that changes them: no rollback does that."""
    shutil.copytree(folder_of(OCTOBER), tmp_path / "kept")
    yield
    shutil.rmtree(folder_of(OCTOBER))
    shutil.copytree(tmp_path / "kept", folder_of(OCTOBER))


def write(w, kind=MONTH, period="2026-10", at=LATER) -> Bulletin:
    return ops.write_bulletin(kind=kind, period=period, by=w.writer, at=at)


def word(bulletin) -> docx.document.Document:
    return docx.Document(io.BytesIO(read_bytes(bulletin.file)))


def cells(document) -> set[str]:
    return {cell.text for table in document.tables for row in table.rows for cell in row.cells}


def test_its_figures_are_those_of_the_frozen_month(w):
    data = write(w).content["data"]
    board = {row.id: row for row in snapshot_values(OCTOBER).board()}
    assert {i["id"] for i in data["indicators"]} == set(board)
    for one in data["indicators"]:
        row = board[one["id"]]
        assert (one["numerator"], one["denominator"]) == (row.numerator, row.denominator)
        assert one["value"] == (None if row.value is None else str(row.value))
        assert one["status"] == (str(row.status) if row.status else None)
    visits = next(i for i in data["indicators"] if i["id"] == RATIO.id)
    assert float(visits["value"]) == 90 and visits["state"] == "verified"
    assert sum(t["count"] for t in data["tally"]) == sum(1 for r in board.values() if r.status)


def test_what_was_only_reported_is_not_in_it(w):
    data = write(w).content["data"]
    made = next(i for i in data["indicators"] if i["id"] == COUNT.id)
    assert made["value"] is None and made["status"] == "no_data"
    assert data["reports"]["not_verified"] == ["市卫生健康委"]
    assert "市财政局" in data["reports"]["not_submitted"]


def test_it_is_classified_by_department_and_by_district(w):
    data = write(w).content["data"]
    bureau = next(d for d in data["departments"] if d["name"] == "市民政局")
    assert bureau["tasks"]["total"] == 1 and bureau["report"]["state"] == "accepted"
    health = next(d for d in data["departments"] if d["name"] == "市卫生健康委")
    assert health["tasks"]["total"] == 2 and health["report"]["state"] == "submitted"
    assert [d["name"] for d in data["districts"]] == ["环翠区", "荣成市"]


def test_word_and_page_show_the_same_words_and_numbers(w):
    bulletin = write(w)
    document = word(bulletin)
    shown = cells(document)
    client = Client()
    client.force_login(w.second)
    page = client.get(reverse("governance:bulletin", args=[bulletin.pk])).content.decode()
    for one in bulletin.content["data"]["indicators"]:
        assert one["name"] in shown and one["value_text"] in shown
        assert one["value_text"] in page
    texts = [p.text for p in document.paragraphs]
    assert "月调度通报〔2026〕10号" in texts and "一、总体情况" in texts
    for block in bulletin.content["words"]["blocks"]:
        if block["kind"] in ("heading", "paragraph"):
            assert block["text"] in texts
    assert len(document.inline_shapes) == sum(
        b["kind"] == "chart" for b in bulletin.content["words"]["blocks"]
    )
    assert any(bulletin.snapshot.manifest_sha256 in t for t in texts)  # 可复算


def test_written_again_after_everything_changed_it_is_the_same(w):
    first = write(w)
    content, sha = first.content, first.file.sha256
    Figure.objects.filter(state="verified").update(numerator=1)
    Task.objects.update(progress=1, title="改了")
    again = write(w)
    assert again.pk == first.pk and again.content == content and again.file.sha256 == sha


def test_the_period_before_is_compared_when_it_was_frozen(w):
    data = write(w).content["data"]
    assert data["before"] is None
    take_snapshot(month=Month(2026, 9), by=None, at=LATER)
    bulletin = write(w)
    assert bulletin.content["data"]["before"]["period"] == "2026-09"
    visits = next(i for i in bulletin.content["data"]["indicators"] if i["id"] == RATIO.id)
    assert visits["before"] is None and visits["change_text"] == "—"
    assert "较上期" in cells(word(bulletin))


def test_a_quarter_takes_its_last_month(w):
    bulletin = write(w, QUARTER, "2026Q3")
    assert bulletin.snapshot.month == date(2026, 9, 1)
    assert bulletin.content["words"]["number"] == "季度通报〔2026〕3号"


def test_a_running_month_is_a_preview_and_is_frozen_again_when_it_is_over(w):
    bulletin = write(w, MONTH, "2026-11")
    assert bulletin.content["data"]["is_partial"]
    assert "截至日期" in bulletin.content["words"]["blocks"][0]["text"]
    with pytest.raises(ops.PeriodNotOver):
        ops.publish_bulletin(bulletin=bulletin, by=w.second, at=LATER)
    assert Month(2026, 11) in get_months_to_close(at=datetime(2026, 12, 20, tzinfo=UTC))[1]
    again = write(w, MONTH, "2026-11", at=datetime(2026, 12, 2, tzinfo=UTC))
    assert again.pk == bulletin.pk and not again.content["data"]["is_partial"]
    ops.publish_bulletin(bulletin=again, by=w.second, at=datetime(2026, 12, 2, tzinfo=UTC))


def test_new_figures_come_in_by_freezing_again_with_a_reason_until_it_is_published(w, kept_files):
    first = write(w)
    rounds.reopen_round(round_=w.round, reason="补核数值", by=w.writer, at=LATER)
    rounds.accept_report(report=report_of(w.round, w.health), by=w.writer, at=LATER)
    assert write(w).content == first.content
    quarter = write(w, QUARTER, "2026Q3")
    take_snapshot(month=OCTOBER, by=None, at=LATER, again=True, reason="补核数值")
    with pytest.raises(ops.SnapshotReplaced):
        ops.publish_bulletin(bulletin=first, by=w.second, at=LATER)
    again = ops.write_bulletin(
        kind=MONTH, period="2026-10", refreeze_reason="补核数值", by=w.writer, at=LATER
    )
    made = next(i for i in again.content["data"]["indicators"] if i["id"] == COUNT.id)
    assert made["state"] == "verified" and quarter.snapshot_id != again.snapshot_id
    ops.publish_bulletin(bulletin=again, by=w.second, at=LATER)
    with pytest.raises(SnapshotInUse):
        take_snapshot(month=OCTOBER, by=None, at=LATER, again=True, reason="再改")
    assert AuditEvent.objects.filter(act="take_snapshot", reason="补核数值").exists()


@pytest.mark.parametrize(
    ("kind", "period", "error"),
    [
        (MONTH, "2026Q3", BadPeriod),
        (QUARTER, "2026-09", BadPeriod),
        (MONTH, "2026-12", ops.PeriodNotBegun),
        (QUARTER, "2026Q4", ops.PeriodNotBegun),
    ],
)
def test_a_wrong_period_is_refused_and_freezes_nothing(w, kind, period, error):
    with pytest.raises(error):
        write(w, kind, period)
    assert Snapshot.objects.count() == 1 and not Bulletin.objects.exists()


def test_a_second_person_publishes_and_verified_figures_become_published(w):
    bulletin = write(w)
    with pytest.raises(ops.PublishedByWriter):
        ops.publish_bulletin(bulletin=bulletin, by=w.writer, at=LATER)
    with pytest.raises(ops.PublishedByWriter):
        ops.publish_bulletin(bulletin=bulletin, by=None, at=LATER)
    with pytest.raises(NotPermitted):
        ops.publish_bulletin(bulletin=bulletin, by=w.liaison, at=LATER)
    ops.publish_bulletin(bulletin=bulletin, by=w.second, at=LATER)
    states = set(Figure.objects.filter(indicator_id=RATIO.id).values_list("state", "numerator"))
    assert states == {("reported", 90), ("verified", 90), ("published", 90)}
    assert not Figure.objects.filter(indicator_id=COUNT.id, state="published").exists()
    assert Notice.objects.filter(account=w.liaison, title__contains="已发布").exists()
    with pytest.raises(ops.BulletinAlreadyPublished):
        write(w)
    with pytest.raises(ops.BulletinAlreadyPublished):
        ops.publish_bulletin(bulletin=bulletin, by=w.second, at=LATER)


def test_what_is_published_is_what_was_frozen_not_what_is_live(w):
    bulletin = write(w)
    Figure.objects.filter(indicator_id=RATIO.id, state="verified").update(numerator=1)
    ops.publish_bulletin(bulletin=bulletin, by=w.second, at=LATER)
    assert Figure.objects.get(indicator_id=RATIO.id, state="published").numerator == 90


def test_a_touched_snapshot_is_not_published(w, kept_files):
    bulletin = write(w)
    file = folder_of(OCTOBER) / "ledger/figure.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(ops.SnapshotNotIntact, match=r"figure\.parquet"):
        ops.publish_bulletin(bulletin=bulletin, by=w.second, at=LATER)


def test_a_draft_is_seen_by_those_who_publish_only(w):
    bulletin = write(w)
    page, file = (reverse(f"governance:{n}", args=[bulletin.pk]) for n in ("bulletin", "bulletin_word"))
    leader = Client()
    leader.force_login(w.accounts[Role.LEADER])
    assert leader.get(page).status_code == leader.get(file).status_code == 404
    ops.publish_bulletin(bulletin=bulletin, by=w.second, at=LATER)
    assert leader.get(page).status_code == 200
    assert b"".join(leader.get(file).streaming_content) == read_bytes(bulletin.file)
    assert AuditEvent.objects.filter(act="download_bulletin", verb="export").exists()


def test_a_form_writes_it_and_a_wrong_period_is_answered(w):
    client = Client()
    client.force_login(w.writer)
    url = reverse("governance:write_bulletin")
    answer = client.post(url, {"kind": "month", "period": "2026-10"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("governance:bulletin", args=[Bulletin.objects.get().pk])
    assert (
        "不是季度" in client.post(url, {"kind": "quarter", "period": "2026-10"}, follow=True).content.decode()
    )


def test_the_command_writes_the_file_and_clear_errors(w, tmp_path, capsys):
    out = tmp_path / "通报.docx"
    call_command("bulletin", "month", "--period", "2026-10", "--out", str(out), "--json")
    data = json.loads(capsys.readouterr().out)
    assert data == Bulletin.objects.get().content["data"] and out.read_bytes()[:2] == b"PK"
    for arguments, said in (
        (["month", "--period", "2026-13", "--out", str(out)], "不是月份"),
        (["quarter", "--period", "2026Q5", "--out", str(out)], "不是季度"),
        (["month", "--period", "2199-01", "--out", str(out)], "还没有开始"),
        (["month", "--period", "2026-10", "--out", "a.pdf"], ".docx"),
        (["month", "--period", "2026-10", "--out", str(tmp_path / "no" / "a.docx")], "不存在"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("bulletin", *arguments)


def test_a_chart_without_a_chinese_font_uses_letters_and_explains_them():
    assert draw(CHART, font=None)[:4] == b"\x89PNG"
    assert "A 已达标" in charts.key_to_letters(CHART)
    assert draw(CHART, font=None) == draw(CHART, font=None)


def test_a_demo_city_says_so_on_its_bulletins(w, monkeypatch):
    monkeypatch.setattr(ops, "data_remark", lambda: "演示数据")
    assert "（演示数据）" in [p.text for p in word(write(w)).paragraphs]
