"""Merging two files and putting them back: nothing lost, nothing left behind, whatever the order."""

from datetime import date, timedelta
from random import Random

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.races import at_once
from tests.registry.make import person, place
from tests.world import AT, build_world
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.events import handles
from yinling.core.models import AuditEvent
from yinling.registry.checks import PersonHasLeft
from yinling.registry.choices import CategoryKind, IdentifierKind, PairSource, PairState, PersonState, Post
from yinling.registry.events import PeopleMerged, PeopleUnmerged
from yinling.registry.identity import read_identifier
from yinling.registry.merging.journal import snapshot
from yinling.registry.merging.references import references
from yinling.registry.models import (
    Contact,
    DuplicatePair,
    HomeCareBed,
    Merge,
    Person,
    PersonAccess,
    PersonCategory,
    PersonIdentifier,
    PersonToken,
    WorkerCertificate,
)
from yinling.registry.operations.categories import certify_category
from yinling.registry.operations.duplicates import (
    AlreadyMerged,
    MergeRefused,
    NotMerged,
    ReasonMissing,
    decide_pair,
    merge_people,
    unmerge_people,
)
from yinling.registry.operations.people import CategoryInput, ContactInput
from yinling.registry.operations.states import StateUnchanged, change_state
from yinling.registry.operations.workers import employ_worker
from yinling.registry.queries.duplicates import kept_file, list_merges_into
from yinling.registry.queries.people import find_person, main_number
from yinling.registry.search import write_tokens
from yinling.residence.home_care import follow_home_care_beds

DAY = date(2020, 1, 1)


def merge(kept, gone, by=None, **more) -> Merge:
    return merge_people(kept=kept, gone=gone, reason="与户口簿核对为同一人", by=by, at=AT, **more)


def unmerge(made, by=None) -> Merge:
    return unmerge_people(merge=made, reason="核对有误，不是同一人", by=by, at=AT)


def fingerprint() -> dict:
    """Every column of every row that belongs to anybody, and of the people themselves."""
    models = {r.model for r in references()} | {Person, PersonToken}
    return {
        m._meta.label: sorted(str(sorted(snapshot(row).items(), key=str)) for row in m._base_manager.all())
        for m in models
    }


def two(world, **more) -> tuple[Person, Person]:
    first = person(world.village, name="王建国", phone="10012345678", address="东北村1号", **more)
    second = person(world.village, name="王健国", serial=34, address="东北村2号")
    return first, second


def category(who, kind, start, end=None) -> PersonCategory:
    return PersonCategory.objects.create(person=who, kind=kind, valid_from=start, valid_to=end, source="走访")


def test_everything_that_refers_to_a_person_is_known():
    labels = {r.label for r in references()}
    assert {
        "registry.PersonIdentifier",
        "registry.PersonCategory",
        "registry.Contact",
        "registry.HomeCareBed",
        "registry.CareWorker",
        "registry.WorkerCertificate",
        "registry.PersonAccess",
        "registry.Consent",
    } <= labels
    assert not labels & {"registry.Merge", "registry.DuplicatePair"}
    pointing = {
        m._meta.label
        for m in apps.get_models(include_auto_created=True)
        for f in m._meta.concrete_fields
        if f.is_relation and f.related_model is Person
    }
    assert pointing - labels == {"registry.Merge", "registry.DuplicatePair"}


def test_a_merge_moves_everything_and_leaves_a_stub(world):
    kept, gone = two(world)
    home = place(world)
    category(gone, CategoryKind.LOW_INCOME, DAY)
    Contact.objects.create(person=gone, name="王强", relation="长子", phone="10087654321", is_guardian=True)
    HomeCareBed.objects.create(person=gone, place=home, division_path=gone.division_path, valid_from=DAY)
    WorkerCertificate.objects.create(person=gone, kind="induction", number="A1", issued_on=DAY)
    merge(kept, gone, choices={"name": "gone"})
    kept, gone = Person.objects.get(pk=kept.pk), Person.objects.get(pk=gone.pk)
    assert (gone.state, gone.left_on) == (PersonState.MERGED, date(2026, 10, 20))
    assert kept.name == "王健国" and kept.phone == "10012345678"
    assert kept.categories.get().kind == CategoryKind.LOW_INCOME
    assert kept.contacts.get().is_guardian and kept.home_care_beds.exists() and kept.certificates.exists()
    assert kept.identifiers.count() == 2 and kept.identifiers.filter(is_main=True).count() == 1
    assert not PersonToken.objects.filter(person_id=gone.pk).exists()
    assert kept_file(gone) == kept and [m.gone_id for m in list_merges_into(kept)] == [gone.pk]


