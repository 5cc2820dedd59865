from datetime import date, timedelta

import pytest

from tests.registry.make import person, place
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.registry.checks import PlaceClosed
from yinling.registry.choices import (
    BedKind,
    CertificateKind,
    DivisionFactKind,
    PlaceFactKind,
    PlaceKind,
    Post,
)
from yinling.registry.models import Bed, Place
from yinling.registry.operations import beds, divisions, places, workers
from yinling.registry.operations.places import FactInput
from yinling.registry.refusals import WrongDates

DAY = timedelta(days=1)


def star(grade, since=date(2024, 1, 1)):
    return FactInput(PlaceFactKind.STAR, since, "等级评定公告", grade)


def test_an_open_place_is_registered_once_and_may_come_back(world):
    first = place(world)
    with pytest.raises(places.PlaceAlreadyOpen):
        place(world)
    places.close_place(place=first, on=TODAY, reason="停业", by=None, at=AT)
    place(world, opened_on=TODAY)


def test_a_place_is_managed_in_its_own_district_only(world):
    with pytest.raises(OutOfScope):
        place(world, by=world.foreign[Role.DISTRICT_BUREAU])
    with pytest.raises(NotPermitted):
        place(world, by=world.accounts[Role.INSTITUTION_MANAGER])


def test_a_manager_sees_the_own_institution_only(world):
    own = place(world)
    other = place(world, name="另一家养老院")
    Place.objects.filter(pk=other.pk).update(operator=world.committee)
    seen = Place.objects.visible_to(world.accounts[Role.INSTITUTION_MANAGER])
    assert list(seen) == [own]
    beds.open_beds(place=other, count=2, opened_on=TODAY, by=None, at=AT)
    assert not Bed.objects.visible_to(world.accounts[Role.INSTITUTION_MANAGER]).exists()


def test_a_new_grade_ends_the_one_before(world):
    home = place(world, facts=[star(2)])
    places.record_place_fact(place=home, fact=star(3, date(2026, 1, 1)), by=None, at=AT)
    assert list(home.facts.order_by("valid_from").values_list("grade", "valid_to")) == [
        (2, date(2026, 1, 1)),
        (3, None),
    ]
    with pytest.raises(places.FactAlreadyRecorded):
        places.record_place_fact(place=home, fact=star(4, date(2026, 1, 1)), by=None, at=AT)


@pytest.mark.parametrize(
    ("kind", "fact", "refusal"),
    [
        (PlaceKind.MEAL_SITE, star(3), "不适用于老年助餐场所"),
        (PlaceKind.HOME, star(None), "1—5 的等级"),
        (PlaceKind.HOME, star(6), "1—5"),
        (PlaceKind.HOME, FactInput(PlaceFactKind.SMART_FIRE, TODAY, "公告", 2), "不填等级"),
        (PlaceKind.HOME, FactInput(PlaceFactKind.SMART_FIRE, TODAY, " "), "依据"),
        (PlaceKind.HOME, FactInput(PlaceFactKind.SMART_HOME, TODAY, "公告"), "自动得出"),
    ],
)
def test_facts_that_cannot_be_are_refused(world, kind, fact, refusal):
    home = place(world, kind=kind)
    with pytest.raises(places.FactDoesNotFit, match=refusal):
        places.record_place_fact(place=home, fact=fact, by=None, at=AT)


def test_nothing_happens_in_the_future_or_before_opening(world):
    with pytest.raises(WrongDates):
        place(world, opened_on=TODAY + DAY)
    home = place(world)
    with pytest.raises(WrongDates, match="早于启用"):
        places.record_place_fact(place=home, fact=star(2, date(2019, 1, 1)), by=None, at=AT)


def test_a_fact_ends_once_and_after_its_start(world):
    home = place(world, facts=[star(2)])
    fact = home.facts.get()
    with pytest.raises(WrongDates):
        places.end_place_fact(fact=fact, on=fact.valid_from, reason="", by=None, at=AT)
    places.end_place_fact(fact=fact, on=TODAY, reason="到期", by=None, at=AT)
    assert home.facts.get().valid_to == TODAY


def test_closing_ends_beds_facts_and_workers(world):
    home = place(world, facts=[star(2)])
    beds.open_beds(place=home, count=3, opened_on=date(2021, 1, 1), by=None, at=AT)
    worker = workers.employ_worker(
        person=person(world.village, born_on=date(1980, 1, 1)),
        place=home,
        post=Post.CARE_WORKER,
        since=date(2022, 1, 1),
        by=None,
        at=AT,
    )
    with pytest.raises(places.FactsAfterClosing):
        places.close_place(place=home, on=date(2023, 1, 1), reason="停业", by=None, at=AT)
    places.close_place(place=home, on=TODAY, reason="停业", by=None, at=AT)
    worker.refresh_from_db()
    assert worker.valid_to == TODAY and not home.beds.filter(valid_to=None).exists()
    with pytest.raises(PlaceClosed):
        beds.open_beds(place=home, count=1, opened_on=TODAY, by=None, at=AT)


