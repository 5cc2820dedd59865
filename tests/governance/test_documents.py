import pytest

from tests.governance.policy_world import SHORT, measure, read
from tests.world import AT
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.governance.models import Correction, PolicyDocument
from yinling.governance.operations.documents import (
    CorrectionRefused,
    MeasureAlreadyConfirmed,
    MeasureChangedMeanwhile,
    MeasureHasTasks,
    MeasureNotConfirmed,
    NothingToImport,
    ReasonMissing,
    confirm_all,
    confirm_measure,
    correct_measure,
    import_document,
    publish_document,
    reread_document,
    unconfirm_measure,
)
from yinling.governance.operations.tasks import make_tasks
from yinling.governance.reading.rows import digest_of
from yinling.kernel.errors import DomainError


@pytest.fixture
def city(world):
    return world.accounts[Role.CITY_BUREAU]


def units(measure, role):
    return [u.name for u in measure.units.filter(role=role)]


def last_changes(document):
    return (
        AuditEvent.objects.filter(subject_type="governance.PolicyDocument", subject_id=document.pk)
        .first()
        .after
    )


def test_a_document_becomes_measures_with_units_and_targets(world):
    document = read(world)
    assert (document.key, document.title) == ("威政办字〔2026〕9号", "威海市养老服务若干措施")
    assert [m.number for m in document.measures.all()] == [1, 2, 3, 4]
    second = measure(document, 2)
    assert units(second, "lead") == ["市民政局"] and units(second, "supporting") == [
        "市财政局",
        "市卫生健康委",
    ]
    assert [(t.kind, t.value, str(t.deadline)) for t in second.targets.all()] == [
        ("quantity", 60, "2026-12-31"),
        ("milestone", None, "2026-12-31"),
    ]
    assert document.text[second.start : second.end].startswith("2.")
    for mark in second.marks:
        assert document.text[mark["start"] : mark["end"]].strip()


def test_units_are_matched_by_name_and_alias_and_unknown_ones_stay_named(world):
    world.finance.aliases = ["市国资委"]
    world.finance.save()
    document = read(world)
    matched = {u.name: u.organisation for u in measure(document, 3).units.all()}
    assert matched == {"市民政局": world.bureau, "市国资委": world.finance}
    world.finance.aliases = []
    world.finance.save()
    document = read(world)
    assert {u.name: u.organisation for u in measure(document, 3).units.all()}["市国资委"] is None


def test_reading_the_same_document_again_changes_nothing(world, city):
    document = read(world)
    confirm_measure(measure=measure(document, 1), by=city, at=AT)
    again = read(world)
    assert again.pk == document.pk and PolicyDocument.objects.count() == 1
    assert measure(again, 1).confirmed_by == city
    assert not any(last_changes(again).values())


def test_a_changed_measure_loses_its_confirmation_and_is_listed(world, city):
    document = read(world)
    for number in (1, 2):
        confirm_measure(measure=measure(document, number), by=city, at=AT)
    again = read(world, SHORT.replace("建设7家以上", "建设9家以上"))
    assert measure(again, 1).confirmed_at is None and measure(again, 2).confirmed_at
    assert last_changes(again)["unconfirmed"] == ["1. 建设智慧养老院"]
    assert measure(again, 1).targets.get().value == 9


def test_a_correction_is_kept_when_the_document_is_read_again(world, city):
    document = read(world)
    correct_measure(
        measure=measure(document, 3),
        fields={"title": "多元参与", "lead_units": ["市民政局"], "supporting_units": ["市财政局"]},
        by=city,
        at=AT,
    )
    confirm_measure(measure=measure(document, 3), by=city, at=AT)
    for again in (read(world), reread_document(document=document, by=city, at=AT)):
        third = measure(again, 3)
        assert third.title == "多元参与" and third.confirmed_at
        assert units(third, "lead") == ["市民政局"] and units(third, "supporting") == ["市财政局"]


