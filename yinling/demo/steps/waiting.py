"""The waiting list for public homes: a city's list at once, then what happened to it lately, through the operations."""

from datetime import timedelta

from yinling.assessment.choices import Channel
from yinling.core.models import Account
from yinling.demo.context import Context, account
from yinling.demo.results import Wanted, write_results
from yinling.demo.steps.offers import play_offers
from yinling.demo.steps.waiting_list import WaitingList
from yinling.registry.models import Person, PersonAccess
from yinling.residence.models import Application, Offer, Stay, SupportWish
from yinling.residence.operations.applying import apply_for_home, end_application
from yinling.residence.operations.publishing import (
    answer_objection,
    object_to_list,
    publish_list,
    set_reserve,
)
from yinling.residence.operations.skips import decide_skip, lift_skip, propose_skip
from yinling.residence.operations.verifying import verify_application
from yinling.residence.waiting_choices import ApplicationEnd, ApplicationState, SkipGround


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


class _Play(WaitingList):
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
        elders = list(self.elders(min(16, self.ctx.people // 60)))
        self.assess(elders[::2])
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
