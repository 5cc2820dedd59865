"""What a merge changed, row by row, before and after: enough to put it back, and to see what changed since."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime


@dataclass
class Change:
    """Columns of a row that were changed."""

    label: str
    pk: Any
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Made:
    """A row that the merge made: a part of a period that the kept file lacked."""

    label: str
    pk: Any
    values: dict[str, Any]


@dataclass
class Journal:
    """In the order in which things were done. `touched` names what a later merge into the same file must leave
    alone for this one to be undone before it."""

    changes: list[Change] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)

    def dumps(self) -> str:
        return json.dumps(asdict(self), cls=DjangoJSONEncoder, ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> "Journal":
        raw = json.loads(text)
        return cls([Change(**c) for c in raw["changes"]], [Made(**m) for m in raw["made"]], raw["touched"])

    def change(self, row: models.Model, **values: Any) -> None:
        """Set columns of a row and note it. Columns that are so already are left out."""
        columns = {k: v for k, v in values.items() if getattr(row, k) != v}
        if not columns:
            return
        before = {k: plain(getattr(row, k)) for k in columns}
        self.changes.append(
            Change(row._meta.label, row.pk, before, {k: plain(v) for k, v in columns.items()})
        )
        write(row, columns)

    def make(self, row: models.Model) -> None:
        """Save a new row and note it."""
        row.save(force_insert=True)
        self.made.append(Made(row._meta.label, row.pk, snapshot(row)))

    def touch(self, *names: str) -> None:
        self.touched += [name for name in names if name not in self.touched]


def write(row: models.Model, columns: dict[str, Any]) -> None:
    """Past the models' own `save`, which may do more than is wanted here."""
    type(row)._base_manager.filter(pk=row.pk).update(**columns)
    for key, value in columns.items():
        setattr(row, key, value)


def find(label: str, pk: Any) -> models.Model | None:
    """The row as it is now, locked."""
    return apps.get_model(label)._base_manager.select_for_update(of=("self",)).filter(pk=pk).first()


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return value.isoformat() if isinstance(value, date | datetime) else value


def typed(row: models.Model, column: str, value: Any) -> Any:
    """Back from `plain`."""
    kind = row._meta.get_field(column)
    if isinstance(value, str) and isinstance(kind, models.DateTimeField):
        return parse_datetime(value)
    if isinstance(value, str) and isinstance(kind, models.DateField):
        return parse_date(value)
    return value


def snapshot(row: models.Model) -> dict[str, Any]:
    """Every column of a row, as JSON keeps it."""
    return {f.attname: plain(getattr(row, f.attname)) for f in row._meta.concrete_fields}