def test_both_numbers_lead_to_the_file_that_was_kept(world):
    kept, gone = two(world)
    number = main_number(gone)
    merge(kept, gone)
    actor = world.accounts[Role.TOWN_OFFICER]
    assert find_person(actor=actor, id_number=number, today=date(2026, 10, 20)) == kept


def test_the_other_document_can_become_the_main_one_with_its_birth_date(world):
    kept = person(world.village, born_on=date(1945, 5, 6))
    gone = person(world.village, born_on=date(1945, 5, 16), serial=34)
    number = main_number(gone)
    made = merge(kept, gone, choices={"document": "gone"})
    kept.refresh_from_db()
    assert main_number(kept) == number and kept.born_on == date(1945, 5, 16)
    unmerge(made)
    kept.refresh_from_db()
    assert main_number(kept) != number and kept.born_on == date(1945, 5, 6)


def test_overlapping_periods_are_joined_and_each_part_keeps_its_source(world):
    kept, gone = two(world)
    kind = CategoryKind.LIVING_ALONE
    category(kept, kind, date(2022, 1, 1), date(2023, 1, 1))
    category(gone, kind, date(2021, 1, 1))
    merge(kept, gone)
    periods = kept.categories.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(periods) == [
        (date(2021, 1, 1), date(2022, 1, 1)),
        (date(2022, 1, 1), date(2023, 1, 1)),
        (date(2023, 1, 1), None),
    ]


def test_two_jobs_at_one_time_are_refused_and_nothing_is_changed(world):
    kept, gone = two(world)
    home = place(world)
    for who in (kept, gone):
        employ_worker(person=who, place=home, post=Post.CARE_WORKER, since=date(2021, 1, 1), by=None, at=AT)
    before = fingerprint()
    with pytest.raises(MergeRefused, match="任职"):
        merge(kept, gone)
    assert fingerprint() == before and not Merge.objects.exists()


def test_one_guardian_remains_and_the_other_becomes_a_contact(world):
    kept, gone = two(world, contacts=[ContactInput("王强", "长子", "10000000001", True)])
    Contact.objects.create(person=gone, name="王丽", relation="长女", is_guardian=True)
    Contact.objects.create(person=gone, name="王强", relation="长子", phone="10000000001")
    merge(kept, gone)
    assert sorted(kept.contacts.values_list("name", "is_guardian")) == [("王丽", False), ("王强", True)]


def test_files_in_different_states_are_not_merged(world):
    kept, gone = two(world)
    change_state(person=gone, state=PersonState.DECEASED, on=date(2026, 1, 1), by=None, at=AT)
    with pytest.raises(MergeRefused, match="状态不同"):
        merge(kept, gone)


def test_a_stub_takes_no_more_facts_and_is_not_brought_back_by_hand(world):
    kept, gone = two(world)
    merge(kept, gone)
    gone.refresh_from_db()
    with pytest.raises(PersonHasLeft, match="保留的档案"):
        certify_category(
            person=gone, category=CategoryInput(CategoryKind.LOW_INCOME, DAY, "认定"), by=None, at=AT
        )
    with pytest.raises(StateUnchanged):
        change_state(person=gone, state=PersonState.ACTIVE, on=date(2026, 1, 1), by=None, at=AT)
    with pytest.raises(AlreadyMerged):
        merge(kept, gone)
    with pytest.raises(MergeRefused, match="同一份"):
        merge(kept, kept)


def test_nobody_merges_without_right_scope_or_reason(world):
    kept, gone = two(world)
    with pytest.raises(NotPermitted):
        merge(kept, gone, by=world.accounts[Role.VILLAGE_WORKER])
    elsewhere = person(world.foreign_village, serial=56)
    with pytest.raises(OutOfScope):
        merge(kept, elsewhere, by=world.accounts[Role.DISTRICT_BUREAU])
    with pytest.raises(ReasonMissing):
        merge_people(kept=kept, gone=gone, reason=" ", by=None, at=AT)
    assert merge(kept, elsewhere, by=world.accounts[Role.CITY_BUREAU]).division_path == world.city.path