def test_a_correction_laid_over_changed_words_says_so(world, city):
    document = read(world)
    correct_measure(measure=measure(document, 4), fields={"supporting_units": ["市民政局"]}, by=city, at=AT)
    confirm_measure(measure=measure(document, 4), by=city, at=AT)
    again = read(world, SHORT.replace("方便群众办理", "方便老年人和群众办理"))
    fourth = measure(again, 4)
    assert units(fourth, "supporting") == ["市民政局"]
    assert fourth.flags == ["correction_on_changed_text"] and fourth.confirmed_at is None


def test_targets_can_be_added_changed_and_removed(world, city):
    document = read(world)
    second = measure(document, 2)
    quantity = {
        "text": "60%以上养老机构开展居家上门服务",
        "subject": "开展居家上门服务的养老机构占比",
        "kind": "quantity",
        "comparator": ">=",
        "value": "65.5",
        "unit": "%",
        "deadline": "2026-06-30",
        "scope": "全市",
    }
    correct_measure(measure=second, fields={"targets": [quantity]}, by=city, at=AT)
    (target,) = measure(read(world), 2).targets.all()
    assert (target.subject, str(target.value.normalize()), str(target.deadline)) == (
        "开展居家上门服务的养老机构占比",
        "65.5",
        "2026-06-30",
    )
    event = AuditEvent.objects.get(act="correct_measure")
    assert len(event.before["targets"]) == 2 and len(event.after["targets"]) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "  "},
        {"lead_units": ["市民政局", "市民政局"]},
        {"lead_units": ["市民政局"], "supporting_units": ["市民政局"]},
        {"targets": [{"text": "", "subject": "甲", "kind": "quantity", "value": ""}]},
        {"targets": [{"text": "", "subject": "甲", "kind": "quantity", "value": "很多"}]},
        {"targets": [{"text": "", "subject": "甲", "kind": "quantity", "value": "NaN"}]},
        {"targets": [{"text": "", "subject": "", "kind": "milestone"}]},
        {"targets": [{"text": "", "subject": "甲", "kind": "milestone", "deadline": "年底"}]},
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(world, city, fields):
    document = read(world)
    with pytest.raises(CorrectionRefused):
        correct_measure(measure=measure(document, 2), fields=fields, by=city, at=AT)
    assert not Correction.objects.exists()


def test_a_correction_keeps_only_what_it_changed(world, city):
    third = measure(read(world), 3)
    same = {"title": third.title, "lead_units": ["市民政局"], "supporting_units": [], "targets": []}
    correct_measure(measure=third, fields=same, by=city, at=AT)
    assert set(Correction.objects.get().fields) == {"lead_units", "of_text"}
    with pytest.raises(CorrectionRefused, match="相同"):
        correct_measure(measure=third, fields=same, by=city, at=AT)
    again = read(world, SHORT.replace("3. 引导多元参与", "3. 引导社会参与"))
    assert measure(again, 3).title == "引导社会参与" and units(measure(again, 3), "lead") == ["市民政局"]


def test_documents_without_title_and_number_are_kept_apart(world, city):
    body = "1. 建设养老院。2026年底前，建设7家养老院。（市民政局负责）\n"
    first = import_document(data=body.encode(), filename="甲.txt", by=city, at=AT)
    second = import_document(data=body.replace("7", "8").encode(), filename="乙.txt", by=city, at=AT)
    assert first.pk != second.pk and {first.title, second.title} == {"甲", "乙"}


def test_the_second_of_two_people_confirming_is_told_who_was_first(world, city):
    first = measure(read(world), 1)
    confirm_measure(measure=first, by=city, at=AT)
    with pytest.raises(MeasureAlreadyConfirmed, match=city.full_name):
        confirm_measure(measure=first, by=world.second, at=AT)


def test_nobody_confirms_words_that_changed_under_their_eyes(world, city):
    third = measure(read(world), 3)
    seen = digest_of(third)
    correct_measure(measure=third, fields={"title": "别的标题"}, by=world.second, at=AT)
    with pytest.raises(MeasureChangedMeanwhile):
        confirm_measure(measure=third, by=city, at=AT, seen=seen)


