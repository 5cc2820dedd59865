"""The two real documents, from file to ledger: numbers of measures, units, links to indicators."""

import pytest
from django.db import transaction

from tests.governance.policy_world import POLICIES
from tests.world import AT, account, division
from yinling.core.access.roles import Role
from yinling.core.choices import DivisionLevel
from yinling.core.models import Organisation
from yinling.core.operations.organisations import load_organisations
from yinling.governance.models import MeasureUnit, Target, Task
from yinling.governance.operations.documents import confirm_measure, import_document
from yinling.governance.operations.tasks import make_tasks
from yinling.governance.reading.links import indicators_of_clause, indicators_of_target
from yinling.rulebook import divisions, indicators

MEASURES = "weihai-2025-elder-care-measures.txt"
PLAN = "weihai-age-friendly-city-action-plan.txt"


@pytest.fixture(scope="module")
def documents(django_db_setup, django_db_blocker):
    """Both, imported once into a city with the rulebook's units (districts and towns only, no villages)."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = {}
        for row in divisions.load():
            if row.level != "village":
                parent = made.get(row.parent)
                made[row.nbs_code] = division(
                    row.name, DivisionLevel(row.level), row.nbs_code, parent, row.kind
                )
        load_organisations(by=None, at=AT)
        yield [
            import_document(data=(POLICIES / name).read_bytes(), filename=name, by=None, at=AT)
            for name in (MEASURES, PLAN)
        ]
        transaction.set_rollback(True)


def test_they_have_31_and_29_measures(documents):
    assert [d.measures.filter(is_safeguard=False).count() for d in documents] == [31, 29]
    assert [d.measures.filter(is_safeguard=True).count() for d in documents] == [0, 3]
    assert [d.document_number for d in documents] == ["威政办字〔2025〕1号", ""]


def test_every_unit_is_one_of_ours(documents):
    assert not MeasureUnit.objects.unknown().exists()
    collective = MeasureUnit.objects.filter(organisation=None)
    assert [u.name for u in collective] == ["市有关部门"]  # 第29条: nobody in particular


def test_every_quantity_is_linked_to_an_indicator_that_asks_for_it(documents):
    quantities = Target.objects.filter(kind="quantity").select_related("measure__document")
    assert quantities.count() >= 38
    assert not [t.text for t in quantities if not t.indicator_id]
    known = indicators.load()
    for target in quantities:
        indicator = known[target.indicator_id]
        if (
            indicator.unit == target.unit
        ):  # else it counts another way: “二星级以上” as a share, “全部” in districts
            assert any(promise.value == target.value for promise in indicator.targets), target.text
    assert sum(known[t.indicator_id].unit == t.unit for t in quantities) >= quantities.count() - 3


def test_every_indicator_of_the_rulebook_finds_its_clause_and_its_task(documents):
    city = account(
        "city",
        Role.CITY_BUREAU,
        Organisation.objects.get(name="市民政局"),
        Organisation.objects.get(name="市民政局").division,
    )
    for document in documents:
        for measure in document.measures.filter(is_safeguard=False):
            confirm_measure(measure=measure, by=city, at=AT)
            assert make_tasks(measure=measure, by=city, at=AT)
    wanted = {i.id for i in indicators.load().values() if not i.is_context}
    assert set(Task.objects.exclude(indicator_id="").values_list("indicator_id", flat=True)) == wanted


def test_one_sentence_may_feed_several_indicators(documents):
    key = "威政办字〔2025〕1号"
    target = Target.objects.get(measure__document=documents[0], measure__number=18)
    assert {i.id for i in indicators_of_target(key, 18, target)} == {
        "smart-fire",
        "smart-gas",
        "bright-kitchen",
    }
    assert indicators_of_clause(key, 1) == [] and indicators_of_clause("别的文件", 18) == []


def test_every_character_of_the_text_is_in_a_clause_a_heading_or_unassigned(documents):
    for document in documents:
        covered = [(m.start, m.end) for m in document.measures.all()]
        covered += [(u["start"], u["end"]) for u in document.unassigned]
        covered += [(m["start"], m["end"]) for m in document.marks]
        left = set(range(len(document.text))) - {i for start, end in covered for i in range(start, end)}
        assert not "".join(document.text[i] for i in sorted(left)).strip()
