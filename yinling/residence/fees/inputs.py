"""What the billing engine is given for a stay and a month, from rows and back from what a bill froze."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from yinling.engines.billing.month import Away
from yinling.engines.billing.month import Stay as Lived
from yinling.kernel.errors import DomainError
from yinling.kernel.fees import AwayRule, FeeKind, Per, Presence, Price, PriceList
from yinling.kernel.periods import Month
from yinling.registry.models import Place
from yinling.residence.models import Absence, ContractVersion, Occupancy, PriceVersion, Stay

ENGINE = "billing 1"


class NoContract(DomainError):
    """A stay without a contract."""


class NoPriceList(DomainError):
    """The home has not published any price."""


def inputs_of(stay: Stay, month: Month) -> dict[str, Any]:
    """JSON: the pieces of the stay, absences and price lists that touch the month, with the ids of their rows.

    A day belongs to the bed of its evening, the day of leaving to none; a day away is one whose evening was away.
    Ends beyond the month are left open, so that what happens later changes nothing. Whom the state keeps
    (特困供养) is charged nothing. Raises NoContract.
    """
    beds = [] if stay.funded else [b for b in _bed_days(stay) if _touches(b[0], b[1], month)]
    terms = _terms(stay)
    if beds and not terms:
        raise NoContract("还没有登记服务合同。请先登记合同，再出账。")
    return {
        "engine": ENGINE,
        "month": str(month),
        "stays": _pieces(beds, terms, month),
        "aways": _aways(stay, month),
        "prices": [_price_list(v) for v in _versions_for(stay.place_id, month)],
    }


def _terms(stay: Stay) -> list[tuple[date, date | None, str, str, int]]:
    """(from, until before, care level, meal plan, id) of the contract; the first version speaks of the stay from
    its beginning, also after that was corrected."""
    rows = ContractVersion.objects.filter(contract__stay=stay).order_by("valid_from")
    found = list(rows.values_list("valid_from", "care_level", "meal_plan", "pk"))
    starts = [date.min, *(row[0] for row in found[1:])]
    ends = [*starts[1:], None]
    return [
        (start, end, care, meals, pk)
        for start, end, (_, care, meals, pk) in zip(starts, ends, found, strict=False)
    ]


def _pieces(beds: list[Any], terms: list[Any], month: Month) -> list[dict[str, Any]]:
    found = []
    for begins_on, ends_on, bed_kind, occupancy in beds:
        for valid_from, until, care, meals, version in terms:
            start, end = max(begins_on, valid_from), _earlier(ends_on, until)
            if (end is None or start < end) and _touches(start, end, month):
                found.append(
                    {
                        "from": start.isoformat(),
                        "to": _within(end, month),
                        "bed": bed_kind,
                        "care": care,
                        "meals": meals,
                        "occupancy": occupancy,
                        "contract_version": version,
                    }
                )
    return found


def _touches(start: date, end: date | None, month: Month) -> bool:
    return start <= month.last_on and (end is None or end > month.first_on)


def _within(end: date | None, month: Month) -> str | None:
    """The end, left open when the month does not see it."""
    return end.isoformat() if end is not None and end <= month.last_on else None


def read_inputs(frozen: dict[str, Any]) -> tuple[Month, list[Lived], list[Away], list[PriceList]]:
    """What the engine takes, from the JSON of a bill."""
    stays = [Lived(_day(s["from"]), _day(s["to"]), s["bed"], s["care"], s["meals"]) for s in frozen["stays"]]
    aways = [Away(_day(a["from"]), _day(a["to"]), Presence(a["presence"])) for a in frozen["aways"]]
    prices = [
        PriceList(
            str(p["version"]),
            _day(p["from"]),
            tuple(Price(FeeKind(k), code, Per(per), fen) for k, code, per, fen in p["prices"]),
            tuple(AwayRule(Presence(w), FeeKind(k), n, percent) for w, k, n, percent in p["away"]),
        )
        for p in frozen["prices"]
    ]
    return Month.parse(frozen["month"]), stays, aways, prices


def _bed_days(stay: Stay) -> list[tuple[date, date | None, str, int]]:
    """(first day, first day after, kind of bed, occupancy) of each use of a bed that has an evening."""
    rows = Occupancy.objects.filter(stay=stay).select_related("bed").order_by("since", "pk")
    found = []
    for used in rows:
        start, end = localdate(used.since), localdate(used.until) if used.until else None
        if end is None or start < end:
            found.append((start, end, _kind_on(used, start), used.pk))
    return found


def _kind_on(used: Occupancy, day: date) -> str:
    """A special kind counts from its certificate on; a bed that becomes special under a resident keeps its price."""
    bed = used.bed
    return bed.kind if bed.certified_on is None or bed.certified_on <= day else "ordinary"


def _aways(stay: Stay, month: Month) -> list[dict[str, Any]]:
    found = []
    for away in Absence.objects.filter(stay=stay).order_by("since"):
        start, end = localdate(away.since), localdate(away.until) if away.until else None
        if (end is None or start < end) and _touches(start, end, month):
            found.append(
                {
                    "from": start.isoformat(),
                    "to": _within(end, month),
                    "presence": away.kind,
                    "absence": away.pk,
                }
            )
    return found


def versions_in_force(place_id: int) -> list[PriceVersion]:
    rows = PriceVersion.objects.filter(place=place_id, withdrawn_at=None).order_by("valid_from")
    return list(rows.prefetch_related("items", "away_terms"))


def prices_on(place: Place, day: date) -> PriceVersion:
    """The price list in force on the day; before the first, the first. Raises NoPriceList."""
    versions = versions_in_force(place.pk)
    if not versions:
        raise NoPriceList("还没有公布价目表。请先公布价目表，再登记合同。")
    return next((v for v in reversed(versions) if v.valid_from <= day), versions[0])


def _versions_for(place_id: int, month: Month) -> list[PriceVersion]:
    """Those in force on any day of the month."""
    versions = [v for v in versions_in_force(place_id) if v.valid_from <= month.last_on]
    before = [v for v in versions if v.valid_from <= month.first_on]
    return [*before[-1:], *(v for v in versions if v.valid_from > month.first_on)]


def _price_list(version: PriceVersion) -> dict[str, Any]:
    return {
        "version": version.pk,
        "from": version.valid_from.isoformat(),
        "prices": [[i.kind, i.code, i.per, i.amount_fen] for i in version.items.all()],
        "away": [[t.presence, t.kind, t.from_day, t.percent] for t in version.away_terms.all()],
    }


def _earlier(a: date | None, b: date | None) -> date | None:
    return min((d for d in (a, b) if d is not None), default=None)


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None
