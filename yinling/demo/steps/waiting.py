"""The waiting list for public homes: a city's list at once, then what happened to it lately, through the operations."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from yinling.assessment.choices import Channel
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context, account
from yinling.demo.residents import Elder, People, district_of, focus_places
from yinling.demo.results import Wanted, write_results
from yinling.demo.sheets import draw_level
from yinling.demo.steps.offers import PublicHomes, play_offers
from yinling.registry.choices import BedKind, CategoryKind
from yinling.registry.models import Person, PersonAccess, PersonCategory
from yinling.residence.models import Application, Offer, Stay, SupportWish, Wish
from yinling.residence.operations.applying import apply_for_home, end_application
from yinling.residence.operations.publishing import (
    answer_objection,
    object_to_list,
    publish_list,
    set_reserve,
)
from yinling.residence.operations.skips import decide_skip, lift_skip, propose_skip
from yinling.residence.operations.verifying import verify_application
from yinling.residence.queueing.facts import facts_in_states
from yinling.residence.queueing.table import enter_all, lock_queue
from yinling.residence.waiting_choices import ApplicationEnd, ApplicationState, SkipGround
from yinling.residence.waiting_numbers import make_number
from yinling.rulebook.waiting_lists import policy_on

_LISTED = {"small": 60, "city": 900}
_BROUGHT_IN = 60  # days ago
_CLASSES = (
    CategoryKind.LOW_INCOME,
    CategoryKind.LOW_INCOME_MARGINAL,
    CategoryKind.FAMILY_PLANNING_SPECIAL,
    CategoryKind.SEVERE_DISABILITY,
    CategoryKind.ENTITLED_GROUP,
)
_ASKED_BY = (("", ""), ("", ""), ("长女", "子女"), ("长子", "子女"))


def play_waiting(ctx: Context) -> str:
    play = _Play(ctx)
    play.bring_list()
    play.keep_back()
    play.publish(35, objection=True)
    play_offers(ctx, play.homes)
    play.newcomers()
    play.owed()
    play.shown_elder()
    play.skips()
    play.publish(3, objection=False)
    open_ones = Application.objects.filter(ended_at=None)
    return f"轮候申请 {Application.objects.count():,} 件，在办 {open_ones.count():,} 件；入住通知 {Offer.objects.count()} 份"


class _Play:
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
        elders = list(self._elders(count))
        days = sorted(self.rng.randrange(_BROUGHT_IN + 2, 420) for _ in elders)[::-1]
        self._assess(elders[: len(elders) - len(elders) // 15])
        rows = [
            self._row(elder, self.day(ago), self.rng.randrange(60))
            for elder, ago in zip(elders, days, strict=True)
        ]
        lock_queue()
        Application.objects.bulk_create(rows, batch_size=2_000)
        self._wish(rows)
        at = self.ctx.moment(self.day(_BROUGHT_IN), 9)
        policy = policy_on(self.day(_BROUGHT_IN))
        facts = facts_in_states([ApplicationState.QUEUED], at=at)
        for row in rows:
            known = facts[row.pk]
            row.class_code = known.class_code(policy)
            if not known.assessed_on(self.ctx.as_of):
                row.state = ApplicationState.ASSESSING
        Application.objects.bulk_update(rows, ["class_code", "state"], batch_size=2_000)
        waiting = {row.pk for row in rows if row.state == ApplicationState.QUEUED}
        enter_all((f for pk, f in facts.items() if pk in waiting), at=at)

    def keep_back(self) -> None:
        at = self.ctx.moment(self.day(58))
        for place in self.homes.places:
            clerk = self.clerk(place.division_path)
            set_reserve(
                place=place,
                beds=self.rng.randrange(2, 6),
                source="区市民政局年度安排（演示）",
                by=clerk,
                at=at,
            )

    def publish(self, ago: int, *, objection: bool) -> None:
        made = publish_list(by=self.city, at=self.ctx.moment(self.day(ago), 16))
        if not objection:
            return
        row = Application.objects.filter(state=ApplicationState.QUEUED).order_by("number").first()
        said = object_to_list(
            publication=made,
            application=row,
            text="我父亲比名单上前一位先申请，为什么排在后面？",
            name="刘女士",
            phone="10000000009",
            channel=Channel.PHONE,
            by=None,
            at=self.ctx.moment(self.day(ago - 2), 10),
        )
        answer = "经核查，同一类别先按失能等级、再按年龄和申请时间排列，前一位失能等级更高，次序无误。"
        at = self.ctx.moment(self.day(ago - 4), 10)
        answer_objection(objection=said, upheld=False, answer=answer, by=self.city, at=at)

    def newcomers(self) -> None:
        """Entered lately, not yet verified, verified, given up, found not eligible."""
        elders = list(self._elders(min(16, self.ctx.people // 60)))
        self._assess(elders[::2])
        for n, elder in enumerate(elders):
            made = self._apply(elder.pk, 1 + n % 9)
            clerk = self.clerk(made.division_path)
            at = self.ctx.moment(self.day(n % 9), 0, 15)
            if n % 4 == 1:
                verify_application(application=made, by=clerk, at=at)
            elif n % 8 == 2:
                end = ApplicationEnd.NOT_ELIGIBLE
                reason = "户籍和居住地都不在本市"
                end_application(application=made, end=end, reason=reason, by=clerk, at=at)
            elif n % 8 == 6:
                end_application(
                    application=made, end=ApplicationEnd.WITHDRAWN, reason="家中另有安排", by=clerk, at=at
                )
            elif n % 4 == 0:
                verify_application(application=made, by=clerk, at=at)

    def owed(self) -> None:
        """Destitute people who wish to live in a home and do not yet: past the queue."""
        housed = Stay.objects.filter(until=None).values("person")
        wishes = SupportWish.objects.filter(kind="in_home", valid_to=None).exclude(person__in=housed)
        ids = wishes.order_by("person__born_on", "person__name").values_list("person_id", flat=True)
        for n, pk in enumerate(list(ids[:12])):
            made = self._apply(pk, 9 - n % 4)
            clerk = self.clerk(made.division_path)
            verify_application(application=made, by=clerk, at=self.ctx.moment(self.day(4), 11))
            if n == 0:
                self.homes.offer_owed(made, self.city, self.ctx.moment(self.day(2), 11))

    def shown_elder(self) -> None:
        """The elder who signs in by phone: assessed, applied for by the village's worker, and waiting."""
        access = PersonAccess.objects.select_related("person").filter(relation="本人").first()
        if access is None:
            return
        person = access.person
        wanted = Wanted(person.pk, 5, person.division_path, (self.day(48),), 2, whole=True)
        write_results(self.ctx, [wanted], self.pair)
        made = self._apply(person.pk, 30, by=account("dongbeicun"), channel=Channel.VILLAGE)
        verify_application(application=made, by=account("huancui"), at=self.ctx.moment(self.day(28), 10))

    def skips(self) -> None:
        grounds = (
            (SkipGround.IN_HOSPITAL, "正在市立医院住院，预计下月出院", "approve"),
            (SkipGround.ASKED_LATER, "家属来电，想等女儿回来一起商量", "approve"),
            (SkipGround.UNREACHABLE, "三天内打了四次电话没有接通", "wait"),
            (SkipGround.UNFIT_BED, "需要认知障碍照护床位，目前空出的是普通床位", "refuse"),
            (SkipGround.IN_HOSPITAL, "骨折住院", "lift"),
        )
        queued = Application.objects.filter(state=ApplicationState.QUEUED).order_by(
            "place_in_queue__rank", "number"
        )
        for (ground, words, then), application in zip(grounds, queued[2:7], strict=False):
            clerk = self.clerk(application.division_path)
            skip = propose_skip(
                application=application,
                ground=ground,
                particulars=words,
                until=self.ctx.as_of + timedelta(days=25),
                by=clerk,
                at=self.ctx.moment(self.day(5), 10),
            )
            if then == "wait":
                continue
            at = self.ctx.moment(self.day(4), 10)
            note = "请先核实照护等级" if then == "refuse" else "情况属实"
            skip = decide_skip(skip=skip, approve=then != "refuse", note=note, by=self.city, at=at)
            if then == "lift":
                lift_skip(skip=skip, by=clerk, at=self.ctx.moment(self.day(2), 10))

    def day(self, ago: int) -> date:
        return self.ctx.as_of - timedelta(days=ago)

    def clerk(self, path: str) -> Account:
        return self.clerks.get(district_of(path), self.city)

    def _elders(self, count: int) -> Iterator[Elder]:
        """Half of them of the classes that come first."""
        certified = PersonCategory.objects.filter(kind__in=_CLASSES, valid_to=None)
        known = set(certified.values_list("person_id", flat=True))
        districts = sorted(self.people.others)
        for n in range(count):
            pool = self.people.others[districts[n % len(districts)]]
            if n % 2 == 0:
                pool.sort(key=lambda e: e.pk in known)
            yield from self.people.take(self.people.others, districts[n % len(districts)], 1)

    def _assess(self, elders: Sequence[Elder]) -> None:
        wanted = []
        for elder in elders:
            level = draw_level(
                self.rng,
                disabled=CategoryKind.DISABLED_ELDER in elder.kinds,
                dementia=CategoryKind.DEMENTIA in elder.kinds,
            )
            day = self.day(self.rng.randrange(_BROUGHT_IN + 2, 340))
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

    def _apply(
        self, person: int, ago: int, by: Account | None = None, channel: Channel = Channel.COUNTER
    ) -> Application:
        row = Person.objects.select_related("division").get(pk=person)
        return apply_for_home(
            person=row,
            homes=self.homes.near(row.division_path)[:2],
            channel=channel,
            by=by or self.clerk(row.division_path),
            at=self.ctx.moment(self.day(ago), 0, 10),
        )
