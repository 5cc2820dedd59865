"""The documented views over which indicators are defined; the list is facts.yaml."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yinling.kernel.errors import DomainError
from yinling.kernel.expressions import ColumnType

FILE = Path(__file__).parent / "facts.yaml"


class BadRulebook(DomainError):
    """A rulebook file that cannot be used; the message names the file, the field and what to write."""


@dataclass(frozen=True)
class Column:
    name: str
    type: ColumnType
    meaning: str
    label: str


@dataclass(frozen=True)
class View:
    """A view of schema `facts` and its columns in order."""

    id: str
    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def types(self) -> dict[str, ColumnType]:
        return {column.name: column.type for column in self.columns}


@lru_cache(maxsize=1)
def load() -> dict[str, View]:
    return load_from(FILE)


def load_from(file: Path) -> dict[str, View]:
    """The views that `file` documents. Raises BadRulebook."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {key: _view(key, entry) for key, entry in data.items()}


def _view(key: str, entry: dict[str, Any]) -> View:
    columns = tuple(_column(key, name, value) for name, value in entry["columns"].items())
    return View(key, entry["name"], entry["meaning"], columns)


def _column(view: str, name: str, value: Any) -> Column:
    if not (isinstance(value, list) and len(value) == 3 and value[0] in list(ColumnType)):
        kinds = "、".join(ColumnType)
        raise BadRulebook(f"facts.yaml 的 {view}.{name} 应写成 [类型, 英文说明, 中文说明]，类型是 {kinds}。")
    return Column(name, ColumnType(value[0]), str(value[1]), str(value[2]))
