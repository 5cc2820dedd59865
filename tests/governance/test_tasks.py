from datetime import date, timedelta

import pytest

from tests.governance.policy_world import SHORT, measure, read
from tests.world import AT, TODAY, account
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.files import FileRefused, read_bytes
from yinling.core.models import AuditEvent, Notice
from yinling.governance.choices import TaskState
from yinling.governance.models import Task
from yinling.governance.operations.documents import (
    MeasureNotConfirmed,
    ReasonMissing,
    confirm_measure,
    correct_measure,
)
from yinling.governance.operations.evidence import EvidenceAlreadyWithdrawn, add_evidence, withdraw_evidence
from yinling.governance.operations.tasks import (
    DueDateRefused,
    LiaisonRefused,
    NotThisUnit,
    Part,
    SplitRefused,
    TasksAlreadyMade,
    TaskWithdrawn,
    UnitUnknown,
    acknowledge_task,
    assign_liaison,
    change_due_date,
    make_tasks,
    split_task,
    withdraw_task,
)
from yinling.governance.policies.tasks import visible_evidence
from yinling.governance.queries.task_detail import list_evidence, list_parts, list_timeline
from yinling.governance.queries.tasks import TaskFilters, count_states, filter_choices, list_tasks


@pytest.fixture
def city(world):
    return world.accounts[Role.CITY_BUREAU]


@pytest.fixture
def tasks(world, city):
    """Measure 2's tasks: the share (led by 市民政局, supported by 市财政局 and 市卫生健康委) and the milestone."""
    world.document = read(world)
    second = measure(world.document, 2)
    confirm_measure(measure=second, by=city, at=AT)
    return make_tasks(measure=second, by=city, at=AT)


def made(world, city, number):
    confirm_measure(measure=measure(world.document, number), by=city, at=AT)
    return make_tasks(measure=measure(world.document, number), by=city, at=AT)


def titles(page):
    return [row.title for row in page.rows]


def test_each_quantity_and_milestone_becomes_a_task_of_all_units(world, tasks):
    assert [(t.title, t.due_on) for t in tasks] == [
        ("养老机构开展居家上门服务不低于60%", date(2026, 12, 31)),
        ("出台上门服务规范", date(2026, 12, 31)),
    ]
    for task in tasks:
        assert [(u.role, u.organisation) for u in task.units.order_by("id")] == [
            ("lead", world.bureau),
            ("supporting", world.finance),
            ("supporting", world.health),
        ]


def test_a_clause_without_targets_is_one_task_without_a_date(world, city, tasks):
    (task,) = made(world, city, 4)
    assert (task.title, task.due_on, task.state) == ("优化服务环境", None, TaskState.NOT_STARTED)
    assert "简化办事流程" in task.detail


def test_only_confirmed_measures_with_known_units_become_tasks(world, city, tasks):
    with pytest.raises(MeasureNotConfirmed):
        make_tasks(measure=measure(world.document, 1), by=city, at=AT)
    with pytest.raises(UnitUnknown, match="市国资委"):
        made(world, city, 3)
    with pytest.raises(NotPermitted):
        make_tasks(measure=measure(world.document, 2), by=world.accounts[Role.DISTRICT_BUREAU], at=AT)


def test_a_measure_without_a_lead_unit_makes_no_tasks(world, city):
    document = read(world, SHORT.replace("（市财政局负责）", "（市有关部门负责）"))
    world.document = document
    with pytest.raises(UnitUnknown, match="没有牵头单位"):
        made(world, city, 4)


def test_making_tasks_again_makes_only_what_is_missing(world, city, tasks):
    second = measure(world.document, 2)
    with pytest.raises(TasksAlreadyMade):
        make_tasks(measure=second, by=city, at=AT)
    withdraw_task(task=tasks[1], reason="另行安排", by=city, at=AT)
    assert [t.title for t in make_tasks(measure=second, by=city, at=AT)] == ["出台上门服务规范"]


def test_the_only_account_that_can_report_becomes_the_liaison_and_is_told(world, city, tasks):
    liaison = world.accounts[Role.DEPARTMENT_LIAISON]
    part = tasks[0].units.get(organisation=world.health)
    assert part.liaison == liaison
    assert Notice.objects.filter(account=liaison).count() == 2
    bureau_part = tasks[0].units.get(organisation=world.bureau)
    assert bureau_part.liaison is None  # two colleagues could be


