from collections import Counter

from yinling.rulebook import divisions, organisations


def test_the_city_has_seven_districts_73_towns_and_2768_villages():
    assert Counter(d.level for d in divisions.load()) == {
        "city": 1,
        "district": 7,
        "town": 73,
        "village": 2768,
    }


def test_every_parent_comes_before_its_children():
    seen = {None}
    for row in divisions.load():
        assert row.parent in seen
        seen.add(row.nbs_code)


def test_zones_lie_in_371002_in_the_civil_affairs_family():
    by_code = {d.nbs_code: d for d in divisions.load()}
    assert all(by_code[zone].gb_code == "371002" for zone in divisions.ZONES)
    assert by_code["371071004"].gb_code == "371002008"
    assert by_code["371072008"].gb_code is None
    assert by_code["371082101"].gb_code == "371082101"


def test_estimated_points_say_so():
    points = Counter(d.point_source.split(":")[0] for d in divisions.load() if d.level == "town")
    assert points == {"GeoNames": 54, "estimate": 19}


def test_no_name_or_alias_means_two_units():
    names = Counter(n for row in organisations.load() for n in (row.name, *row.aliases))
    assert [n for n, count in names.items() if count > 1] == []
