"""What families see, day notes, menus, smart homes, home visits, wishes of destitute people."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

from tests.registry import make
from tests.residence import stays
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT, TODAY
from yinling.core.access.permissions import Permission as P
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.residence.choices import SharedItem
from yinling.residence.models.family import Meal
from yinling.residence.models.home_visits import HomeServiceKind
from yinling.residence.operations.family_notes import NoteInput, set_menu, write_day_note
from yinling.residence.operations.home_visits import VisitInput, offer_home_service, record_home_visit
from yinling.residence.operations.sharing import Said, refuse_family, switch_items
from yinling.residence.operations.smart_homes import recognise_smart_home, review_evidence, submit_evidence
from yinling.rulebook.smart_homes import in_force

_SIDES = ("familiar", "near_familiar", "foreign_familiar")
_SAID = Said(ConsentGiver.SELF, ConsentForm.WRITTEN)


def build(world: SimpleNamespace) -> None:
    """The elder, the neighbour and the elder of the other district live in homes that tell their families."""
    near = SimpleNamespace(operator=world.near_operator, village=world.village)
    own = make.place(world, name="曲氏养老院")
    world.familiar = _told(own, world.elder)
    world.near_familiar = _told(make.place(near, name="邻曲养老院"), world.near_elder)
    foreign = make.place(world, name=f"{FOREIGN_MARK}曲养老院", foreign=True)
    world.foreign_familiar = _told(foreign, world.foreign_elder)


def _told(place, person) -> SimpleNamespace:
    stays.open_beds(place=place, count=2, opened_on=stays.OPENED, by=None, at=AT)
    result = stays.assess(person, years=80)
    since = AT - timedelta(hours=5)
    stay = stays.moved_in(person, stays.bed(place), since=since, assessment=result)
    shared = [SharedItem.DAY_NOTES, SharedItem.MEALS, SharedItem.LEAVE]
    switch_items(stay=stay, items=shared, said=_SAID, by=None, at=AT)
    refusal = refuse_family(person=person, item=SharedItem.BILLS, said=_SAID, by=None, at=AT)
    text = f"{place.name}的一天"
    write_day_note(stay=stay, on=TODAY, note=NoteInput(mood="good", text=text), by=None, at=AT)
    set_menu(place=place, dishes={(TODAY, Meal.LUNCH): f"{place.name}的面"}, by=None, at=AT)
    service = offer_home_service(
        place=place, kind=HomeServiceKind.MEAL, since=TODAY - timedelta(days=9), by=None, at=AT
    )
    visit = record_home_visit(place=place, visit=VisitInput(service.kind, TODAY, 30, 5), by=None, at=AT)
    proofs = [_proof(place, key) for key in in_force(TODAY).required]
    waiting = _proof(place, "aids", accept=False)
    recognition = recognise_smart_home(place=place, by=None, at=AT)
    return SimpleNamespace(
        place=place, person=person, stay=stay, refusal=refusal, service=service, visit=visit, proof=proofs[0],
        waiting=waiting, recognition=recognition,
    )  # fmt: skip


def _proof(place, item: str, accept: bool = True):
    made = submit_evidence(
        place=place,
        item=item,
        content=BytesIO(b"proof"),
        filename="佐证.txt",
        valid_from=TODAY,
        valid_to=TODAY + timedelta(days=300),
        by=None,
        at=AT,
    )
    return review_evidence(evidence=made, accept=True, by=None, at=AT) if accept else made


def _of(part: str, **more: str):
    """`pk` is the part's key; `more` names further arguments by part."""

    def side(name: str):
        def args(w: SimpleNamespace) -> dict:
            held = getattr(w, name)
            return {key: getattr(held, what).pk for key, what in {"pk": part, **more}.items()}

        return args

    return side


def _row(name: str, right: P, of, **more) -> Row:
    own, near, foreign = (of(side) for side in _SIDES)
    return Row(f"residence:{name}", right, args=own, near=near, foreign=foreign, **more)


def _act(name: str, right: P, of, **data) -> Row:
    return _row(name, right, of, data=lambda w: data, status=303)


_stay, _place, _person = _of("stay"), _of("place"), _of("person")
SHARE, CARE, RUN, REVIEW, SEE, OWN = (
    P.SHARE_WITH_FAMILY,
    P.GIVE_CARE,
    P.RUN_HOME,
    P.REVIEW_HOMES,
    P.VIEW_PLACES,
    P.VIEW_OWN_FILE,
)
DAY = TODAY.isoformat()
ROWS = [
    Row("residence:family_home", SHARE),
    _row("stay_family", SHARE, _stay),
    _act("stay_family_switch", SHARE, _stay, item=["day_notes"], form="written"),
    _act("stay_family_refuse", SHARE, _stay, item="leave", form="written"),
    _act("stay_family_lift", SHARE, _of("stay", refusal="refusal"), form="written"),
    Row("residence:day_notes", CARE),
    _row("day_note", CARE, _stay),
    Row("residence:menu", RUN),
    Row("residence:menu_save", RUN, data=lambda w: {"week": DAY, f"lunch-{DAY}": "饺子"}, status=303),
    Row("residence:smart_homes", SEE, query="which=counts"),
    _row("smart_home", SEE, _place),
    _act("smart_evidence_submit", RUN, _place, item="video", valid_from=DAY),
    _row("smart_evidence_file", SEE, _of("proof"), fragments=False),
    _act("smart_evidence_review", REVIEW, _of("waiting"), accept="1"),
    _act("smart_evidence_cancel", REVIEW, _of("proof"), reason="设备拆除"),
    _act("smart_home_recognise", REVIEW, _place),
    _act("smart_home_revoke", REVIEW, _of("recognition"), reason="复核不合格"),
    Row("residence:home_visits", SEE),
    _row("place_visits", SEE, _place),
    _act("service_offer", RUN, _place, kind="bathing", since=DAY),
    _act("service_end", RUN, _of("service"), on=DAY),
    _act("visit_record", CARE, _place, kind="meal", on=DAY, minutes="30", people="2"),
    _act("visit_withdraw", RUN, _of("visit"), reason="记错"),
    _row("support_wish", P.MANAGE_PEOPLE, _person),
    _row("family", OWN, _person),
    _row("family_sharing", OWN, _person),
    _act("family_refuse", OWN, _person, item="meals"),
    _act("family_allow", OWN, _of("person", refusal="refusal")),
]