def test_the_unit_acknowledges_its_own_part_once(world, city, tasks):
    liaison = world.accounts[Role.DEPARTMENT_LIAISON]
    part = tasks[0].units.get(organisation=world.health)
    with pytest.raises(NotThisUnit):
        acknowledge_task(part=part, by=city, at=AT)
    assert acknowledge_task(part=part, by=liaison, at=AT).seen_at == AT
    assert acknowledge_task(part=part, by=liaison, at=AT + timedelta(days=1)).seen_at == AT
    assert AuditEvent.objects.filter(act="acknowledge_task").count() == 1


def test_a_liaison_is_a_colleague_who_may_report(world, city, tasks):
    part = tasks[0].units.get(organisation=world.health)
    other = account("health2", Role.DEPARTMENT_LIAISON, world.health, world.city)
    acknowledge_task(part=part, by=part.liaison, at=AT)
    changed = assign_liaison(part=part, liaison=other, by=part.liaison, at=AT)
    assert changed.liaison == other and changed.seen_at is None
    for wrong in (city, world.accounts[Role.LEADER]):
        with pytest.raises(LiaisonRefused):
            assign_liaison(part=part, liaison=wrong, by=city, at=AT)
    with pytest.raises(NotThisUnit):
        assign_liaison(part=part, liaison=other, by=world.accounts[Role.DISTRICT_BUREAU], at=AT)


def test_a_due_date_moves_with_a_reason_that_stays_in_the_history(world, city, tasks):
    with pytest.raises(ReasonMissing):
        change_due_date(task=tasks[0], due_on=date(2027, 1, 1), reason=" ", by=city, at=AT)
    with pytest.raises(DueDateRefused):
        change_due_date(task=tasks[0], due_on=tasks[0].due_on, reason="无", by=city, at=AT)
    change_due_date(task=tasks[0], due_on=date(2027, 3, 31), reason="省里延期", by=city, at=AT)
    top = list_timeline(actor=city, task=tasks[0])[0]
    assert (
        top["title"] == "调整时限" and "2026-12-31 → 2027-03-31" in top["text"] and "省里延期" in top["text"]
    )


def test_a_split_task_gathers_its_parts(world, city, tasks):
    part = Part(
        title="环翠区开展上门服务", lead=world.huancui_bureau, supporting=(world.health, world.health)
    )
    (child,) = split_task(task=tasks[0], parts=[part], by=city, at=AT)
    assert child.due_on == tasks[0].due_on and child.units.count() == 2
    assert tasks[0] not in Task.objects.reportable() and child in Task.objects.reportable()
    for refused in (
        [],
        [Part(title=" ", lead=world.bureau)],
        [Part(title="甲", lead=world.bureau), Part(title="甲", lead=world.health)],
        [Part(title="晚", lead=world.bureau, due_on=date(2030, 1, 1))],
    ):
        with pytest.raises(SplitRefused):
            split_task(task=tasks[1], parts=refused, by=city, at=AT)
    withdraw_task(task=tasks[0], reason="取消", by=city, at=AT)
    assert child not in Task.objects.live()
    with pytest.raises(TaskWithdrawn):
        split_task(task=tasks[0], parts=[part], by=city, at=AT)


def test_overdue_is_derived_from_the_date(world, city, tasks):
    on = date(2027, 1, 1)
    assert tasks[0].state_on(on) == TaskState.OVERDUE and tasks[0].state_on(TODAY) == TaskState.NOT_STARTED
    Task.objects.filter(pk=tasks[1].pk).update(state=TaskState.DONE, done_on=TODAY)
    counts = count_states(actor=city, filters=TaskFilters(), on=on)
    assert counts == {"not_started": 0, "on_course": 0, "at_risk": 0, "overdue": 1, "done": 1}
    assert titles(list_tasks(actor=city, filters=TaskFilters(state="overdue"), on=on)) == [tasks[0].title]


def test_filters_narrow_and_pages_follow_on_each_other(world, city, tasks):
    made(world, city, 1)
    made(world, city, 4)
    for filters, expected in [
        (TaskFilters(unit=world.finance.pk), 3),
        (TaskFilters(text="上门 规范"), 1),
        (TaskFilters(section="二、其他"), 1),
        (TaskFilters(due_before=date(2025, 12, 31)), 1),
        (TaskFilters(document=world.document.pk), 4),
        (TaskFilters(document=0), 4),
        (TaskFilters(box="mine"), 3),
        (TaskFilters(box="late"), 1),
        (TaskFilters(district=world.huancui.pk), 0),
    ]:
        assert len(list_tasks(actor=city, filters=filters, on=TODAY).rows) == expected, filters
    first = list_tasks(actor=city, filters=TaskFilters(), on=TODAY, limit=3)
    second = list_tasks(actor=city, filters=TaskFilters(), on=TODAY, limit=3, after=first.next_after)
    assert len(titles(first) + titles(second)) == len({*titles(first), *titles(second)}) == 4
    assert second.next_after == ""
    assert filter_choices(actor=city, document=world.document.pk).sections == [
        ("一、设施", "一、设施"),
        ("二、其他", "二、其他"),
    ]


