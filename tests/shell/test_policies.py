"""Published policies: who may read which, and what is marked."""

import pytest
from django.test import Client

from tests.world import AT
from yinling.core.models import StoredFile
from yinling.governance.models import Measure, MeasureUnit, PolicyDocument, Target
from yinling.governance.queries.published import mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(world):
    file = StoredFile.objects.create(
        name="a.txt", content_type="text/plain", size=1, sha256="0" * 64, stored_at=AT
    )
    made = PolicyDocument.objects.create(key="k", title="养老服务若干措施", file=file, text="", read_at=AT)
    measure = Measure.objects.create(
        document=made,
        key="m",
        ordinal=1,
        number=3,
        section="一、总体 / （一）机构",
        title="提升护理能力",
        text="3.提升护理能力。到2026年底，护理型床位占比达到65%以上。（市民政局牵头）",
        start=0,
        end=1,
    )
    MeasureUnit.objects.create(measure=measure, role="lead", position=0, name="市民政局")
    MeasureUnit.objects.create(measure=measure, role="supporting", position=1, name="市财政局")
    Target.objects.create(
        measure=measure,
        position=0,
        text="护理型床位占比达到65%以上",
        subject="护理型床位占比",
        kind="quantity",
        value=65,
    )
    return made


def test_a_document_that_is_not_published_is_not_there(client, document):
    assert client.get(f"/policies/{document.pk}/").status_code == 404
    assert document.title not in client.get("/policies/").content.decode()
    assert document.title not in client.get("/").content.decode()


def test_a_published_document_says_who_does_what_with_its_promises_marked(document):
    document.published_at = AT
    document.save()
    browser = Client()
    assert document.title in browser.get("/").content.decode()
    assert document.title in browser.get("/policies/").content.decode()
    page = browser.get(f"/policies/{document.pk}/").content.decode()
    assert "<mark>护理型床位占比达到65%以上</mark>" in page
    assert "市民政局牵头，市财政局配合" in page
    assert "（一）机构" in page
    assert page.count("提升护理能力") == 1  # the clause's heading is not printed again in its text


@pytest.mark.parametrize(
    ("line", "promises", "marked"),
    [
        ("甲达到60%，乙达到70%。", ["甲达到60%", "乙达到70%"], ["甲达到60%", "乙达到70%"]),
        ("甲达到60%以上。", ["甲达到60%", "达到60%以上"], ["甲达到60%以上"]),
        ("没有承诺。", ["别处的话"], []),
        ("甲乙。", ["", "甲"], ["甲"]),
    ],
)
def test_marking_keeps_every_character_and_never_marks_twice(line, promises, marked):
    pieces = mark(line, promises)
    assert "".join(p.text for p in pieces) == line
    assert [p.text for p in pieces if p.is_target] == marked