def test_merged_files_are_no_longer_counted(world):
    kept, gone = two(world)

    def counted() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('yinling.as_of', '2026-11-01', true)")
            cursor.execute("SELECT count(*) FROM facts.person")
            return cursor.fetchone()[0]

    assert counted() == 2
    made = merge(kept, gone)
    assert counted() == 1
    unmerge(made)
    assert counted() == 2


def test_both_acts_are_in_the_trail_of_both_files_without_a_number(world):
    kept, gone = two(world)
    unmerge(merge(kept, gone, choices={"phone": "gone", "address": "gone"}))
    events = AuditEvent.objects.filter(act__in=["merge_people", "unmerge_people"])
    assert sorted(events.values_list("act", "subject_id")) == sorted(
        (act, str(p.pk)) for act in ("merge_people", "unmerge_people") for p in (kept, gone)
    )
    text = str(list(events.values_list("before", "after")))
    assert main_number(kept) not in text and "10012345678" not in text and "东北村2号" not in text
    assert kept.file_number in text


def test_the_journal_is_sealed(world):
    kept, gone = two(world)
    merge(kept, gone, choices={"address": "gone"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal FROM registry_merge")
        assert "东北村".encode() not in bytes(cursor.fetchone()[0])


def test_other_rooms_are_told(world):
    heard = []
    handles(PeopleMerged)(lambda e: heard.append(("merged", e.kept_id, e.gone_id)))
    handles(PeopleUnmerged)(lambda e: heard.append(("unmerged", e.kept_id, e.gone_id)))
    kept, gone = two(world)
    unmerge(merge(kept, gone))
    assert heard == [("merged", kept.pk, gone.pk), ("unmerged", kept.pk, gone.pk)]


def test_a_pair_follows_the_merge_and_its_undoing(world):
    kept, gone = two(world)
    pair = DuplicatePair.objects.create(
        left=kept, right=gone, division_path=kept.division_path, weight=12, evidence=[],
        source=PairSource.BATCH, model_version="1", found_at=AT,
    )  # fmt: skip
    made = merge(kept, gone)
    pair.refresh_from_db()
    assert pair.state == PairState.MERGED
    unmerge(made)
    pair = decide_pair(pair=pair, state=PairState.DIFFERENT, reason="是兄弟二人", by=None, at=AT)
    assert (pair.state, pair.reason) == (PairState.DIFFERENT, "是兄弟二人")


def test_what_was_changed_after_the_merge_is_kept_and_named(world):
    kept, gone = two(world)
    row = category(gone, CategoryKind.LOW_INCOME, DAY)
    made = merge(kept, gone, choices={"phone": "gone"})
    PersonCategory.objects.filter(pk=row.pk).update(valid_to=date(2025, 1, 1))
    Person.objects.filter(pk=kept.pk).update(registered_on=date(2019, 1, 1), name="王建国")
    later = category(kept, CategoryKind.DEMENTIA, DAY)
    Contact.objects.create(person=kept, name="王丽", relation="长女")
    undone = unmerge(made)
    row.refresh_from_db()
    assert row.person_id == gone.pk and row.valid_to == date(2025, 1, 1)  # ended meanwhile: that stays true
    assert kept.categories.get() == later and kept.contacts.get().name == "王丽"
    assert undone.left_over == []  # none of it stood in the way
    with pytest.raises(NotMerged, match="已经撤销"):
        unmerge(undone)


def test_a_part_of_a_period_that_was_ended_since_stays_with_the_kept_file(world):
    kept, gone = two(world)
    kind = CategoryKind.LIVING_ALONE
    category(kept, kind, date(2022, 1, 1), date(2023, 1, 1))
    category(gone, kind, date(2022, 6, 1))
    made = merge(kept, gone)
    kept.categories.filter(valid_to=None).update(valid_to=date(2026, 1, 1))
    undone = unmerge(made)
    assert undone.left_over == ["人员类别：合并后有改动，留在保留的档案"]
    assert gone.categories.get().valid_to is None and kept.categories.count() == 2


def test_a_chain_leads_to_its_end_and_comes_apart_in_order(world):
    a, b, c = (person(world.village, serial=n) for n in (12, 34, 56))
    before = fingerprint()
    first = merge(b, a)
    second = merge(c, b)
    a.refresh_from_db()
    assert kept_file(a) == c and c.identifiers.count() == 3
    with pytest.raises(NotMerged, match="后一次"):
        unmerge(first)
    unmerge(second)
    unmerge(first)
    assert fingerprint() == before


KINDS = [CategoryKind.LIVING_ALONE, CategoryKind.LOW_INCOME, CategoryKind.DEMENTIA]


def furnish(rng: Random, people: list[Person], world) -> None:
    """Random rows of every kind that a person may have."""
    homes = [place(world, name=f"{n}号养老院") for n in "甲乙"]
    accounts = list(world.accounts.values())
    for n, who in enumerate(people):
        for kind in KINDS:
            start = DAY + timedelta(days=rng.randrange(900))
            for _ in range(rng.randrange(3)):
                end = start + timedelta(days=rng.randrange(1, 500))
                category(who, kind, start, end if rng.random() < 0.7 else None)
                if PersonCategory.objects.filter(person=who, kind=kind, valid_to=None).exists():
                    break
                start = end + timedelta(days=rng.randrange(100))
        for i in range(rng.randrange(3)):
            Contact.objects.create(
                person=who, name=rng.choice(["王强", "王丽"]), relation="子女", phone=rng.choice(["", "10000000001"]),
                is_guardian=i == 0 and rng.random() < 0.5,
            )  # fmt: skip
        if rng.random() < 0.4:
            start = DAY + timedelta(days=400 * n)
            HomeCareBed.objects.create(
                person=who, place=homes[0], division_path=who.division_path,
                valid_from=start, valid_to=start + timedelta(days=300),
            )  # fmt: skip
            follow_home_care_beds(person_id=who.pk)  # as opening one does
        if rng.random() < 0.5:
            number = f"C{n}"
            WorkerCertificate.objects.create(person=who, kind="induction", number=number, issued_on=DAY)
        if rng.random() < 0.5:
            PersonAccess.objects.create(
                account=rng.choice(accounts[:2]), person=who, relation="子女", ground="申请", valid_from=DAY
            )
        if rng.random() < 0.3:
            papers = read_identifier(IdentifierKind.PASSPORT, f"E{n}0000001", at=date(2026, 1, 1))
            PersonIdentifier.objects.create(
                person=who, kind=papers.kind, number=papers.number, digest=papers.digest, is_main=False
            )
            write_tokens(who)


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_random_merges_undone_in_any_legal_order_leave_no_trace(world, seed):
    rng = Random(seed)
    with transaction.atomic():
        people = [
            person(
                rng.choice([world.village, world.other_village]),
                name=rng.choice(["王建国", "王健国"]),
                serial=11 + n,
                born_on=date(1945, 5, 6 + n % 2),
                phone=rng.choice(["", "10012345678", "10087654321"]),
                address=rng.choice(["", "东北村1号"]),
            )
            for n in range(4)
        ]
        furnish(rng, people, world)
        before = fingerprint()
        active: list[Merge] = []
        for _ in range(8):
            if active and rng.random() < 0.4:
                try:
                    with transaction.atomic():
                        active.remove(unmerged := rng.choice(active)) or unmerge(unmerged)
                except NotMerged:
                    active.append(unmerged)
                continue
            kept, gone = rng.sample(people, 2)
            names = ("name", "phone", "address", "division", "living", "document")
            choices = {n: rng.choice(["kept", "gone"]) for n in names}
            try:
                with transaction.atomic():
                    active.append(merge(kept, gone, choices=choices))
            except (MergeRefused, AlreadyMerged):
                pass
        active.sort(key=lambda m: -m.pk)
        for made in active:  # the last first is always allowed
            assert unmerge(made).left_over == []
        assert fingerprint() == before
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_in_opposite_directions_one_wins():
    world = build_world()
    a, b = two(world)
    told = at_once(lambda: merge(a, b), lambda: merge(b, a))
    assert sorted(type(t).__name__ for t in told) == ["AlreadyMerged", "Merge"]
    assert Person.objects.filter(state=PersonState.MERGED).count() == 1
