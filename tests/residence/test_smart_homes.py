"""Smart homes: proofs are reviewed, a recognition stands on them, and what runs out falls away by itself."""

from datetime import date, timedelta
from io import BytesIO

import pytest

from tests.registry import make
from tests.residence.stays import DAY, HOUR
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.files import FileRefused, read_bytes
from yinling.core.models import Notice
from yinling.governance.queries.live import as_of
from yinling.kernel.errors import ReasonMissing
from yinling.registry.choices import PlaceKind
from yinling.registry.refusals import WrongDates
from yinling.residence.models import SmartHomeEvidence
from yinling.residence.operations import smart_homes as acts
from yinling.residence.operations.smart_home_reminders import remind_of_ending_evidence
from yinling.residence.queries import smart_homes as reads
from yinling.rulebook import smart_homes
from yinling.rulebook.facts import BadRulebook

pytestmark = pytest.mark.django_db
STANDARD = smart_homes.in_force(TODAY)
YEAR = date(2027, 10, 20)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def w(world):
    world.home = make.place(world)
    world.manager = world.accounts[Role.INSTITUTION_MANAGER]
    world.district = world.accounts[Role.DISTRICT_BUREAU]
    return world


def submit(w, item, *, to=YEAR, start=TODAY, by=None, at=AT, content=b"%PDF-1.4 x"):
    return acts.submit_evidence(
        place=w.home,
        item=item,
        content=BytesIO(content),
        filename="佐证.pdf",
        valid_from=start,
        valid_to=to,
        by=by or w.manager,
        at=at,
    )


def accept(w, row, at=AT):
    return acts.review_evidence(evidence=row, accept=True, by=w.district, at=at)


def proved(w, *, but=(), to=YEAR):
    for key in STANDARD.required:
        if key not in but:
            accept(w, submit(w, key, to=to))


def counts(w, day) -> bool:
    """By the view that the indicator counts, which the page must agree with."""
    with as_of(day) as cursor:
        cursor.execute("SELECT smart_home FROM facts.place WHERE id = %s", [w.home.pk])
        (found,) = cursor.fetchone()
    assert reads.get_standing(place=w.home, on=day).counts is found
    return found


def test_a_home_counts_when_recognised_with_every_required_item_proved(w):
    last = STANDARD.required[-1]
    proved(w, but=[last])
    with pytest.raises(acts.ProofsMissing, match=STANDARD.by_key[last].name):
        acts.recognise_smart_home(place=w.home, by=w.district, at=AT)
    accept(w, submit(w, last))
    assert not counts(w, TODAY)  # proved, but nobody recognised it
    acts.recognise_smart_home(place=w.home, by=w.district, at=AT)
    assert counts(w, TODAY)
    assert not counts(w, TODAY - DAY)
    with pytest.raises(acts.RecognisedAlready):
        acts.recognise_smart_home(place=w.home, by=w.district, at=AT)


def test_what_runs_out_falls_away_by_itself_and_comes_back_when_renewed(w):
    short = TODAY + timedelta(days=40)
    proved(w, but=["call_bell"])
    accept(w, submit(w, "call_bell", to=short))
    acts.recognise_smart_home(place=w.home, by=w.district, at=AT)
    assert [(e.item, e.valid_to) for e in reads.list_ending(actor=w.district, on=TODAY)] == [
        ("call_bell", short)
    ]
    assert counts(w, short - DAY)
    assert not counts(w, short)
    renewed = submit(w, "call_bell", start=TODAY, to=YEAR, at=AT + HOUR)
    assert not counts(w, short)  # handed in is not accepted
    accept(w, renewed, AT + 2 * HOUR)
    assert counts(w, short)
    assert not counts(w, YEAR)
    assert reads.list_ending(actor=w.district, on=TODAY) == []


def test_a_proof_found_wrong_and_a_recognition_taken_back_end_at_once(w):
    proved(w)
    recognition = acts.recognise_smart_home(place=w.home, by=w.district, at=AT)
    row = SmartHomeEvidence.objects.filter(item="video").get()
    with pytest.raises(ReasonMissing):
        acts.cancel_evidence(evidence=row, reason="", by=w.district, at=AT)
    acts.cancel_evidence(evidence=row, reason="设备已经拆除", by=w.district, at=AT + 3 * DAY)
    assert (counts(w, TODAY + 2 * DAY), counts(w, TODAY + 3 * DAY)) == (True, False)
    accept(w, submit(w, "video", at=AT + 4 * DAY, start=TODAY + 4 * DAY), AT + 4 * DAY)
    assert counts(w, TODAY + 4 * DAY)
    acts.revoke_recognition(recognition=recognition, reason="弄虚作假", by=w.district, at=AT + 5 * DAY)
    assert (counts(w, TODAY + 4 * DAY), counts(w, TODAY + 5 * DAY)) == (True, False)


