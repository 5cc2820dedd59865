"""The interface for other systems, and the pages on which keys are given out."""

from types import SimpleNamespace

from tests.sweeps.table import Row
from tests.world import AT, TODAY
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.core.operations.api_keys import connect_system, issue_key


def build(world: SimpleNamespace) -> None:
    world.system = connect_system(
        name="医保系统", role=Role.DISTRICT_BUREAU, organisation=world.huancui_bureau, by=None, at=AT
    )
    world.system_key, _ = issue_key(
        account=world.system, rights=[P.VIEW_PEOPLE], valid_until=TODAY, by=None, at=AT
    )


def _elder(w: SimpleNamespace) -> dict:
    return {"id": w.elder.pk}


def _foreign_elder(w: SimpleNamespace) -> dict:
    return {"id": w.foreign_elder.pk}


def _category(owner: str):
    return lambda w: {"id": getattr(w, owner).pk, "category": getattr(w, owner).categories.get().pk}


def _home(w: SimpleNamespace) -> dict:
    return {"id": w.home.pk}


def _foreign_home(w: SimpleNamespace) -> dict:
    return {"id": w.foreign_home.pk}


def _read(name: str, permission: P | None, **more) -> Row:
    return Row(
        f"api:{name}",
        permission,
        by_key=True,
        signed_out=401,
        fragments=False,
        signed_in_only=permission is None,
        **more,
    )


def _file(name: str, permission: P, data: dict | None = None, **more) -> Row:
    """An endpoint about one person."""
    make = (lambda w: data) if data is not None else None
    more = {"args": _elder, "foreign": _foreign_elder, "data": make} | more
    return _read(name, permission, **more)


def _bulletin(w: SimpleNamespace) -> dict:
    return {"id": w.bulletin.pk}


ROWS = [
    Row("api:openapi-json", None, fragments=False),
    Row("api:api-root", None, fragments=False, status=404),
    _read("divisions", None, query="level=town"),
    _read("organisations", None),
    _read("list_places", P.VIEW_PLACES, query="kind=home"),
    _read("get_place", P.VIEW_PLACES, args=_home, foreign=_foreign_home),
    _read("list_people", P.VIEW_PEOPLE, query="category=living_alone"),
    _read(
        "find_person",
        P.VIEW_PEOPLE,
        data=lambda w: {"id_number": "371002194505060125"},
        status=422,  # its check digit is wrong: whose number it is decides nothing here
    ),
    _read("create_person", P.MANAGE_PEOPLE, data=lambda w: {"name": "王"}, status=422),
    _file("get_person", P.VIEW_PEOPLE),
    _file("change_person", P.MANAGE_PEOPLE, {"living": "alone"}, method="PATCH"),
    _file(
        "change_person_state",
        P.MANAGE_PEOPLE,
        {"state": "deceased", "on": "2026-10-01", "reason": "死亡证明"},
    ),
    _file(
        "add_category",
        P.MANAGE_PEOPLE,
        {"kind": "low_income", "valid_from": "2025-01-01", "source": "区民政局"},
        status=201,
    ),
    _file(
        "end_person_category",
        P.MANAGE_PEOPLE,
        {"on": "2026-10-01", "reason": "到期"},
        args=_category("elder"),
        foreign=_category("foreign_elder"),
    ),
    _file("unmask", P.UNMASK_PERSON, {"purpose": "核对高龄津贴"}),
    _read("indicators", P.VIEW_COCKPIT),
    _read("indicator_values", P.VIEW_COCKPIT, query="month=2026-10"),
    _read(
        "indicator_trend",
        P.VIEW_COCKPIT,
        args=lambda w: {"indicator": "smart-homes"},
        query="month=2026-10",
    ),
    _read(
        "indicator_divisions",
        P.VIEW_COCKPIT,
        args=lambda w: {"indicator": "smart-homes"},
        query="month=2026-10",
    ),
    _read("published", None, status=409),  # the sweep's bulletin has no frozen month behind it
    _read("bulletins", P.VIEW_COCKPIT),
    _read("bulletin_file", P.VIEW_COCKPIT, args=_bulletin),
    _read("policies", P.VIEW_POLICY),
    _read("policy_measures", P.VIEW_POLICY, args=lambda w: {"id": w.policy.pk}),
    _read("tasks", P.VIEW_LEDGER),
    Row("registry:systems", P.MANAGE_API_KEYS),
    Row("registry:system", P.MANAGE_API_KEYS, args=lambda w: {"pk": w.system.pk}),
    Row(
        "registry:system_key_revoke",
        P.MANAGE_API_KEYS,
        args=lambda w: {"pk": w.system_key.pk},
        data=lambda w: {},
        status=303,
    ),
]
