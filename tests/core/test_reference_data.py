import pytest

from tests.world import AT
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent, Division, Organisation
from yinling.core.operations.accounts import UsernameTaken, WeakPassword, create_account
from yinling.core.operations.divisions import load_divisions
from yinling.core.operations.organisations import load_organisations
from yinling.core.queries.divisions import find_division, list_ancestors
from yinling.core.queries.organisations import find_organisation


@pytest.fixture
def reference(db):
    load_divisions(by=None, at=AT)
    load_organisations(by=None, at=AT)


def test_loading_twice_changes_nothing(reference):
    before = (Division.objects.count(), Organisation.objects.count(), AuditEvent.objects.count())
    assert load_divisions(by=None, at=AT) == load_organisations(by=None, at=AT) == 0
    assert (Division.objects.count(), Organisation.objects.count(), AuditEvent.objects.count()) == before


def test_a_path_leads_from_the_city_down(reference):
    names = [d.name for d in list_ancestors(find_division("371082101200"))]
    assert names[:3] == ["威海市", "荣成市", "俚岛镇"] and len(names) == 4


def test_a_changed_name_is_brought_up_to_date(reference):
    Division.objects.filter(nbs_code="371082101").update(name="旧名镇")
    assert load_divisions(by=None, at=AT) == 1
    assert find_division("371082101").name == "俚岛镇"


def test_a_code_of_two_divisions_finds_the_ordinary_district(reference):
    assert find_division("371002").name == "环翠区"
    assert find_division("371002008").name == "怡园街道"
    assert find_division("999") is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("威海市民政局", "市民政局"),
        ("市卫健委", "市卫生健康委"),
        ("威海 金融监管分局", "威海金融监管分局"),
        ("威海银保监分局", "威海银保监分局"),
        ("中国人民银行威海市分行", "人民银行威海市分行"),
        ("环翠区人民政府", "环翠区政府"),
    ],
)
def test_units_are_found_by_any_of_their_names(reference, written, name):
    assert find_organisation(written).name == name


def test_an_unknown_unit_is_not_guessed(reference):
    assert find_organisation("市民政") is None


def test_accounts_are_created_by_administrators_only(world):
    given = {
        "full_name": "张伟",
        "role": Role.AUDITOR,
        "organisation": world.government,
        "password": "yinling-2026",
        "at": AT,
    }
    with pytest.raises(NotPermitted):
        create_account(username="new", by=world.accounts[Role.CITY_BUREAU], **given)
    made = create_account(username="new", by=world.accounts[Role.ADMINISTRATOR], **given)
    assert made.check_password("yinling-2026") and made.division == world.city
    with pytest.raises(UsernameTaken, match="new"):
        create_account(username="new", by=None, **given)
    with pytest.raises(WeakPassword):
        create_account(username="newer", by=None, **given | {"password": "12345678"})
