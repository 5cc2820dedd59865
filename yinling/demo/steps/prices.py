"""What homes charge: price lists in versions, declarations of 普惠 prices, and the contracts of who lives there."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from django.utils.timezone import localdate

from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context
from yinling.demo.residents import district_of, focus_places
from yinling.demo.results import next_ids
from yinling.kernel.periods import Month
from yinling.registry.choices import BedKind, Ownership, PlaceKind
from yinling.registry.models import Place
from yinling.residence.models import Contract, ContractVersion, PriceItem, PriceVersion, Stay
from yinling.residence.models.fees.declarations import AidKind
from yinling.residence.models.fees.prices import FeeItem, PricePer, Whereabouts
from yinling.residence.operations.contracts import TEMPLATE
from yinling.residence.operations.declarations import AidInput, decide_declaration, declare_prices
from yinling.residence.operations.prices import AwayInput, ItemInput, publish_prices
from yinling.rulebook.contracts import latest
from yinling.rulebook.inclusive_prices import caps_on

CARE = ("自理", "半护理", "全护理", "特护")  # by the level assessed, from 0
MEALS = "三餐"
_AWAY = (
    AwayInput(Whereabouts.LEAVE, FeeItem.MEALS, 1, 0),
    AwayInput(Whereabouts.LEAVE, FeeItem.CARE, 4, 50),
    AwayInput(Whereabouts.HOSPITAL, FeeItem.MEALS, 1, 0),
    AwayInput(Whereabouts.HOSPITAL, FeeItem.CARE, 2, 0),
)
_BATCH = 2_000


def publish_all(ctx: Context) -> str:
    """Two versions, and a third to come, in the homes looked at closely; one in every other."""
    focus = focus_places(ctx)
    for n, place in enumerate(focus):
        _publish(ctx, place, to_come=n == 0, over_cap=n == 1)
    others = _publish_one_each(ctx, {p.pk for p in focus})
    declared = _declare(ctx, focus)
    contracts = _contract_all(ctx, focus)
    return f"{len(focus) + others} 家公布价目，{declared} 份普惠价格申报，{contracts:,} 份服务合同"


def care_of(level: int) -> str:
    return CARE[min(max(level - 1, 0), len(CARE) - 1)]


def _publish(ctx: Context, place: Place, *, to_come: bool, over_cap: bool) -> None:
    month = Month.of(ctx.as_of)
    rng = ctx.rng(f"prices {place.name}")
    base = _base(rng, place)
    begins = [date(2019, 1, 1), month.plus(-5).first_on, *([month.plus(2).first_on] if to_come else [])]
    for n, day in enumerate(begins):
        factor = 1 + 0.05 * n
        publish_prices(
            place=place,
            valid_from=day,
            items=_items(base, factor, over_cap=over_cap),
            away=_AWAY,
            note="成本上涨，调整价格" if n else "",
            by=None,
            at=min(ctx.moment(day - timedelta(days=40)), ctx.moment(ctx.as_of - timedelta(days=3))),
        )


def _base(rng: Random, place: Place) -> dict[str, int]:
    """Yuan a month; public homes are cheaper."""
    bed = (
        rng.randrange(700, 1000, 50)
        if place.ownership != Ownership.PRIVATE
        else rng.randrange(1000, 1500, 50)
    )
    return {
        BedKind.ORDINARY: bed,
        BedKind.NURSING: bed + 400,
        BedKind.DEMENTIA: bed + 800,
        BedKind.HOSPICE: bed + 900,
        **dict(zip(CARE, (300, 900, 1700, 2500), strict=True)),
    }


def _items(base: dict[str, int], factor: float, *, over_cap: bool = False) -> list[ItemInput]:
    """`over_cap`: nursing beds dearer than the city's cap allows to those who declare."""
    kinds = (BedKind.ORDINARY, BedKind.NURSING, BedKind.DEMENTIA, BedKind.HOSPICE)
    beds = {kind: base[kind] for kind in kinds}
    if over_cap:
        beds[BedKind.NURSING] = 2_600
    items = [ItemInput(FeeItem.BED, kind, PricePer.MONTH, _fen(yuan * factor)) for kind, yuan in beds.items()]
    items += [ItemInput(FeeItem.CARE, name, PricePer.MONTH, _fen(base[name] * factor)) for name in CARE]
    return [*items, ItemInput(FeeItem.MEALS, MEALS, PricePer.DAY, _fen(28 * factor))]


def _fen(yuan: float) -> int:
    """Whole yuan."""
    return round(yuan) * 100


