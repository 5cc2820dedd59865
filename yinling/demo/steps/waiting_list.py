"""The waiting list as a city brings it along: who waits, assessed when, with which wishes."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from yinling.assessment.choices import Channel
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context, account
from yinling.demo.residents import Elder, People, district_of, focus_places
from yinling.demo.results import Wanted, write_results
from yinling.demo.sheets import draw_level
from yinling.demo.steps.offers import PublicHomes
from yinling.registry.choices import BedKind, CategoryKind
from yinling.registry.models import PersonCategory
from yinling.residence.models import Application, Wish
from yinling.residence.queueing.facts import facts_in_states
from yinling.residence.queueing.table import enter_all, lock_queue
from yinling.residence.waiting_choices import ApplicationState
from yinling.residence.waiting_numbers import make_number
from yinling.rulebook.waiting_lists import policy_on

_LISTED = {"small": 60, "city": 900}
BROUGHT_IN = 60  # days ago
_CLASSES = (
    CategoryKind.LOW_INCOME,
    CategoryKind.LOW_INCOME_MARGINAL,
    CategoryKind.FAMILY_PLANNING_SPECIAL,
    CategoryKind.SEVERE_DISABILITY,
    CategoryKind.ENTITLED_GROUP,
)
_ASKED_BY = (("", ""), ("", ""), ("长女", "子女"), ("长子", "子女"))


class WaitingList:
    """What the play on the list begins with."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.rng = ctx, ctx.rng("waiting")
        self.people = People(ctx)
        self.pair = [account("pinggu2"), account("pinggu")]
        self.city = account("minzheng")
        self.homes = PublicHomes(ctx, focus_places(ctx))
        bureaus = Account.objects.filter(role=Role.DISTRICT_BUREAU)
        self.clerks = {a.division_path: a for a in bureaus}

    def bring_list(self) -> None:
        """Everybody who waited when the list was brought in, with their assessments; in the queue by the facts."""
        count = min(_LISTED[self.ctx.scale], self.ctx.people // 40)
        elders = list(self.elders(count))
        days = sorted(self.rng.randrange(BROUGHT_IN + 2, 420) for _ in elders)[::-1]
        self.assess(elders[: len(elders) - len(elders) // 15])
        rows = [
            self._row(elder, self.day(ago), self.rng.randrange(60))
            for elder, ago in zip(elders, days, strict=True)
        ]
        lock_queue()
        Application.objects.bulk_create(rows, batch_size=2_000)
        self._wish(rows)
        at = self.ctx.moment(self.day(BROUGHT_IN), 9)
        policy = policy_on(self.day(BROUGHT_IN))
        facts = facts_in_states([ApplicationState.QUEUED], at=at)
        for row in rows:
            known = facts[row.pk]
            row.class_code = known.class_code(policy)
            if not known.assessed_on(self.ctx.as_of):
                row.state = ApplicationState.ASSESSING
        Application.objects.bulk_update(rows, ["class_code", "state"], batch_size=2_000)
        waiting = {row.pk for row in rows if row.state == ApplicationState.QUEUED}
        enter_all((f for pk, f in facts.items() if pk in waiting), at=at)

    def day(self, ago: int) -> date:
        return self.ctx.as_of - timedelta(days=ago)

    def clerk(self, path: str) -> Account:
        return self.clerks.get(district_of(path), self.city)

    def elders(self, count: int) -> Iterator[Elder]:
        """Half of them of the classes that come first."""
        certified = PersonCategory.objects.filter(kind__in=_CLASSES, valid_to=None)
        known = set(certified.values_list("person_id", flat=True))
        districts = sorted(self.people.others)
        for n in range(count):
            pool = self.people.others[districts[n % len(districts)]]
            if n % 2 == 0:
                pool.sort(key=lambda e: e.pk in known)
            yield from self.people.take(self.people.others, districts[n % len(districts)], 1)

    def assess(self, elders: Sequence[Elder]) -> None:
        wanted = []
        for elder in elders:
            level = draw_level(
                self.rng,
                disabled=CategoryKind.DISABLED_ELDER in elder.kinds,
                dementia=CategoryKind.DEMENTIA in elder.kinds,
            )
            day = self.day(self.rng.randrange(BROUGHT_IN + 2, 340))
            wanted.append(Wanted(elder.pk, elder.draw, elder.path, (day,), level, whole=True))
        write_results(self.ctx, wanted, self.pair)

    def _row(self, elder: Elder, applied_on: date, minute: int) -> Application:
        asked_by, relation = self.rng.choice(_ASKED_BY)
        return Application(
            person_id=elder.pk,
            division_path=elder.path,
            number=make_number(applied_on),
            bed_kinds=[] if self.rng.random() < 0.6 else [BedKind.NURSING],
            channel=self.rng.choice((Channel.COUNTER, Channel.VILLAGE, Channel.PHONE)),
            asked_by=asked_by,
            relation=relation,
            state=ApplicationState.QUEUED,
            applied_at=self.ctx.moment(applied_on, 9 + minute % 7, minute),
            verify_by=applied_on + timedelta(days=7),
            verified_at=self.ctx.moment(applied_on + timedelta(days=1), 15),
        )

    def _wish(self, rows: Sequence[Application]) -> None:
        """Two of three wish for homes of their own district."""
        wishes = []
        for row in rows:
            near = self.homes.near(row.division_path)
            if near and self.rng.random() < 0.66:
                wishes += [
                    Wish(application=row, place=place, rank=rank) for rank, place in enumerate(near[:2], 1)
                ]
        Wish.objects.bulk_create(wishes, batch_size=2_000)
