from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import Organisation
from yinling.core.sealing import digest, seal, unseal


def test_a_district_sees_its_own_units_and_no_others(world):
    seen = set(Organisation.objects.visible_to(world.accounts[Role.DISTRICT_BUREAU]))
    assert world.town_office in seen and world.huancui_bureau in seen
    assert world.foreign_town_office not in seen and world.bureau not in seen


def test_the_city_sees_all(world):
    assert (
        Organisation.objects.visible_to(world.accounts[Role.CITY_BUREAU]).count()
        == Organisation.objects.count()
    )


def test_nobody_sees_nothing(world):
    assert not Organisation.objects.visible_to(None).exists()


def test_sealed_text_comes_back_and_differs_each_time():
    assert unseal(seal("张三")) == "张三" and seal("x") != seal("x")
    assert digest("id", "1") == digest("id", "1") != digest("phone", "1")
    assert AT.tzinfo


def test_an_institution_manager_sees_no_unit_of_the_town_around(world):
    assert not Organisation.objects.visible_to(world.accounts[Role.INSTITUTION_MANAGER]).exists()
