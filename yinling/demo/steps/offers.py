"""Offers of beds in public homes over the last month, and how each was answered."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle

from yinling.assessment.choices import Channel
from yinling.core.models import Account
from yinling.demo.context import Context, account
from yinling.demo.residents import district_of
from yinling.kernel.errors import DomainError
from yinling.registry.choices import Ownership
from yinling.registry.models import Bed, Place
from yinling.residence.choices import StayKind
from yinling.residence.models import Application, Offer
from yinling.residence.operations.answering import answer_offer, expire_offers
from yinling.residence.operations.offering import offer_assured_bed, offer_bed
from yinling.residence.operations.stays import admit
from yinling.residence.queries.free_beds import free_beds

# (days ago, what became of it). Who refuses stays first, and refuses the next one too: then the waiting is over.
_COURSE = (
    (31, "move_in"),
    (30, "move_in"),
    (28, "refuse"),
    (25, "refuse"),
    (23, "expire"),
    (14, "expired"),
    (13, "move_in"),
    (12, "trial"),
    (11, "refuse"),
    (10, "overdue"),
    (6, "accept"),
    (5, "accept"),
    (4, "wait"),
    (3, "wait"),
    (2, "wait"),
)


class PublicHomes:
    """Those of the homes looked at closely that have a waiting list."""

    def __init__(self, ctx: Context, places: Sequence[Place]) -> None:
        self.ctx = ctx
        public = (Ownership.PUBLIC, Ownership.PUBLIC_BUILT)
        self.places = [p for p in places if p.ownership in public]
        self._turns = cycle(self.places)

    def near(self, path: str) -> list[Place]:
        return [p for p in self.places if district_of(p.division_path) == district_of(path)]

    def free(self, at: datetime) -> Iterator[Bed]:
        """A free bed of one home after the other."""
        for _ in self.places:
            bed = (
                free_beds(at).filter(place=next(self._turns)).order_by("code").select_related("place").first()
            )
            if bed is not None:
                yield bed

    def offer(self, by: Account, at: datetime) -> Offer | None:
        """To whoever is first for the first free bed that somebody fits."""
        for bed in self.free(at):
            try:
                return offer_bed(bed=bed, by=by, at=at)
            except DomainError:  # kept for the year's intake, or nobody wishes for this home
                continue
        return None

    def offer_owed(self, application: Application, by: Account, at: datetime) -> None:
        for bed in self.free(at):
            offer_assured_bed(application=application, bed=bed, by=by, at=at)
            return


def play_offers(ctx: Context, homes: PublicHomes) -> None:
    by = account("minzheng")
    for ago, then in _COURSE:
        if then == "expired":
            expire_offers(by=None, at=ctx.moment(_day(ctx, ago), 0, 5))
            continue
        offer = homes.offer(by, ctx.moment(_day(ctx, ago), 9))
        if offer is None or then in ("expire", "overdue", "wait"):
            continue
        at = ctx.moment(_day(ctx, ago - 1), 15)
        accept = then != "refuse"
        reason = "" if accept else "离家太远，想等近一点的机构"
        offer = answer_offer(offer=offer, accept=accept, channel=Channel.PHONE, reason=reason, by=by, at=at)
        if then in ("move_in", "trial"):
            _move_in(
                offer,
                StayKind.TRIAL if then == "trial" else StayKind.LONG,
                ctx.moment(_day(ctx, ago - 3), 10),
            )


def _move_in(offer: Offer, kind: StayKind, at: datetime) -> None:
    application = Application.objects.select_related("person").get(pk=offer.application_id)
    bed = Bed.objects.get(pk=offer.bed_id)
    admit(person=application.person, bed=bed, kind=kind, since=at, application=application, by=None, at=at)


def _day(ctx: Context, ago: int) -> date:
    return ctx.as_of - timedelta(days=ago)
