"""People who work in the homes: about 3,500, with certificates that make the indicators move. All made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from yinling.demo import names
from yinling.demo.people import fake_phone
from yinling.demo.plans import RECENT, PlacePlan
from yinling.kernel.identity import id_check_digit
from yinling.registry.choices import CertificateKind as K
from yinling.registry.choices import PlaceFactKind, PlaceKind, Post
from yinling.registry.operations.workers import CertificateInput

_PREFIXES = ("371002", "371002", "371081", "371082", "371083", "370602", "370685", "230102", "220203")
_PROFESSIONAL = (Post.NURSE, Post.DOCTOR, Post.REHABILITATION, Post.FIRE_SAFETY)
_CERTIFIED = {  # care workers with a certificate, by district; the city's 88 %
    "371002": 0.88,
    "371071": 0.895,
    "371072": 0.865,
    "371073": 0.78,
    "371003": 0.85,
    "371082": 0.88,
    "371083": 0.825,
}


@dataclass(frozen=True)
class StaffPlan:
    """A worker and the post; `left_on` for those who have gone."""

    name: str
    id_number: str
    phone: str
    post: Post
    since: date
    certificates: tuple[CertificateInput, ...]
    left_on: date | None = None


def plan_staff(seed: int, as_of: date, places: list[PlacePlan]) -> list[tuple[PlacePlan, list[StaffPlan]]]:
    """Everyone at every open home and embedded home."""
    rng = Random(f"{seed} staff")
    maker = _Maker(rng, as_of)
    open_ones = [p for p in places if p.closed_on is None]
    return [(place, list(maker.staff_of(place))) for place in open_ones]


class _Maker:
    """Keeps the numbers that are given, so that none is given twice."""

    def __init__(self, rng: Random, as_of: date) -> None:
        self.rng, self.as_of = rng, as_of
        self.numbers: set[str] = set()
        self.certificates = 0

    def staff_of(self, place: PlacePlan) -> Iterator[StaffPlan]:
        for post, count in self._posts(place):
            for _ in range(count):
                yield self._worker(place, post)
        if place.kind == PlaceKind.HOME:
            yield self._worker(place, Post.CARE_WORKER, gone=True)

    def _posts(self, place: PlacePlan) -> list[tuple[Post, int]]:
        beds = place.bed_count
        if place.kind == PlaceKind.EMBEDDED_HOME:
            return [(Post.CARE_WORKER, 4), (Post.MANAGER, 1)]
        return [
            (Post.CARE_WORKER, max(round(beds * 0.115), 4)),
            (Post.NURSE, max(round(beds * 0.018), 1)),
            (Post.DOCTOR, 1 if beds > 150 else 0),
            (Post.REHABILITATION, 1 if beds > 120 else 0),
            (Post.FIRE_SAFETY, 1),
            (Post.MANAGER, 2 if beds > 200 else 1),
            (Post.OTHER, max(round(beds * 0.009), 1)),
        ]

    def _worker(self, place: PlacePlan, post: Post, gone: bool = False) -> StaffPlan:
        rng = self.rng
        male = rng.random() < (0.85 if post == Post.FIRE_SAFETY else 0.4 if post == Post.MANAGER else 0.13)
        years = rng.randint(41, 57) if post == Post.CARE_WORKER else rng.randint(25, 55)
        born = self.as_of - timedelta(days=years * 365 + rng.randrange(365))
        since = self._since(place, gone)
        left_on = None
        if gone:
            left_on = self.as_of - timedelta(days=rng.randrange(20, RECENT))
            since = min(since, left_on - timedelta(days=100))
            if since < place.opened_on:
                since, left_on = self._since(place, False), None
        return StaffPlan(
            name=names.full_name(rng, born=born.year, male=male),
            id_number=self._number(born, male),
            phone=fake_phone(rng),
            post=post,
            since=since,
            certificates=tuple(self._certificates(place, post, since)),
            left_on=left_on,
        )

    def _since(self, place: PlacePlan, gone: bool) -> date:
        first = max(place.opened_on, date(2019, 1, 5))
        days = max((self.as_of - first).days - 5, 1)
        return first + timedelta(days=int(days * self.rng.random() ** 1.4 * (0.5 if gone else 1)))

    def _number(self, born: date, male: bool) -> str:
        while True:
            serial = self.rng.randrange(100) * 10 + self.rng.choice(
                (1, 3, 5, 7, 9) if male else (0, 2, 4, 6, 8)
            )
            first17 = f"{self.rng.choice(_PREFIXES)}{born:%Y%m%d}{serial:03d}"
            if first17 not in self.numbers:
                self.numbers.add(first17)
                return first17 + id_check_digit(first17)

    def _certificates(self, place: PlacePlan, post: Post, since: date) -> Iterator[CertificateInput]:
        rng = self.rng
        if rng.random() < 0.972:
            yield self._certificate(K.INDUCTION, "PX", since, since + timedelta(days=45))
        if post in _PROFESSIONAL and rng.random() < 0.962:
            yield self._certificate(K.PROFESSIONAL, "ZY", date(2012, 1, 1), since)
        if post != Post.CARE_WORKER:
            return
        if rng.random() < _CERTIFIED[place.spot.district]:
            recent_from = self.as_of - timedelta(days=RECENT)
            if since < recent_from and rng.random() < 0.90:
                yield self._certificate(
                    K.CARE_WORKER_SKILL, "HL", since, recent_from, level=rng.choice((5, 5, 4, 3))
                )
            else:
                first = max(since, recent_from)
                yield self._certificate(
                    K.CARE_WORKER_SKILL, "HL", first, self.as_of, level=rng.choice((5, 5, 4))
                )
        designated = any(f.kind == PlaceFactKind.LTCI_DESIGNATED for f in place.facts)
        if rng.random() < (0.24 if designated else 0.04):
            first = max(since, self.as_of - timedelta(days=620))
            yield self._certificate(K.LONG_TERM_CARER, "CH", first, self.as_of, level=5)

    def _certificate(
        self, kind: K, word: str, first: date, last: date, level: int | None = None
    ) -> CertificateInput:
        """Issued between two days, the later one not after today."""
        self.certificates += 1
        last = min(last, self.as_of)
        day = first + timedelta(days=self.rng.randrange(max((last - first).days, 1)))
        number = f"演示{word}{day.year}{self.certificates:06d}"
        return CertificateInput(kind, number, min(day, self.as_of), None, level)
