"""Short forms for tests of care: a resident with a plan in force, tasks, rounds."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.residence import stays as make
from yinling.core.access.roles import Role
from yinling.residence.models import CarePlan, CareTask, Stay
from yinling.residence.operations.care.plans import add_item, approve_plan, draft_plan
from yinling.rulebook import instruments

LOCAL = ZoneInfo("Asia/Shanghai")
GB = instruments.load()["gbt42195-2022"]
BEST = {i.code: max(i.by_score) for i in GB.items}


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    """A moment of October 2026, local."""
    return datetime(2026, 10, day, hour, minute, tzinfo=LOCAL)


def resident(
    world, serial: int = 31, *, answers=None, level: int = 2, place=None, number: int = 1, **more
) -> Stay:
    """Somebody who moved in on the 20th, assessed with `answers` (the best where not given)."""
    person = make.elder(world, serial=serial, assessed=False, **more)
    result = make.assess(person, level=level)
    result.answers = BEST | (answers or {})
    result.save(update_fields=["answers"])
    home = place or make.home(world)
    return make.moved_in(person, make.bed(home, number), since=at(8, day=20), at=at(9, day=20))


def planned(stay: Stay, times=(time(9), time(14), time(22)), *, every_days: int = 1, when=None) -> CarePlan:
    """A plan in force with one item, 协助洗漱, approved on the 20th at ten."""
    when = when or at(10, day=20)
    plan = draft_plan(stay=stay, by=None, at=when)
    plan.items.all().delete()
    add_item(plan=plan, title="协助洗漱", times=times, every_days=every_days, by=None, at=when)
    return approve_plan(plan=plan, by=None, at=when)


def tasks(stay: Stay, day: int = 21):
    """Local clock time and state of the day's tasks."""
    rows = CareTask.objects.filter(
        stay=stay, due_at__gte=at(0, day=day), due_at__lt=at(0, day=day) + timedelta(days=1)
    )
    return [(f"{t.due_at.astimezone(LOCAL):%H:%M}", t.state) for t in rows.order_by("due_at")]


def task(stay: Stay, hour: int, day: int = 21) -> CareTask:
    return CareTask.objects.get(stay=stay, due_at=at(hour, day=day))


def carers(world):
    """Two carers of the home and its manager."""
    from tests.world import account

    carer, manager = world.accounts[Role.CARE_WORKER], world.accounts[Role.INSTITUTION_MANAGER]
    return carer, account("carer_b", Role.CARE_WORKER, world.operator, world.town), manager
