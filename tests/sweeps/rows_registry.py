"""People, places, people at work, audit trail, accounts."""

from datetime import date
from types import SimpleNamespace

from tests.registry import make
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.registry.choices import CategoryKind, PlaceFactKind, Post
from yinling.registry.models import PersonAccess
from yinling.registry.operations.people import CategoryInput, ContactInput
from yinling.registry.operations.places import FactInput
from yinling.registry.operations.workers import employ_worker


def build(world: SimpleNamespace) -> None:
    """An elder and a home in either district, another of both next door; whose file the elder and family see."""
    category = CategoryInput(CategoryKind.LIVING_ALONE, date(2024, 1, 1), "走访")
    fact = FactInput(PlaceFactKind.LTCI_DESIGNATED, date(2024, 1, 1), "协议")
    world.elder = make.person(
        world.village, categories=[category], contacts=[ContactInput("王强", "长子", "10012345678")]
    )
    world.foreign_elder = make.person(
        world.foreign_village, name=f"于{FOREIGN_MARK}", serial=44, categories=[category]
    )
    world.near_elder = make.person(world.village, name="邹邻居", serial=66)
    for role in (Role.ELDER, Role.FAMILY):
        for account, person in (
            (world.accounts[role], world.elder),
            (world.foreign[role], world.foreign_elder),
        ):
            PersonAccess.objects.create(
                account=account,
                person=person,
                relation="本人",
                ground="窗口核验",
                valid_from=date(2020, 1, 1),
            )
    world.home = make.place(world, facts=[fact])
    employ_worker(
        person=make.person(world.village, name="丛护理", serial=55, born_on=date(1980, 1, 1)),
        place=world.home,
        post=Post.CARE_WORKER,
        since=date(2024, 1, 1),
        by=None,
        at=AT,
    )
    world.near_home = make.place(
        SimpleNamespace(operator=world.near_operator, village=world.village), name="环翠邻里养老院"
    )
    world.foreign_home = make.place(world, name=f"{FOREIGN_MARK}颐养院", foreign=True, facts=[fact])


def _elder(w: SimpleNamespace) -> dict:
    return {"pk": w.elder.pk}


def _foreign_elder(w: SimpleNamespace) -> dict:
    return {"pk": w.foreign_elder.pk}


def _home(w: SimpleNamespace) -> dict:
    return {"pk": w.home.pk}


def _near_elder(w: SimpleNamespace) -> dict:
    return {"pk": w.near_elder.pk}


def _near_home(w: SimpleNamespace) -> dict:
    return {"pk": w.near_home.pk}


def _foreign_home(w: SimpleNamespace) -> dict:
    return {"pk": w.foreign_home.pk}


def _of(args, name: str, owner: str, rows: str):
    return lambda w: {**args(w), name: getattr(getattr(w, owner), rows).get().pk}


def _post(name: str, permission: P, args, foreign, data: dict, status: int = 303) -> Row:
    return Row(name, permission, args=args, foreign=foreign, data=lambda w: data, status=status)


END = {"on": "2026-10-01", "reason": "到期"}
ROWS = [
    Row("registry:people", P.VIEW_PEOPLE, query="category=living_alone&ages=80-89"),
    Row("registry:search", P.VIEW_PEOPLE, query="text=wjg"),
    Row("registry:places", P.VIEW_PLACES, query="kind=home&fact=ltci_designated"),
    Row("registry:place_new", P.MANAGE_PLACES),
    Row("registry:places_export", P.EXPORT_ROWS, query="kind=home"),
    Row("registry:place", P.VIEW_PLACES, args=_home, foreign=_foreign_home, near=_near_home),
    _post("registry:place_update", P.MANAGE_PLACES, _home, _foreign_home, {"update-name": "环翠福寿养老院"}),
    _post(
        "registry:place_fact",
        P.MANAGE_PLACES,
        _home,
        _foreign_home,
        {"fact-kind": "star", "fact-grade": "3", "fact-valid_from": "2025-01-01", "fact-source": "公告"},
    ),
    _post(
        "registry:place_fact_end",
        P.MANAGE_PLACES,
        _of(_home, "fact", "home", "facts"),
        _of(_foreign_home, "fact", "foreign_home", "facts"),
        END,
    ),
    _post(
        "registry:place_beds",
        P.MANAGE_PLACES,
        _home,
        _foreign_home,
        {"beds-act": "open", "beds-count": "3", "beds-kind": "nursing", "beds-on": "2025-01-01"},
    ),
    _post(
        "registry:place_close",
        P.MANAGE_PLACES,
        _home,
        _foreign_home,
        {"close-on": "2026-10-01", "close-reason": "停业"},
    ),
    Row("registry:workers", P.VIEW_PLACES, query="post=care_worker&certificate=none"),
    Row("registry:accounts", P.MANAGE_ACCOUNTS),
    Row("registry:account_new", P.MANAGE_ACCOUNTS),
]
