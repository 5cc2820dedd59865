"""Price lists of homes, for staff and for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yinling.core.models import Account
from yinling.registry.choices import BedKind
from yinling.registry.models import Place
from yinling.residence.fees.computing import code_label
from yinling.residence.limits import LIVED_IN
from yinling.residence.models import AwayTerm, PriceDeclaration, PriceItem, PriceVersion
from yinling.residence.models.fees.declarations import AidKind, DeclarationState
from yinling.residence.models.fees.prices import FeeItem, PricePer, Whereabouts
from yinling.rulebook.inclusive_prices import load as load_caps


@dataclass(frozen=True)
class VersionView:
    """`state`: now, later, before, withdrawn. `until` is the day of the next version."""

    version: PriceVersion
    state: str
    until: date | None
    items: list[tuple[str, str, str, int]]  # kind's label, name, unit, fen
    away: list[str]


@dataclass(frozen=True)
class BedPriceLine:
    """普惠: what is published, what was declared, the cap, side by side; by the month."""

    label: str
    published_fen: int | None
    declared_fen: int
    cap_fen: int

    @property
    def over(self) -> bool:
        return self.published_fen is not None and self.published_fen > min(self.declared_fen, self.cap_fen)


@dataclass(frozen=True)
class DeclarationView:
    row: PriceDeclaration
    aids: list[tuple[str, str, int, int]]  # kind, source, year, fen
    lines: list[BedPriceLine]
    basis: str
    source: str
    illustrative: str

    @property
    def aid_fen(self) -> int:
        return sum(fen for *_, fen in self.aids)


def list_price_versions(place: Place, today: date) -> list[VersionView]:
    """Newest first. Prices are public: whoever sees the home sees them."""
    rows = list(
        PriceVersion.objects.filter(place=place)
        .order_by("-valid_from", "-pk")
        .prefetch_related("items", "away_terms")
    )
    starts = sorted(v.valid_from for v in rows if v.withdrawn_at is None)
    return [_view(version, starts, today) for version in rows]


def version_now(place: Place, today: date) -> VersionView | None:
    return next((v for v in list_price_versions(place, today) if v.state == "now"), None)


def get_declaration(place: Place, today: date) -> DeclarationView | None:
    """The approved one in force."""
    rows = PriceDeclaration.objects.filter(
        place=place, state=DeclarationState.APPROVED, valid_from__lte=today
    )
    row = rows.order_by("-valid_from").prefetch_related("aids", "prices").first()
    return declaration_views([row], today)[0] if row else None


def declaration_views(rows: Sequence[PriceDeclaration], today: date) -> list[DeclarationView]:
    """Each with the price that its home publishes today, in a fixed number of questions."""
    published = _monthly_beds([row.place_id for row in rows], today)
    return [_declaration_view(row, published.get(row.place_id, {})) for row in rows]


def _declaration_view(row: PriceDeclaration, published: dict[str, int]) -> DeclarationView:
    caps = load_caps().get(row.rules)
    return DeclarationView(
        row,
        [(str(AidKind(a.kind).label), a.source, a.year, a.amount_fen) for a in row.aids.all()],
        [
            BedPriceLine(str(BedKind(p.bed_kind).label), published.get(p.bed_kind), p.price_fen, p.cap_fen)
            for p in row.prices.all()
        ],
        caps.basis if caps else "",
        caps.source if caps else "",
        caps.illustrative if caps else "",
    )


def list_declarations(*, actor: Account, state: str = "") -> list[PriceDeclaration]:
    """Newest first, those to be decided before others."""
    rows = (
        PriceDeclaration.objects.visible_to(actor).select_related("place").prefetch_related("aids", "prices")
    )
    if state:
        rows = rows.filter(state=state)
    return sorted(rows.order_by("-pk")[:200], key=lambda r: r.state != DeclarationState.DECLARED)


def list_over_cap(*, actor: Account, today: date) -> list[tuple[PriceDeclaration, BedPriceLine]]:
    """Homes whose published price is above what they declared or above the cap."""
    rows = PriceDeclaration.objects.visible_to(actor).filter(
        state=DeclarationState.APPROVED, valid_from__lte=today, place__valid_to=None
    )
    rows = rows.select_related("place").prefetch_related("aids", "prices").order_by("valid_from")
    in_force = {row.place_id: row for row in rows[:1000]}  # the last one of each home
    views = declaration_views(list(in_force.values()), today)
    return [(view.row, line) for view in views for line in view.lines if line.over]


@dataclass(frozen=True)
class PublicHome:
    """A line of the public list; prices by the month in fen, None where not published."""

    pk: int
    name: str
    town: str
    bed_from: int | None
    care_from: int | None
    inclusive: bool


def list_public_prices(*, text: str = "", division_path: str = "", today: date) -> list[PublicHome]:
    """Every open home with its lowest prices in force, by name."""
    homes = Place.objects.filter(kind__in=LIVED_IN, valid_to=None)
    if division_path:
        homes = homes.filter(division_path__startswith=division_path)
    if text:
        homes = homes.filter(name__icontains=text)
    rows = list(
        homes.order_by("name").values_list("pk", "name", "division__parent__name", "division__name")[:300]
    )
    pks = [r[0] for r in rows]
    versions = _in_force(pks, today)
    lowest: dict[tuple[int, str], int] = {}
    items = PriceItem.objects.filter(version__in=versions.values(), kind__in=["bed", "care"])
    for version, kind, per, fen in items.values_list("version_id", "kind", "per", "amount_fen"):
        monthly = fen * (30 if per == PricePer.DAY else 1)
        lowest[version, kind] = min(monthly, lowest.get((version, kind), monthly))
    bound = set(
        PriceDeclaration.objects.filter(
            place__in=pks, state=DeclarationState.APPROVED, valid_from__lte=today
        ).values_list("place_id", flat=True)
    )
    return [
        PublicHome(
            pk,
            name,
            town or division,
            lowest.get((versions.get(pk, 0), "bed")),
            lowest.get((versions.get(pk, 0), "care")),
            pk in bound,
        )
        for pk, name, town, division in rows
    ]


def away_words(term: AwayTerm) -> str:
    """`请假从第 4 天起，护理费按 50% 收`."""
    charge = "不收" if term.percent == 0 else f"按 {term.percent}% 收"
    return f"{Whereabouts(term.presence).label}从第 {term.from_day} 天起，{FeeItem(term.kind).label}{charge}"


def _view(version: PriceVersion, starts: list[date], today: date) -> VersionView:
    until = next((s for s in starts if s > version.valid_from), None)
    if version.withdrawn_at is not None:
        state = "withdrawn"
    elif version.valid_from > today:
        state = "later"
    else:
        state = "now" if until is None or until > today else "before"
    items = [
        (str(FeeItem(i.kind).label), code_label(i.kind, i.code), str(PricePer(i.per).label), i.amount_fen)
        for i in version.items.all()
    ]
    return VersionView(version, state, until, items, [away_words(t) for t in version.away_terms.all()])


def _in_force(places: Sequence[int], today: date) -> dict[int, int]:
    """The price list in force of each home."""
    rows = PriceVersion.objects.filter(place__in=places, withdrawn_at=None, valid_from__lte=today)
    return dict(rows.order_by("valid_from").values_list("place_id", "pk"))  # the last one of each


def _monthly_beds(places: Sequence[int], today: date) -> dict[int, dict[str, int]]:
    """Bed fees by the month, the longest, by home and kind of bed."""
    versions = _in_force(places, today)
    items = PriceItem.objects.filter(version__in=versions.values(), kind=FeeItem.BED)
    monthly: dict[int, dict[str, int]] = {}
    for version, code, per, fen in items.values_list("version_id", "code", "per", "amount_fen"):
        monthly.setdefault(version, {})[code] = fen * (31 if per == PricePer.DAY else 1)
    return {place: monthly.get(version, {}) for place, version in versions.items()}
