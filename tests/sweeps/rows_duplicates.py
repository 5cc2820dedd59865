"""Pairs of files that may be of one person, in either district, and a merge in either."""

from types import SimpleNamespace

from tests.registry import make
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.registry.choices import PairSource
from yinling.registry.models import DuplicatePair
from yinling.registry.operations.duplicates import merge_people


def build(world: SimpleNamespace) -> None:
    """Two files each in 环翠区 and 荣成市, and two that were merged."""
    world.pair = _pair(*_two(world.village, "邹本地", 611))
    world.foreign_pair = _pair(*_two(world.foreign_village, f"邹{FOREIGN_MARK}", 631))
    world.merge = _merge(*_two(world.village, "毕并入", 651))
    world.foreign_merge = _merge(*_two(world.foreign_village, f"毕{FOREIGN_MARK}", 671))


def _two(village, name, serial):
    return [
        make.person(village, name=name, serial=n % 100, born_on=make_day(serial))
        for n in (serial, serial + 1)
    ]


def make_day(serial: int):
    from datetime import date

    return date(1941, 1, 1 + serial % 28)


def _pair(left, right) -> DuplicatePair:
    evidence = [{"field": "name", "kind": "same", "words": "姓名相同", "bits": 8.0}]
    return DuplicatePair.objects.create(
        left=left, right=right, division_path=left.division_path, weight=20.0, evidence=evidence,
        source=PairSource.BATCH, model_version="test", found_at=AT,
    )  # fmt: skip


def _merge(kept, gone):
    return merge_people(kept=kept, gone=gone, reason="测试", by=None, at=AT)


def _of(name: str):
    return lambda w: {"pk": getattr(w, name).pk}


PAIR = {"args": _of("pair"), "foreign": _of("foreign_pair")}
ROWS = [
    Row("registry:duplicates", P.MERGE_PEOPLE, query="state=open&strength=sure"),
    Row("registry:duplicate_pair", P.MERGE_PEOPLE, **PAIR),
    Row(
        "registry:duplicate_decide",
        P.MERGE_PEOPLE,
        **PAIR,
        data=lambda w: {"state": "different", "reason": "是兄弟"},
        status=303,
    ),
    Row(
        "registry:duplicate_merge",
        P.MERGE_PEOPLE,
        **PAIR,
        data=lambda w: {"kept": "left", "reason": "与户口簿核对"},
        status=303,
    ),
    Row(
        "registry:merge_undo",
        P.MERGE_PEOPLE,
        args=_of("merge"),
        foreign=_of("foreign_merge"),
        data=lambda w: {"reason": "核对有误"},
        status=303,
    ),
]