def test_beds_are_numbered_on_and_certified_by_kind(world):
    home = place(world)
    beds.open_beds(place=home, count=9, opened_on=date(2021, 1, 1), by=None, at=AT)
    more = beds.open_beds(
        place=home, count=2, kind=BedKind.NURSING, opened_on=date(2022, 1, 1), by=None, at=AT
    )
    assert [b.code for b in more] == ["0010", "0011"] and more[0].certified_on == date(2022, 1, 1)
    beds.certify_beds(place=home, count=4, kind=BedKind.NURSING, on=date(2024, 5, 1), by=None, at=AT)
    with pytest.raises(beds.NotEnoughOrdinaryBeds, match="只有 5 张"):
        beds.certify_beds(place=home, count=6, kind=BedKind.DEMENTIA, on=TODAY, by=None, at=AT)
    bed = home.beds.filter(kind=BedKind.ORDINARY).first()
    beds.certify_bed(bed=bed, kind=BedKind.DEMENTIA, on=TODAY, by=None, at=AT)
    with pytest.raises(beds.NotEnoughOrdinaryBeds):
        beds.certify_bed(bed=bed, kind=BedKind.NURSING, on=TODAY, by=None, at=AT)
    beds.close_bed(bed=bed, on=TODAY + DAY, by=None, at=AT)
    with pytest.raises(beds.BedAlreadyClosed):
        beds.close_bed(bed=bed, on=TODAY + DAY, by=None, at=AT)


def test_a_meal_site_has_no_beds(world):
    with pytest.raises(beds.BedsDoNotFit):
        beds.open_beds(place=place(world, kind=PlaceKind.MEAL_SITE), count=1, opened_on=TODAY, by=None, at=AT)


def test_one_home_care_bed_at_a_time(world):
    elder, home = person(world.village), place(world)
    first = beds.open_home_care_bed(person=elder, place=home, opened_on=date(2023, 1, 1), by=None, at=AT)
    with pytest.raises(beds.HomeCareBedAlreadyOpen):
        beds.open_home_care_bed(person=elder, place=home, opened_on=date(2024, 1, 1), by=None, at=AT)
    beds.close_home_care_bed(bed=first, on=date(2024, 1, 1), reason="住院", by=None, at=AT)
    beds.open_home_care_bed(person=elder, place=home, opened_on=date(2024, 1, 1), by=None, at=AT)


def test_one_post_at_a_time_and_one_certificate_number(world):
    home = place(world)
    carer = person(world.village, born_on=date(1980, 1, 1))
    paper = workers.CertificateInput(CertificateKind.CARE_WORKER_SKILL, "S001", date(2022, 1, 1), level=4)
    since = date(2022, 2, 1)
    given = {"person": carer, "place": home, "post": Post.CARE_WORKER, "by": None, "at": AT}
    worker = workers.employ_worker(since=since, certificates=[paper], **given)
    with pytest.raises(workers.AlreadyEmployed):
        workers.employ_worker(since=date(2023, 1, 1), **given)
    with pytest.raises(workers.CertificateNumberTaken):
        workers.record_certificate(worker=worker, certificate=paper, by=None, at=AT)
    workers.end_employment(worker=worker, on=date(2023, 1, 1), by=None, at=AT)
    workers.employ_worker(since=date(2023, 1, 1), **given)


def test_recognitions_belong_to_villages_once_at_a_time(world):
    given = {
        "kind": DivisionFactKind.ELDER_ASSOCIATION,
        "valid_from": date(2024, 1, 1),
        "source": "备案",
        "at": AT,
    }
    fact = divisions.record_division_fact(division=world.village, by=None, **given)
    with pytest.raises(divisions.DivisionFactAlreadyRecorded):
        divisions.record_division_fact(division=world.village, by=None, **given)
    with pytest.raises(divisions.DivisionFactDoesNotFit):
        divisions.record_division_fact(division=world.town, by=None, **given)
    with pytest.raises(OutOfScope):
        divisions.record_division_fact(
            division=world.foreign_village, by=world.accounts[Role.DISTRICT_BUREAU], **given
        )
    divisions.end_division_fact(fact=fact, on=TODAY, reason="撤并", by=None, at=AT)
