"""Pages of care: what the last line of defence shows, what many rows cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from tests.residence import stays as make
from tests.residence.care import BEST, carers
from yinling.core.models import AuditEvent, Notice
from yinling.registry.events import PersonAnonymised
from yinling.residence.care_choices import IncidentKind, Severity
from yinling.residence.handlers_care import forget_words
from yinling.residence.models import CareDay, CareLabel, CareTask, Incident, MedicationRound
from yinling.residence.operations.care.incidents import report_incident
from yinling.residence.operations.care.labels import make_bed_labels, make_resident_label, replace_label
from yinling.residence.operations.care.medication import OrderInput, add_order, open_round
from yinling.residence.operations.care.plans import approve_plan, draft_plan
from yinling.residence.operations.stays import admit
from yinling.residence.tasks_care import keep_care_tasks

pytestmark = pytest.mark.django_db


def moved_in(world, place, number):
    """Somebody with the suggested plan in force, since an hour."""
    now = timezone.now()
    person = make.elder(world, serial=30 + number, assessed=False, name="丛秀英")
    result = make.assess(person, valid_from=localdate(now) - timedelta(days=20), years=80)
    result.answers = BEST | {"B.1.1": 1, "B.2.1": 1, "B.1.6": 1}
    result.save(update_fields=["answers"])
    hour_ago = now - timedelta(hours=1)
    stay = admit(person=person, bed=make.bed(place, number), kind="long", since=hour_ago, by=None, at=now)
    approve_plan(plan=draft_plan(stay=stay, by=None, at=hour_ago), by=None, at=hour_ago)
    return stay


@pytest.fixture
def home(world):
    world.home = make.home(world, 8)
    world.stay = moved_in(world, world.home, 1)
    world.carer, _, world.manager = carers(world)
    return world


def browser(account):
    client = Client()
    client.force_login(account)
    return client


LISTS = (
    "care",
    "care_plans",
    "risks",
    "incidents",
    "exit_watch",
    "handover_now",
    "handovers",
    "care_labels",
    "rounds",
)


def test_no_list_asks_more_often_for_more_residents(home):
    client = browser(home.manager)

    def asked(name):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"residence:{name}")).status_code == 200
        return len(captured)

    for name in LISTS:
        asked(name)
    few = {name: asked(name) for name in LISTS}
    for number in range(2, 8):
        moved_in(home, home.home, number)
    many = {name: asked(name) for name in LISTS}
    assert {n: (few[n], many[n]) for n in LISTS if many[n] > few[n]} == {}


def test_the_floor_makes_the_tasks_of_the_day_when_nobody_has_and_only_once(home):
    CareTask.objects.all().delete()
    CareDay.objects.all().delete()
    client = browser(home.carer)
    client.get(reverse("residence:care"))
    made = CareTask.objects.count()
    client.get(reverse("residence:care"))
    assert made > 0 and CareTask.objects.count() == made


def test_the_job_does_the_same_and_may_run_twice(home):
    CareTask.objects.all().delete()
    CareDay.objects.all().delete()
    at = int(timezone.now().timestamp())
    keep_care_tasks(at)
    made = CareTask.objects.count()
    keep_care_tasks(at)
    assert made > 0 and CareTask.objects.count() == made


def test_a_code_leads_to_who_lies_in_the_bed_and_a_retired_one_nowhere(home):
    make_bed_labels(place=home.home, by=None, at=timezone.now())
    label = CareLabel.objects.get(bed__occupancies__stay=home.stay)
    empty = CareLabel.objects.exclude(pk=label.pk).first()
    client = browser(home.carer)

    def leads_to(token):
        return client.get(reverse("residence:care_scan", args=[token])).headers["Location"].split("?")[0]

    assert leads_to(label.token) == reverse("residence:care_stay", args=[home.stay.pk])
    assert leads_to(empty.token) == reverse("residence:care")
    new = replace_label(label=label, by=None, at=timezone.now())
    assert leads_to(label.token) == reverse("residence:care")
    assert leads_to(new.token) == reverse("residence:care_stay", args=[home.stay.pk])
    worn = make_resident_label(stay=home.stay, by=None, at=timezone.now())
    assert leads_to(worn.token) == reverse("residence:care_stay", args=[home.stay.pk])
    assert make_bed_labels(place=home.home, by=None, at=timezone.now()) == 0


def test_a_code_of_somebody_else_records_nothing(home):
    """What was read at the bed goes with the tap: after the residents changed beds it is the wrong one."""
    make_bed_labels(place=home.home, by=None, at=timezone.now())
    label = CareLabel.objects.get(bed__occupancies__stay=home.stay)
    empty = CareLabel.objects.filter(stay=None).exclude(pk=label.pk).first()
    task = CareTask.objects.filter(stay=home.stay, state="due").order_by("due_at").first()
    now = timezone.now()
    CareTask.objects.filter(pk=task.pk).update(
        due_at=now - timedelta(minutes=1), until=now + timedelta(hours=1)
    )
    client = browser(home.carer)
    shown = client.get(client.get(reverse("residence:care_scan", args=[label.token])).headers["Location"])
    assert "已扫码核对" in shown.content.decode()
    assert f'name="code" value="{label.token}"' in shown.content.decode()
    settle = reverse("residence:care_task_settle", args=[task.pk])
    for wrong in (empty.token, "no-such-code"):
        answer = client.post(settle, {"outcome": "done", "code": wrong}, follow=True)
        task.refresh_from_db()
        assert task.state == "due" and "扫到的码不是这位老人的" in answer.content.decode()
        assert "已扫码核对" not in answer.content.decode()
    client.post(settle, {"outcome": "done", "code": label.token})
    task.refresh_from_db()
    assert task.state == "done"
    assert AuditEvent.objects.filter(act="settle_care_task").last().after["核对"] == "扫码"


def test_a_round_shows_whose_code_was_read_and_gives_nothing_to_others(home):
    now = timezone.now()
    due = localtime(now).replace(second=0, microsecond=0)
    order = OrderInput("氨氯地平片", "1 片", "口服", (due.time(),), due.date(), "李医生", "处方")
    add_order(stay=home.stay, order=order, by=None, at=now)
    make_bed_labels(place=home.home, by=None, at=now)
    label = CareLabel.objects.get(bed__occupancies__stay=home.stay)
    empty = CareLabel.objects.exclude(pk=label.pk).first()
    opened = open_round(place=home.home, due_at=due, by=home.carer, at=now)
    line, client = opened.lines.get(), browser(home.carer)
    of_resident = client.get(reverse("residence:care_stay", args=[home.stay.pk]), {"code": label.token})
    assert f"?code={label.token}" in of_resident.content.decode()
    page = reverse("residence:round", args=[opened.pk])
    assert "已扫码核对：丛秀英" in client.get(page, {"code": label.token}).content.decode()
    assert "请重新扫码" in client.get(page, {"code": empty.token}).content.decode()
    record = reverse("residence:dose_record", args=[line.pk])
    client.post(record, {"outcome": "given", "code": empty.token})
    line.refresh_from_db()
    assert line.outcome == ""
    client.post(record, {"outcome": "given", "code": label.token})
    line.refresh_from_db()
    assert line.outcome == "given"


def test_a_round_of_last_night_is_still_in_front_of_the_nurse(home):
    now = timezone.now()
    late = localtime(now - timedelta(days=1)).replace(hour=23, minute=50, second=0, microsecond=0)
    MedicationRound.objects.create(
        place=home.home, division_path=home.home.division_path, due_at=late, opened_at=late
    )
    shown = browser(home.carer).get(reverse("residence:rounds")).content.decode()
    assert "昨天 23:50 的发药没有关闭" in shown


def test_the_short_code_of_a_bed_is_as_good(home):
    code = make.bed(home.home).code
    answer = browser(home.carer).get(reverse("residence:care_find"), {"bed": code})
    assert answer.headers["Location"] == reverse("residence:care_stay", args=[home.stay.pk])


def test_the_sheet_of_codes_names_nobody(home):
    make_bed_labels(place=home.home, by=None, at=timezone.now())
    shown = browser(home.manager).get(reverse("residence:care_labels")).content.decode()
    assert shown.count('<div class="label">') == 8 and home.stay.person.name not in shown


def test_who_left_keeps_a_page_to_read_and_nothing_to_do(home):
    home.stay.care_tasks.update(state="cancelled", settled_at=timezone.now())
    home.stay.until, home.stay.end = timezone.now(), "departed"
    home.stay.save()
    shown = browser(home.carer).get(reverse("residence:care_stay", args=[home.stay.pk])).content.decode()
    assert "已于" in shown and "登记意外" not in shown


def test_words_about_an_anonymised_person_are_gone(home):
    now = timezone.now()
    incident = report_incident(
        stay=home.stay, kind=IncidentKind.FALL, severity=Severity.SEVERE, happened_at=now, where="丛家门口",
        what="丛秀英滑倒", done="叫了丛大夫", by=None, at=now,
    )  # fmt: skip
    assert "丛" not in Notice.objects.first().title
    forget_words(PersonAnonymised(person_id=home.stay.person_id, by=None, at=now))
    incident = Incident.objects.get(pk=incident.pk)
    assert "丛" not in incident.what + incident.where + incident.entries.get().text


def test_a_medicine_entered_today_was_not_missed_last_night(home):
    now = timezone.now()
    late = localtime(now - timedelta(days=1)).replace(hour=23, minute=50, second=0, microsecond=0)
    order = OrderInput("氨氯地平片", "1 片", "口服", (late.time(),), late.date(), "李医生", "处方")
    add_order(stay=home.stay, order=order, by=None, at=now)
    page = reverse("residence:rounds")
    assert "没有开始" not in browser(home.carer).get(page).content.decode()
    home.stay.medication_orders.update(entered_at=late - timedelta(hours=2))
    assert "昨天 23:50 的发药没有开始" in browser(home.carer).get(page).content.decode()