def _publish_one_each(ctx: Context, besides: set[int]) -> int:
    """The list that each brought along."""
    kinds = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME)
    places = Place.objects.filter(kind__in=kinds, valid_to=None).exclude(pk__in=besides)
    begin = Month.of(ctx.as_of).plus(-9).first_on
    versions = PriceVersion.objects.bulk_create(
        [
            PriceVersion(
                place=place,
                division_path=place.division_path,
                number=1,
                valid_from=begin,
                published_at=ctx.moment(begin - timedelta(days=20)),
            )
            for place in places.order_by("name", "division__nbs_code")
        ]
    )
    PriceItem.objects.bulk_create(
        [
            PriceItem(version=version, **vars(item))
            for version in versions
            for item in _items(_base(ctx.rng(f"prices {version.place.name}"), version.place), 1.0)
        ],
        batch_size=_BATCH,
    )
    return len(versions)


def _declare(ctx: Context, focus: Sequence[Place]) -> int:
    """The first close to its caps; the second, whose published price lies above its cap, still to be decided;
    some more well within."""
    clerks = {a.division_path: a for a in Account.objects.filter(role=Role.DISTRICT_BUREAU)}
    month = Month.of(ctx.as_of)
    for n, place in enumerate(focus[:6]):
        caps = caps_on(ctx.as_of).caps_fen
        share = 0.99 if n < 2 else 0.7 + 0.05 * n
        kinds = (BedKind.ORDINARY, BedKind.NURSING)
        made = declare_prices(
            place=place,
            valid_from=month.plus(-2 if n != 1 else 1).first_on,
            aids=[
                AidInput(
                    AidKind.CONSTRUCTION,
                    "市级养老服务设施建设补助（演示）",
                    ctx.as_of.year - 2,
                    60_000_000 + n * 5_000_000,
                ),
                AidInput(AidKind.PREMISES, "街道无偿提供用房（演示）", ctx.as_of.year - 1, 24_000_000),
            ],
            prices={kind: round(caps[kind] * share / 1000) * 1000 for kind in kinds},
            by=None,
            at=ctx.moment(month.plus(-3).first_on) if n != 1 else ctx.moment(ctx.as_of - timedelta(days=4)),
        )
        if n != 1:
            clerk = clerks.get(district_of(place.division_path))
            at = ctx.moment(month.plus(-3).first_on + timedelta(days=9))
            decide_declaration(declaration=made, approve=True, decision="在上限以内，同意", by=clerk, at=at)
    return min(len(focus), 6)


def _contract_all(ctx: Context, focus: Sequence[Place]) -> int:
    """Of everybody who lives there but those whom the state keeps; two in a home have none yet."""
    stays = list(
        Stay.objects.filter(place__in=focus, until=None, funded=False)
        .select_related("assessment", "person")
        .order_by("place__name", "since", "person__name")
    )
    versions = {p.pk: _versions(p) for p in focus}
    text, rng = latest(TEMPLATE), ctx.rng("contracts")
    stays = [s for s in stays if rng.random() > 0.015]
    ids = next_ids(Contract, len(stays))
    rows = []
    for pk, stay in zip(ids, stays, strict=True):
        signed = localdate(stay.since)
        rows.append(
            Contract(
                pk=pk,
                stay=stay,
                division_path=stay.division_path,
                number=f"YL{signed:%Y}{pk:07d}",
                template=text.id,
                template_version=text.version,
                deposit_fen=rng.choice((3_000, 4_000, 5_000)) * 100,
                signed_on=signed,
                signed_by=f"{stay.person.name[:1]}家属" if rng.random() < 0.8 else stay.person.name,
                signer_relation="子女",
                made_at=_made_at(ctx, stay.since),
            )
        )
    Contract.objects.bulk_create(rows, batch_size=_BATCH)
    ContractVersion.objects.bulk_create(
        [
            ContractVersion(
                contract=row,
                number=1,
                valid_from=row.signed_on,
                care_level=care_of(row.stay.assessment.level),
                meal_plan=MEALS if rng.random() < 0.95 else "",
                prices=_on(versions[row.stay.place_id], row.signed_on),
                signed_on=row.signed_on,
                signed_by=row.signed_by,
                made_at=row.made_at,
            )
            for row in rows
        ],
        batch_size=_BATCH,
    )
    return len(rows)


def _made_at(ctx: Context, since: datetime) -> datetime:
    return min(since + timedelta(hours=2), ctx.at)


def _versions(place: Place) -> list[PriceVersion]:
    return list(PriceVersion.objects.filter(place=place).order_by("valid_from"))


def _on(versions: Sequence[PriceVersion], day: date) -> PriceVersion:
    return next((v for v in reversed(versions) if v.valid_from <= day), versions[0])
