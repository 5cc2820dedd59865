"""Jobs of care: each may run twice without harm."""

from datetime import UTC, datetime, timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yinling.registry.models import Place
from yinling.residence.care_checks import shift_of
from yinling.residence.care_choices import PlanState, TaskState
from yinling.residence.care_tasks import days_to_make
from yinling.residence.models import CarePlan, CareTask
from yinling.residence.operations.care.tasks import close_late_tasks, make_tasks

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=10)


@app.periodic(cron="5,20,35,50 * * * *")
@app.task(queue="house", queueing_lock="care_tasks", retry=_AGAIN)
def keep_care_tasks(timestamp: int) -> None:
    """Make the tasks of today and tomorrow, and close what the last shift left behind, home by home."""
    at = datetime.fromtimestamp(timestamp, UTC)
    caring = CarePlan.objects.filter(state=PlanState.ACTIVE).values("stay__place")
    for place in Place.objects.filter(pk__in=caring).order_by("pk"):
        for day in days_to_make(place.pk, at):
            make_tasks(place=place, day=day, by=None, at=at)
    ended = shift_of(at).start
    late = CareTask.objects.filter(
        state=TaskState.DUE, until__lte=ended, due_at__gt=ended - timedelta(days=7)
    )
    for place in Place.objects.filter(pk__in=late.values("stay__place")).order_by("pk"):
        close_late_tasks(place=place, shift_end=ended, by=None, at=at)