def test_districts_see_the_citys_tasks_and_their_own_but_not_anothers(world, city, tasks):
    parts = [
        Part(title="环翠区部分", lead=world.huancui_bureau, supporting=(world.health,)),
        Part(title="荣成市部分", lead=world.rongcheng_bureau, supporting=(world.health,)),
    ]
    own, foreign = split_task(task=tasks[0], parts=parts, by=city, at=AT)
    district, town = world.accounts[Role.DISTRICT_BUREAU], world.accounts[Role.TOWN_OFFICER]
    for actor in (district, town):
        assert set(Task.objects.visible_to(actor)) == {*tasks, own}
    assert titles(list_tasks(actor=district, filters=TaskFilters(district=world.huancui.pk), on=TODAY)) == [
        own.title
    ]
    assert set(Task.objects.visible_to(city)) == {*tasks, own, foreign}
    assert not Task.objects.visible_to(None).exists()


def test_units_of_another_district_are_counted_not_named(world, city, tasks):
    part = Part(title="联合", lead=world.bureau, supporting=(world.huancui_bureau, world.rongcheng_bureau))
    (joint,) = split_task(task=tasks[0], parts=[part], by=city, at=AT)
    district = world.accounts[Role.DISTRICT_BUREAU]
    parts, hidden = list_parts(actor=district, task=joint)
    assert [p.organisation for p in parts] == [world.bureau, world.huancui_bureau] and hidden == 1
    page = list_tasks(actor=district, filters=TaskFilters(text="联合"), on=TODAY)
    assert page.rows[0].supporting == ("环翠区民政局",) and page.hidden_units == {joint.pk: 1}


def test_evidence_opens_to_those_who_carry_or_review_within_their_scope(world, city, tasks):
    part = Part(title="两区", lead=world.huancui_bureau, supporting=(world.rongcheng_bureau, world.health))
    (task,) = split_task(task=tasks[0], parts=[part], by=city, at=AT)
    district, other = world.accounts[Role.DISTRICT_BUREAU], world.foreign[Role.DISTRICT_BUREAU]
    evidence = add_evidence(task=task, data=b"proof", filename="a.txt", note=" 验收 ", by=district, at=AT)
    assert read_bytes(evidence.file) == b"proof" and evidence.note == "验收"
    liaison = world.accounts[Role.DEPARTMENT_LIAISON]
    may = {city, district, liaison}
    everyone = {*world.accounts.values(), *world.foreign.values()}
    assert {a for a in everyone if visible_evidence(a).filter(pk=evidence.pk).exists()} == may
    assert list_evidence(actor=other, task=task) == ([], 1)


def test_only_units_of_the_task_add_evidence_and_only_they_take_it_back(world, city, tasks):
    liaison, district = world.accounts[Role.DEPARTMENT_LIAISON], world.accounts[Role.DISTRICT_BUREAU]
    with pytest.raises(NotThisUnit):
        add_evidence(task=tasks[0], data=b"x", filename="a.txt", by=district, at=AT)
    with pytest.raises(FileRefused):
        add_evidence(task=tasks[0], data=b"x", filename="a.exe", by=liaison, at=AT)
    evidence = add_evidence(task=tasks[0], data=b"x", filename="a.txt", by=liaison, at=AT)
    with pytest.raises(NotThisUnit):
        withdraw_evidence(evidence=evidence, reason="错了", by=district, at=AT)
    with pytest.raises(ReasonMissing):
        withdraw_evidence(evidence=evidence, reason="", by=liaison, at=AT)
    assert withdraw_evidence(evidence=evidence, reason="错了", by=liaison, at=AT).withdrawn_at == AT
    with pytest.raises(EvidenceAlreadyWithdrawn):
        withdraw_evidence(evidence=evidence, reason="错了", by=liaison, at=AT)


def test_a_corrected_unit_gets_the_task(world, city):
    world.document = read(world)
    correct_measure(measure=measure(world.document, 3), fields={"lead_units": ["市民政局"]}, by=city, at=AT)
    (task,) = made(world, city, 3)
    assert [u.organisation for u in task.units.all()] == [world.bureau]
