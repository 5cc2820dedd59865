"""A home on shift: `python -m bench.care [residents]` (300), in a database of its own.

Bars (our own): a day's tasks made in 5 s and made again in 1 s; the floor's page p95 under 250 ms and one
resident's under 150 ms with a year of tasks behind them; what a handover tells under 500 ms.
"""

import os
import sys
import time
from datetime import datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from bench._scratch import own_database
from tests.residence.stays import home
from tests.world import build_world
from yinling.core.access.roles import Role
from yinling.residence.care_exceptions import exceptions
from yinling.residence.models import CareTask, Stay
from yinling.residence.operations.care.plans import approve_plan, draft_plan
from yinling.residence.operations.care.tasks import make_tasks
from yinling.residence.operations.stays import admit

RESIDENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 300
PAST_DAYS, ASKED = 365, 40
WORST = {
    "B.1.1": 1,
    "B.1.2": 1,
    "B.1.3": 1,
    "B.1.4": 1,
    "B.1.6": 1,
    "B.1.8": 1,
    "B.2.1": 1,
    "B.2.2": 1,
    "B.2.3": 2,
}


def filled(world):
    """Residents who need much, each with the suggested plan approved as it is."""
    from bench.beds import person
    from yinling.registry.models import Bed, Person

    place = home(world, RESIDENTS, name="海山大院")
    beds = list(Bed.objects.filter(place=place).order_by("pk"))
    now = timezone.now() - timedelta(days=2)
    for number, bed in enumerate(beds):
        who = Person.objects.get(pk=person(world, number))
        who.assessments.update(answers=WORST, level=3)
        stay = admit(person=who, bed=bed, kind="long", since=now, by=None, at=now)
        approve_plan(plan=draft_plan(stay=stay, by=None, at=now), by=None, at=now)
    return place


def age(place, day) -> int:
    """A year of tasks done, as copies of those of `day`, past the acts; the days about today stay as they are."""
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO residence_caretask (item_id, stay_id, division_path, due_at, until, state, outcome, note, "
            "settled_at) SELECT t.item_id, t.stay_id, t.division_path, t.due_at - d * interval '1 day', "
            "t.until - d * interval '1 day', 'done', 'done', '', t.due_at - d * interval '1 day' "
            "FROM residence_caretask t, generate_series(5, %s) d WHERE t.due_at >= %s AND t.due_at < %s",
            [PAST_DAYS + 4, start, start + timedelta(days=1)],
        )
        cursor.execute("ANALYZE")
    return CareTask.objects.filter(stay__place=place).count()


def timed(act) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def p95(acts) -> float:
    return sorted(map(timed, acts))[int(len(acts) * 0.95) - 1]


def told(what: str, ms: float, bar: float) -> bool:
    good = ms <= bar
    print(f"{'' if good else 'MISSED: '}{what}: {ms:,.0f} ms (bar {bar:,.0f} ms, {bar / ms:.1f} times)")
    return good


def measured(world, place) -> bool:
    now = timezone.now()
    day = localdate(now) + timedelta(days=2)
    first = timed(lambda: make_tasks(place=place, day=day, by=None, at=now))
    again = timed(lambda: make_tasks(place=place, day=day, by=None, at=now))
    made = CareTask.objects.filter(stay__place=place).count()
    good = told(f"a day's tasks of {RESIDENTS} residents made", first, 5_000)
    good &= told("the same day again", again, 1_000)
    aged = age(place, day)
    assert aged > 100 * made, "there is no year behind"
    print(f"   {made:,} tasks; with a year behind them {aged:,}")
    client = Client()
    client.force_login(world.accounts[Role.CARE_WORKER])
    floor, stays = reverse("residence:care"), list(Stay.objects.filter(place=place)[:ASKED])
    client.get(floor)
    good &= told("the floor, p95", p95([lambda: client.get(floor)] * ASKED), 250)
    one = [lambda pk=s.pk: client.get(reverse("residence:care_stay", args=[pk])) for s in stays]
    good &= told("one resident, p95", p95(one), 150)
    ask = [lambda: exceptions(place, now - timedelta(hours=8), now)] * 10
    return good & told("what a handover tells, p95", p95(ask), 500)


def main() -> int:
    settings.ALLOWED_HOSTS = ["*"]
    with own_database("care"):
        world = build_world()
        held = measured(world, filled(world))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
