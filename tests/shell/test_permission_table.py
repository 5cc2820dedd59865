"""The page that says who may do what is what the code says."""

from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.access.roles import PUBLIC_ROLES, ROLES, Reach, Role
from yinling.shell.management.commands.permissions import PAGE
from yinling.shell.permission_table import addresses, written

PERSONAL = {
    Permission.VIEW_PEOPLE,
    Permission.UNMASK_PERSON,
    Permission.MANAGE_PEOPLE,
    Permission.IMPORT_PEOPLE,
    Permission.EXPORT_PEOPLE,
    Permission.MERGE_PEOPLE,
    Permission.ANONYMISE_PEOPLE,
    Permission.DRILL_INDICATOR,
    Permission.EXPORT_ROWS,
}


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == written(), "run: yinling permissions --write"


def test_every_address_is_guarded_or_public_on_purpose():
    assert [a for a in addresses() if a.guard == "missing"] == []


def test_every_right_is_described_and_held_and_every_holding_has_its_reason():
    assert set(DESCRIPTIONS) == set(Permission)
    assert set().union(*(spec.permissions for spec in ROLES.values())) == set(Permission)
    assert all(why for spec in ROLES.values() for why in spec.rights.values())
    assert set(ROLES) == set(Role)


def test_who_keeps_accounts_or_the_trail_sees_no_personal_data_and_neither_does_the_others_work():
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.LEADER, Role.INSPECTOR, Role.DEPARTMENT_LIAISON):
        assert not ROLES[role].permissions & PERSONAL
    assert not ROLES[Role.ADMINISTRATOR].permissions & ROLES[Role.AUDITOR].permissions
    holders = {role for role in Role if Permission.MANAGE_ACCOUNTS in ROLES[role].permissions}
    assert holders == {Role.ADMINISTRATOR}


def test_the_public_see_their_own_people_only():
    for role in PUBLIC_ROLES:
        assert ROLES[role].permissions == {Permission.VIEW_OWN_FILE}
        assert ROLES[role].reach is Reach.PEOPLE