def test_nobody_reviews_who_hands_in(w):
    row = submit(w, "video")
    with pytest.raises(NotPermitted):
        acts.review_evidence(evidence=row, accept=True, by=w.manager, at=AT)
    with pytest.raises(NotPermitted):
        submit(w, "network", by=w.district)
    with pytest.raises(OutOfScope):
        submit(w, "network", by=w.foreign[Role.INSTITUTION_MANAGER])
    with pytest.raises(OutOfScope):
        acts.review_evidence(evidence=row, accept=True, by=w.foreign[Role.DISTRICT_BUREAU], at=AT)


def test_proofs_are_sealed_have_a_term_and_wait_one_at_a_time(w):
    row = submit(w, "video", content=b"secret words")
    assert row.file.key
    assert b"secret" not in b"".join(p.read_bytes() for p in _stored())
    assert read_bytes(row.file) == b"secret words"
    with pytest.raises(acts.EvidenceWaiting):
        submit(w, "video")
    acts.review_evidence(evidence=row, accept=False, reason="看不清日期", by=w.district, at=AT)
    submit(w, "video")
    with pytest.raises(acts.EvidenceDecided):
        accept(w, row)
    with pytest.raises(WrongDates, match="12 个月"):
        submit(w, "call_bell", to=date(2027, 10, 21))
    with pytest.raises(WrongDates):
        submit(w, "call_bell", to=TODAY)
    with pytest.raises(acts.ItemUnknown):
        submit(w, "robot")
    with pytest.raises(FileRefused):
        submit(w, "call_bell", content=b"")


def test_only_homes_are_on_the_list(w):
    w.home = make.place(w, name="助餐点", kind=PlaceKind.MEAL_SITE)
    with pytest.raises(acts.ItemUnknown):
        submit(w, "video")


def test_the_overview_sorts_homes_by_what_needs_doing(w):
    proved(w, to=TODAY + 30 * DAY)
    acts.recognise_smart_home(place=w.home, by=w.district, at=AT)
    (line,) = reads.list_homes(actor=w.district, on=TODAY)
    assert (line.counts, line.proved, line.ends_on) == (True, len(STANDARD.required), TODAY + 30 * DAY)
    (later,) = reads.list_homes(actor=w.district, on=TODAY + 30 * DAY)
    fitting = [
        which for which, _ in (("counts", 0), ("ending", 0), ("lapsed", 0)) if reads.fits(later, which, TODAY)
    ]
    assert fitting == ["lapsed"]
    assert reads.list_homes(actor=w.foreign[Role.DISTRICT_BUREAU], on=TODAY) == []


def test_the_home_is_reminded_once_for_each_step_and_not_of_what_is_renewed(w):
    proved(w, to=TODAY + 200 * DAY, but=["video", "network"])
    accept(w, submit(w, "video", to=TODAY + 50 * DAY))
    accept(w, submit(w, "network", to=TODAY + 40 * DAY))
    acts.recognise_smart_home(place=w.home, by=w.district, at=AT)
    accept(w, submit(w, "network", to=TODAY + 300 * DAY))
    staff = 2  # manager and carer of the home
    assert remind_of_ending_evidence(by=None, at=AT) == staff
    assert remind_of_ending_evidence(by=None, at=AT + DAY) == 0
    assert remind_of_ending_evidence(by=None, at=AT + 40 * DAY) == staff
    titles = set(Notice.objects.filter(account=w.manager).values_list("title", flat=True))
    assert {t.split("：")[0] for t in titles} == {
        "智慧养老院佐证还有 50 天到期",
        "智慧养老院佐证还有 10 天到期",
    }


def test_the_checklist_says_that_it_is_illustrative():
    assert STANDARD.illustrative
    assert "演示" in STANDARD.caution


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: x\nname: a\n", "缺少字段"),
        (
            "id: y\nname: a\nsource: s\nillustrative: true\ncaution: c\nvalid_from: 2025-01-01\nitems: []\n",
            "文件名",
        ),
        (
            "id: x\nname: a\nsource: s\nillustrative: true\ncaution: c\nvalid_from: 2025-01-01\nitems: []\n",
            "至少",
        ),
    ],
)
def test_a_checklist_that_cannot_be_used_is_refused_with_a_sentence(tmp_path, text, said):
    file = tmp_path / "x.yaml"
    file.write_text(text)
    with pytest.raises(BadRulebook, match=said):
        smart_homes.read_standard(file)


def _stored():
    from django.conf import settings

    return [p for p in settings.FILES_DIR.rglob("*") if p.is_file()]