def test_confirming_all_leaves_the_doubtful_ones(world, city):
    document = read(world)
    assert measure(document, 3).units.filter(organisation=None).exists()
    assert confirm_all(document=document, by=city, at=AT) == 3
    assert measure(document, 3).confirmed_at is None


def test_a_confirmation_is_taken_back_with_a_reason_while_there_are_no_tasks(world, city):
    first = measure(read(world), 1)
    with pytest.raises(MeasureNotConfirmed):
        unconfirm_measure(measure=first, reason="看错了", by=city, at=AT)
    confirm_measure(measure=first, by=city, at=AT)
    with pytest.raises(MeasureAlreadyConfirmed):
        correct_measure(measure=first, fields={"title": "别的"}, by=city, at=AT)
    with pytest.raises(ReasonMissing):
        unconfirm_measure(measure=first, reason=" ", by=city, at=AT)
    unconfirm_measure(measure=first, reason="看错了", by=city, at=AT)
    confirm_measure(measure=first, by=city, at=AT)
    make_tasks(measure=first, by=city, at=AT)
    with pytest.raises(MeasureHasTasks):
        unconfirm_measure(measure=first, reason="看错了", by=city, at=AT)


def test_tasks_survive_a_changed_and_a_vanished_clause(world, city):
    document = read(world)
    for number in (1, 4):
        confirm_measure(measure=measure(document, number), by=city, at=AT)
        make_tasks(measure=measure(document, number), by=city, at=AT)
    without_fourth = SHORT[: SHORT.index("4. 优化")].replace("1. 建设智慧养老院。", "1. 推动智慧养老院建设。")
    again = read(world, without_fourth)
    assert measure(again, 1).title == "推动智慧养老院建设" and measure(again, 1).tasks.count() == 1
    kept = measure(again, 4)
    assert kept.tasks.count() == 1 and "missing_on_rereading" in kept.flags
    assert last_changes(again)["kept_with_tasks"] == ["4. 优化服务环境"]


def test_a_vanished_clause_without_tasks_goes_and_its_correction_waits(world, city):
    document = read(world)
    correct_measure(measure=measure(document, 4), fields={"title": "优化环境"}, by=city, at=AT)
    again = read(world, SHORT[: SHORT.index("4. 优化")])
    assert again.measures.count() == 3
    assert measure(read(world), 4).title == "优化环境"


def test_bad_files_are_refused_with_a_reason_and_leave_nothing(world, city):
    for data, name in [
        (b"", "a.txt"),
        ("只有一句话，没有条目。".encode(), "b.txt"),
        (b"PK\x03\x04x", "c.xlsx"),
    ]:
        with pytest.raises(DomainError) as refused:
            import_document(data=data, filename=name, by=city, at=AT)
        assert len(refused.value.message) > 10
    assert not PolicyDocument.objects.exists()
    with pytest.raises(NothingToImport):
        import_document(data="通知\n\n今天下午开会，请准时参加。".encode(), filename="d.txt", by=city, at=AT)


def test_rights_are_checked_by_the_operations_themselves(world, city):
    district = world.accounts[Role.DISTRICT_BUREAU]
    with pytest.raises(NotPermitted):
        import_document(data=SHORT.encode(), filename="a.txt", by=district, at=AT)
    document = read(world)
    for act in (
        lambda: confirm_measure(measure=measure(document, 1), by=district, at=AT),
        lambda: confirm_all(document=document, by=district, at=AT),
        lambda: correct_measure(measure=measure(document, 1), fields={"title": "甲"}, by=district, at=AT),
        lambda: publish_document(document=document, by=district, at=AT),
        lambda: reread_document(document=document, by=district, at=AT),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_publishing_twice_keeps_the_first_date(world, city):
    document = publish_document(document=read(world), by=city, at=AT)
    assert publish_document(document=document, by=city, at=AT.replace(hour=9)).published_at == AT
