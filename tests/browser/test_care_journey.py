"""A carer's shift on a phone: the code at the bed, three taps, a miss; the handover; the incident."""

import os
from datetime import time, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from tests.residence import stays as make
from yinling.core.access.roles import Role
from yinling.residence.care_checks import shift_of
from yinling.residence.models import CareLabel, CareTask, Incident, ShiftHandover, Stay
from yinling.residence.operations.care.handovers import hand_over
from yinling.residence.operations.care.labels import make_bed_labels
from yinling.residence.operations.care.plans import add_item, approve_plan, draft_plan
from yinling.residence.operations.rooms import RoomsInput, open_building, open_rooms
from yinling.residence.operations.stays import admit
from yinling.residence.queries.care_handovers import get_shift_to_hand

PICTURES = os.environ.get("CARE_PICTURES", "")


def look(page, name: str) -> None:
    """A picture for the eyes of whoever asked for it."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def wait_for(page, text: str) -> None:
    page.get_by_text(text).locator("visible=true").first.wait_for()


def no_sideways_scroll(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


@pytest.fixture
def floor(site) -> SimpleNamespace:
    """A home with rooms; one resident with a plan of two tasks due about now."""
    now = timezone.now()
    site.home = make.home(site)
    building = open_building(place=site.home, name="一号楼", by=None, at=now)
    open_rooms(building=building, rooms=RoomsInput(3, 301, 2, beds_each=2), by=None, at=now)
    person = make.elder(site, serial=31, assessed=False, name="丛秀英")
    result = make.assess(person, valid_from=localdate(now) - timedelta(days=20), years=80)
    result.answers = {"B.2.3": 2, "B.3.2": 1, "B.1.1": 2}
    result.save(update_fields=["answers"])
    bed = make.bed(site.home)
    site.stay = admit(person=person, bed=bed, kind="long", since=now - timedelta(days=2), by=None, at=now)
    # Due in this shift and not yet late, whatever the hour at which the test runs.
    hours = sorted({_clock(now - timedelta(minutes=m)) for m in (5, 10)})
    plan = draft_plan(stay=site.stay, by=None, at=now - timedelta(minutes=20))
    plan.items.all().delete()
    for title, at in zip(("协助进食", "提醒如厕"), hours, strict=True):
        add_item(plan=plan, title=title, times=[at], how="慢一点，坐直。", by=None, at=now)
    approve_plan(plan=plan, by=None, at=now - timedelta(minutes=20))
    # What is handed over is this shift, not the one before it, which the page asks for in the first hours of a new one.
    before = get_shift_to_hand(site.home, now)
    if before.code != shift_of(now).code:
        carer = site.accounts[Role.CARE_WORKER]
        hand_over(place=site.home, shift=before.code, on=before.on, by=carer, at=now - timedelta(minutes=1))
    make_bed_labels(place=site.home, by=None, at=now)
    site.label = CareLabel.objects.get(bed=bed)
    return site


def _clock(moment) -> time:
    return localtime(moment).time().replace(second=0, microsecond=0)


def test_scan_three_taps_done_and_a_miss_goes_into_the_handover(floor, visit):
    carer = floor.accounts[Role.CARE_WORKER]
    page = visit(reverse("residence:care"), width=390, account=carer)
    wait_for(page, "丛秀英")
    no_sideways_scroll(page)
    look(page, "care")

    page.goto(reverse("residence:care_scan", args=[floor.label.token]))
    page.get_by_role("heading", name="丛秀英").wait_for()
    no_sideways_scroll(page)
    assert all(
        row["height"] >= 44 for row in page.evaluate(
            "[...document.querySelectorAll('.duty summary, .quick a')].map(e => ({height: e.getBoundingClientRect().height}))"
        )
    )  # fmt: skip
    first = (
        page.locator(".duty > li")
        .filter(has_text="提醒如厕")
        .or_(page.locator(".duty > li").filter(has_text="协助进食"))
        .first
    )
    title = first.locator(".duty__title").inner_text()
    first.locator("summary").click()  # one
    first.get_by_text("做完了").click()  # two
    look(page, "care_stay_open")
    first.get_by_role("button", name="完成").click()  # three
    wait_for(page, "已记下")
    look(page, "care_stay_done")
    assert CareTask.objects.get(state="done").item.title in title

    rest = page.locator(".duty > li").first
    rest.locator("summary").click()
    rest.get_by_text("老人不愿意").click()
    rest.get_by_role("button", name="完成").click()
    wait_for(page, "老人不愿意")
    look(page, "care_stay_missed")
    assert CareTask.objects.filter(state="missed").count() == 1

    page.goto(reverse("residence:handover_now"))
    wait_for(page, "老人不愿意")
    no_sideways_scroll(page)
    look(page, "handover_now")


def test_without_network_the_tap_is_not_lost(floor, visit):
    page = visit(
        reverse("residence:care_stay", args=[floor.stay.pk]),
        width=390,
        account=floor.accounts[Role.CARE_WORKER],
    )
    first = page.locator(".duty > li").first
    first.locator("summary").click()
    first.get_by_text("做完了").click()
    page.context.set_offline(True)
    first.get_by_role("button", name="完成").click()
    wait_for(page, "现在没有网络，还没有提交")
    no_sideways_scroll(page)
    look(page, "care_stay_offline")
    assert not CareTask.objects.filter(state="done").exists()
    page.context.set_offline(False)
    first.get_by_role("button", name="完成").click()
    wait_for(page, "已记下")
    assert CareTask.objects.filter(state="done").count() == 1


def test_a_shift_is_handed_over_by_one_and_taken_over_by_another(floor, visit):
    from tests.world import account

    carer = floor.accounts[Role.CARE_WORKER]
    other = account("carer_b", Role.CARE_WORKER, floor.operator, floor.town)
    now = timezone.now()
    shift = shift_of(now)
    handed = ShiftHandover.objects.create(
        place=floor.home, division_path=floor.home.division_path, on=shift.on, shift=shift.code,
        since=shift.start, until=now, residents=1, away=0, note="一切平稳", handed_by=carer, handed_at=now,
    )  # fmt: skip
    page = visit(reverse("residence:handover", args=[handed.pk]), account=carer)
    wait_for(page, "交班和接班不能是同一个人")
    page = visit(reverse("residence:handover", args=[handed.pk]), account=other)
    page.get_by_role("button", name="我已看过，接班").click()
    wait_for(page, "已接班")
    look(page, "handover")


def test_an_incident_is_told_and_closed_only_when_the_family_knows(floor, visit):
    manager = floor.accounts[Role.INSTITUTION_MANAGER]
    page = visit(reverse("residence:incident_new", args=[floor.stay.pk]), width=390, account=manager)
    page.get_by_label("类别").select_option("fall")
    page.get_by_label("程度").select_option("slight")
    page.get_by_label("地点").fill("三楼东侧走廊")
    page.get_by_label("经过").fill("起身时滑倒，坐在地上，神志清楚。")
    look(page, "incident_new")
    page.get_by_role("button", name="登记", exact=True).click()
    wait_for(page, "还没有告知家属")
    look(page, "incident")
    page.locator("summary", has_text="办结").click()
    page.get_by_label("原因分析和改进措施").fill("地面有水，已加防滑垫。")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="办结").click()
    wait_for(page, "不能办结")
    assert Incident.objects.get().state == "open"


def test_the_foreign_code_leads_nowhere(floor, visit):
    page = visit(
        reverse("residence:care_scan", args=[floor.label.token]), account=floor.foreign[Role.CARE_WORKER]
    )
    wait_for(page, "不是本机构的照护码")
    assert "丛秀英" not in page.content()


def test_a_manager_plans_protects_and_prints(floor, visit):
    manager = floor.accounts[Role.INSTITUTION_MANAGER]
    stay: Stay = floor.stay
    for name, args in (
        ("care_plans", []), ("care_plan", [stay.pk]), ("care_labels", []), ("risks", []),
        ("stay_risks", [stay.pk]), ("vitals", [stay.pk]), ("orders", [stay.pk]), ("rounds", []),
        ("incidents", []), ("exit_watch", []), ("handovers", []), ("search_new", [stay.pk]),
    ):  # fmt: skip
        for width in (390, 1440):
            page = visit(reverse(f"residence:{name}", args=args), width=width, account=manager)
            page.get_by_role("heading", level=1).wait_for()
            no_sideways_scroll(page)
            look(page, f"{name}_{width}")
