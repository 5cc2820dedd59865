import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.governance.indicator_rows import build
from yinling.governance.queries.snapshots import folder_of
from yinling.kernel.periods import Month


@pytest.fixture(autouse=True)
def city(world, settings, tmp_path):
    settings.SNAPSHOTS_DIR = tmp_path
    build(world)
    return world


def run(*words) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_compute_prints_json_alone():
    said = json.loads(run("indicators", "compute", "--month", "2026-10", "--json"))
    assert (said["month"], said["division"], len(said["indicators"])) == ("2026-10", "371000", 59)
    beds = next(i for i in said["indicators"] if i["id"] == "nursing-beds")
    assert beds == {
        "id": "nursing-beds",
        "name": "护理型床位占比",
        "unit": "%",
        "division": "371000",
        "division_name": "威海市",
        "numerator": 2,
        "denominator": 4,
        "value": 50,
        "target": {"by": "2024-12-31", "comparator": ">=", "value": 60},
        "status": "overdue",
        "source": "computed",
    }


def test_a_division_is_named_by_either_code():
    said = json.loads(run("indicators", "compute", "--month", "2026-10", "--division", "371082", "--json"))
    assert said["division"] == "371082" and {i["division_name"] for i in said["indicators"]} == {"荣成市"}
    everywhere = json.loads(run("indicators", "compute", "--month", "2026-10", "--all-divisions", "--json"))
    assert len({i["division"] for i in everywhere["indicators"]}) == 6
    with pytest.raises(CommandError, match="999999"):
        run("indicators", "compute", "--month", "2026-10", "--division", "999999")
    with pytest.raises(CommandError, match="不是月份"):
        run("indicators", "compute", "--month", "202610")


def test_drill_lists_the_rows_with_names_masked():
    said = json.loads(run("indicators", "drill", "home-care-beds", "--month", "2026-10", "--json"))
    assert [row["老年人"] for row in said["rows"]] == ["王**"]
    assert "机构" in run("indicators", "drill", "nursing-beds", "--month", "2026-10", "--missing")
    with pytest.raises(CommandError, match="上报"):
        run("indicators", "drill", "monthly-visits", "--month", "2026-10")
    with pytest.raises(CommandError, match="no-such"):
        run("indicators", "drill", "no-such", "--month", "2026-10")


def test_a_snapshot_agrees_with_compute_and_verify_names_a_touched_file():
    computed = run("indicators", "compute", "--month", "2026-10", "--json")
    assert "已固化" in run("snapshot", "take", "--month", "2026-10")
    assert run("snapshot", "show", "--month", "2026-10", "--json") == computed
    assert "完好" in run("snapshot", "verify", "--month", "2026-10")
    file = folder_of(Month(2026, 10)) / "facts/worker.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CommandError, match=r"facts/worker\.parquet"):
        run("snapshot", "verify", "--month", "2026-10")
    with pytest.raises(CommandError, match="还没有固化"):
        run("snapshot", "verify", "--month", "2026-09")
