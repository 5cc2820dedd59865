"""What happened lately in the homes looked at closely: moved in on trial or for some weeks, moved to another bed, on
leave, in hospital, left, died, and the money given back. Through the operations."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context, account
from yinling.demo.residents import Elder, People, district_of, focus_places
from yinling.demo.results import Wanted, write_results
from yinling.demo.sheets import draw_level
from yinling.demo.steps.prices import MEALS, care_of
from yinling.registry.choices import CategoryKind, LivingSituation, PersonState
from yinling.registry.models import Bed, Person, Place
from yinling.registry.operations.states import change_state
from yinling.residence.choices import RoomSex, StayEnd, StayKind
from yinling.residence.models import Occupancy, Offer, Refund, Stay
from yinling.residence.models.fees.money import Method
from yinling.residence.operations.absences import go_to_hospital, return_from_absence, start_leave
from yinling.residence.operations.bills import issue_bill
from yinling.residence.operations.contracts import make_contract
from yinling.residence.operations.leaving import end_stay
from yinling.residence.operations.refunds import decide_refund, pay_refund
from yinling.residence.operations.stays import admit, confirm_stay, transfer
from yinling.residence.waiting_choices import HOLDING


def play_stays(ctx: Context) -> str:
    places = focus_places(ctx)
    play = _Play(ctx)
    for n, place in enumerate(places):
        play.home(place, full=n == 0)
    if len(places) > 1:
        play.move_home(places[1], places[0])
    counts = {kind: Stay.objects.filter(until=None, kind=kind).count() for kind in StayKind}
    said = "、".join(f"{kind.label} {count:,}" for kind, count in counts.items())
    return f"在住：{said}；退费 {Refund.objects.count()} 笔"


class _Play:
    def __init__(self, ctx: Context) -> None:
        self.ctx, self.rng = ctx, ctx.rng("stays")
        self.people = People(ctx)
        self.pair = [account("pinggu2"), account("pinggu")]
        self.clerks = {a.division_path: a for a in Account.objects.filter(role=Role.DISTRICT_BUREAU)}

    def home(self, place: Place, *, full: bool) -> None:
        """Each act happens to somebody else. `full`: everything there is; else a little of it."""
        stays = iter(self._long_stays(place))
        self.leave(stays, 3 if full else 1)
        self.hospital(stays, 2 if full else 1)
        self.depart(stays, place, 4 if full else 1)
        if not full:
            return
        for _ in range(2):
            self.change_bed(stays, place)
        self.die(stays)
        for elder, bed, n in self._newcomers(place, 7):
            self.move_in(elder, bed, n)

    def leave(self, stays: Iterator[Stay], count: int) -> None:
        for n, stay in zip(range(count), stays, strict=False):
            since = self.moment(2 - n % 2, 9)
            start_leave(
                stay=stay,
                since=since,
                expected_back=self.day(-1 - n),
                reason="回家参加孙辈婚礼" if n else "回家小住",
                companion="长子",
                by=None,
                at=since,
            )
            if n == 2:
                back = self.moment(1, 16)
                return_from_absence(stay=stay, until=back, by=None, at=back)

    def hospital(self, stays: Iterator[Stay], count: int) -> None:
        for n, stay in zip(range(count), stays, strict=False):
            since = self.moment(6 - n, 8)
            go_to_hospital(
                stay=stay,
                since=since,
                expected_back=self.day(-3) if n == 0 else None,
                reason="肺部感染，住院治疗",
                companion="长女",
                by=None,
                at=since,
            )

    def depart(self, stays: Iterator[Stay], place: Place, count: int) -> None:
        """One long ago, whose refund is late by now where nobody decides it; the others lately, each a step further."""
        for n, stay in zip(range(count), stays, strict=False):
            ago = 20 if count == 1 else (18, 9, 6, 3)[n]
            until = self.moment(ago, 14)
            end_stay(stay=stay, how=StayEnd.DEPARTED, until=until, reason="子女接回家照料", by=None, at=until)
            for bill in stay.bills.filter(state="draft").order_by("month", "sequence"):
                if count > 1:
                    issue_bill(bill=bill, by=None, at=until + timedelta(hours=1))
            refund = Refund.objects.filter(stay=stay, state="asked").first()
            if refund is not None and count > 1 and n < 3:
                self.give_back(refund, place, until + timedelta(hours=2), paid=n < 2)

    def give_back(self, refund: Refund, place: Place, at: datetime, *, paid: bool) -> None:
        clerk = self.clerks.get(district_of(place.division_path))
        row = decide_refund(refund=refund, approve=True, decision="金额核对无误", by=clerk, at=at)
        if paid and row.state == "approved":
            pay_refund(
                refund=row,
                method=Method.TRANSFER,
                paid_on=at.date(),
                payee="家属",
                by=None,
                at=at + timedelta(hours=1),
            )

    def change_bed(self, stays: Iterator[Stay], place: Place) -> None:
        stay = next(stays, None)
        bed = next(self._free_beds(place, stay.person.sex), None) if stay else None
        if stay is not None and bed is not None:
            at = self.moment(5, 10)
            transfer(stay=stay, bed=bed, since=at, reason="需要护理型床位", by=None, at=at)

    def die(self, stays: Iterator[Stay]) -> None:
        """One whose file the village closed, and one of whom the home has just told."""
        for n, stay in zip(range(2), stays, strict=False):
            at = self.moment(4 - 2 * n, 5)
            if n == 0:
                change_state(person=stay.person, state=PersonState.DECEASED, on=at.date(), by=None, at=at)
            else:
                end_stay(stay=stay, how=StayEnd.DIED, until=at, reason="", by=None, at=at)

    def move_in(self, elder: Elder, bed: Bed, n: int) -> None:
        """Three for some weeks, the others on trial, one of whom stays."""
        ago = 4 + 3 * n
        level = draw_level(
            self.rng,
            disabled=CategoryKind.DISABLED_ELDER in elder.kinds,
            dementia=CategoryKind.DEMENTIA in elder.kinds,
        )
        wanted = Wanted(elder.pk, elder.draw, elder.path, (self.day(ago + 6),), level, whole=True)
        write_results(self.ctx, [wanted], self.pair)
        kind = StayKind.RESPITE if n < 3 else StayKind.TRIAL
        since = self.moment(ago, 10)
        stay = admit(
            person=Person.objects.get(pk=elder.pk),
            bed=bed,
            kind=kind,
            since=since,
            planned_until=self.day(ago) + timedelta(days=(28, 12, 20, 14, 29, 29, 29)[n]),
            by=None,
            at=since,
        )
        make_contract(
            stay=stay,
            care_level=care_of(level),
            meal_plan=MEALS,
            deposit_fen=300_000,
            signed_on=self.day(ago),
            signed_by="家属",
            signer_relation="子女",
            by=None,
            at=since + timedelta(hours=1),
        )
        if n == 6:
            confirm_stay(stay=stay, by=None, at=self.moment(3, 11))

    def move_home(self, place: Place, to: Place) -> None:
        stay = next(iter(self._long_stays(place)[::-1]), None)
        bed = next(self._free_beds(to, stay.person.sex), None) if stay else None
        if stay is not None and bed is not None:
            at = self.moment(7, 10)
            transfer(stay=stay, bed=bed, since=at, reason="离子女家更近", by=None, at=at)

    def day(self, ago: int) -> date:
        return self.ctx.as_of - timedelta(days=ago)

    def moment(self, ago: int, hour: int) -> datetime:
        return self.ctx.moment(self.day(ago), hour)

    def _long_stays(self, place: Place) -> Sequence[Stay]:
        """Present, since long, billed up to last month (who leaves is billed from there on), in a drawn order."""
        rows = (
            Stay.objects.filter(place=place, until=None, kind=StayKind.LONG, bills__isnull=False)
            .filter(since__lt=self.moment(60, 0))
            .exclude(absences__until=None, absences__isnull=False)
            .select_related("person", "place")
            .order_by("since", "person__name")
            .distinct()
        )
        found = list(rows)
        newest = found[-30:]
        self.rng.shuffle(newest)
        return newest

    def _free_beds(self, place: Place, sex: str) -> Iterator[Bed]:
        taken = Occupancy.objects.filter(until=None, bed__isnull=False).values("bed")
        promised = Offer.objects.filter(state__in=HOLDING).values("bed")
        free = Bed.objects.filter(place=place, valid_to=None, valid_from__lt=self.day(60))
        free = free.exclude(pk__in=taken).exclude(pk__in=promised).exclude(kind="hospice")
        free = free.exclude(placement__room__sex__in={RoomSex.MALE, RoomSex.FEMALE} - {sex})
        # Lately left beds are still in use for those who moved in before the others left.
        return iter(free.exclude(occupancies__until__gt=self.moment(40, 0)).order_by("code"))

    def _newcomers(self, place: Place, count: int) -> Iterator[tuple[Elder, Bed, int]]:
        for n, elder in enumerate(
            self.people.take(self.people.others, district_of(place.division_path), count)
        ):
            if elder.living == LivingSituation.INSTITUTION:
                continue
            bed = next(self._free_beds(place, elder.sex), None)
            if bed is not None:
                yield elder, bed, n
