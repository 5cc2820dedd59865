"""A tiny city made through the registry's own operations, in both districts; what lies in 荣成市 is marked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from tests.governance.indicator_rows import visits
from tests.registry.make import id_number
from tests.sweeps.table import FOREIGN_MARK
from tests.world import AT, build_world
from yinling.kernel.periods import Month
from yinling.registry.choices import (
    BedKind,
    CertificateKind,
    DivisionFactKind,
    Ownership,
    PlaceFactKind,
    PlaceKind,
    Post,
)
from yinling.registry.operations.beds import open_beds, open_home_care_bed
from yinling.registry.operations.divisions import record_division_fact
from yinling.registry.operations.people import register_person
from yinling.registry.operations.places import FactInput, open_place
from yinling.registry.operations.workers import CertificateInput, employ_worker

MONTH = Month(2026, 9)
OPENED = date(2024, 3, 1)
F, K = PlaceFactKind, PlaceKind
HOME_FACTS = (F.LTCI_DESIGNATED, F.QUALITY_NORM, F.SAFETY_NORM, F.SMART_FIRE, F.SMART_GAS)
EVERY_KIND = (K.EMBEDDED_HOME, K.TOWN_CENTRE, K.MEAL_SITE, K.RENTAL_POINT)


@contextmanager
def kept_world(blocker: Any, *make: Callable[[SimpleNamespace], object]) -> Iterator[SimpleNamespace]:
    """The furnished world for a whole module, in a transaction; each test's own transaction lies within it and
    is undone by itself."""
    with blocker.unblock(), transaction.atomic():
        world = build_world()
        world.rows = furnish(world)
        for one in make:
            one(world)
        yield world
        transaction.set_rollback(True)


def furnish(world: SimpleNamespace) -> SimpleNamespace:
    """Places, beds, workers, people and recognitions: rows behind every computed indicator."""
    w = SimpleNamespace(homes=[], people=[], workers=[], serial=iter(range(10, 100)))
    own = (world.town, world.village, world.operator, "")
    foreign = (world.foreign_town, world.foreign_village, world.foreign_operator, FOREIGN_MARK)
    for town, village, operator, mark in (own, foreign):
        kinds = [f for f in HOME_FACTS if mark or f is not F.SMART_GAS]
        w.homes.append(
            _place(f"{mark}福寿养老院", K.HOME, operator, village, [(f, None) for f in kinds] + [(F.STAR, 3)])
        )
        w.homes.append(
            _place(
                f"{mark}敬老院",
                K.HOME,
                operator,
                village,
                [(F.DESTITUTE_HOME, None), (F.BRIGHT_KITCHEN, None)],
            )
        )
        for kind in EVERY_KIND:
            _place(f"{mark}{kind.label}", kind, operator, town if kind is K.TOWN_CENTRE else village, [])
        hospital = [
            F.GENERAL_HOSPITAL_GRADE2,
            F.TCM_HOSPITAL_GRADE2,
            F.GERIATRICS,
            F.HOSPICE_WARD,
            F.HOSPICE_DEPARTMENT,
            F.MEDICAL_CARE_COMBINED,
        ]
        _place(f"{mark}医院", K.HOSPITAL, operator, village, [(f, None) for f in hospital])
        _place(f"{mark}卫生院", K.TOWNSHIP_HOSPITAL, operator, village, [(F.HOSPICE_SERVICE, None)])
        home = w.homes[-2]
        visits(home, OPENED, date(2026, 8, 3))
        open_beds(place=home, count=7, opened_on=OPENED, by=None, at=AT)
        for kind, count in ((BedKind.NURSING, 5), (BedKind.HOSPICE, 2)):
            open_beds(
                place=home, count=count, opened_on=OPENED, kind=kind, certified_on=OPENED, by=None, at=AT
            )
        _staff(w, home, village, mark)
        for born_on in (date(1940, 2, 3), date(1955, 4, 5), date(1962, 7, 8)):
            w.people.append(_person(w, f"{mark or '王'}建国", village, born_on))
        open_home_care_bed(person=w.people[-1], place=home, opened_on=OPENED, by=None, at=AT)
        for kind in DivisionFactKind:
            record_division_fact(
                division=village, kind=kind, valid_from=OPENED, source="认定公告", by=None, at=AT
            )
    return w


def _place(name, kind, operator, division, facts):
    return open_place(
        name=name,
        kind=kind,
        ownership=Ownership.PUBLIC if "敬老院" in name else Ownership.PRIVATE,
        operator=operator,
        division=division,
        opened_on=OPENED,
        facts=[FactInput(fact, OPENED, "认定公告", grade) for fact, grade in facts],
        by=None,
        at=AT,
    )


def _staff(w, home, village, mark) -> None:
    posts = [
        (Post.CARE_WORKER, CertificateKind.CARE_WORKER_SKILL),
        (Post.NURSE, CertificateKind.PROFESSIONAL),
    ]
    for post, kind in [*posts, (Post.CARE_WORKER, CertificateKind.INDUCTION)]:
        person = _person(w, f"{mark or '李'}秀英", village, date(1985, 1, 1))
        certificate = CertificateInput(kind=kind, number=f"{kind}-{person.pk}", issued_on=OPENED)
        w.workers.append(
            employ_worker(
                person=person,
                place=home,
                post=post,
                since=OPENED,
                certificates=[certificate],
                by=None,
                at=AT,
            )
        )


def _person(w, name, village, born_on):
    return register_person(
        name=name,
        id_number=id_number(born_on, "female", next(w.serial)),
        division=village,
        registered_on=OPENED,
        by=None,
        at=AT,
    )
