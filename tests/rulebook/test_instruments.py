from pathlib import Path

import pytest
import yaml

from yinling.rulebook import instruments
from yinling.rulebook.facts import BadRulebook
from yinling.rulebook.instruments import load
from yinling.rulebook.instruments.reading import read_instrument

FOLDER = Path(instruments.__file__).parent


def broken(tmp_path, name, change):
    data = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    change(data)
    file = tmp_path / "x.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True))
    return file


def test_what_was_not_compared_with_the_official_text_says_so():
    assert not load()["ltci37-2021"].verified
    assert all(i.caution for i in load().values())


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("gbt42195-2022", lambda d: d["bands"][1].update(low=65), "65 分落在 2 个分级"),
        ("gbt42195-2022", lambda d: d["bands"].pop(), "0 分落在 0 个分级"),
        ("gbt42195-2022", lambda d: d["items"].append(d["items"][0]), "重复"),
        ("gbt42195-2022", lambda d: d["items"].pop(), "与满分 15 不符"),
        ("gbt42195-2022", lambda d: d.pop("bands"), "之一"),
        ("gbt42195-2022", lambda d: d["adjustments"][0].update(value=9), "没有名称"),
        ("gbt42195-2022", lambda d: d.pop("levels"), "levels"),
        ("ltci37-2021", lambda d: d["matrix"]["levels"].pop(), "行数"),
        ("ltci37-2021", lambda d: d["gate"]["grades"]["A"].append([3, 3]), "各列一次"),
    ],
)
def test_an_instrument_with_a_gap_is_refused(tmp_path, name, change, said):
    with pytest.raises(BadRulebook, match=said):
        read_instrument(broken(tmp_path, name, change))
