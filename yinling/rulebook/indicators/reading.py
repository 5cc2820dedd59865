"""Read one indicator file, and refuse it with a sentence that says how to mend it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from yinling.kernel.expressions import BadExpression, ColumnType, Expression, parse
from yinling.kernel.indicators import (
    Clause,
    Definition,
    Direction,
    Indicator,
    IndicatorKind,
    Target,
    TargetScope,
    Unit,
)
from yinling.rulebook.facts import BadRulebook
from yinling.rulebook.policy_documents import PolicyDocumentRow

Views = Mapping[str, Mapping[str, ColumnType]]

_REQUIRED = ("id", "name", "summary", "group", "unit", "kind", "direction", "counted")
_OPTIONAL = (
    "scale",
    "decimals",
    "out_of",
    "context",
    "clauses",
    "targets",
    "units",
    "definition",
    "reported",
    "note",
)
_PROMISE = ("clauses", "targets", "units")


def read_indicator(file: Path, views: Views, documents: Mapping[str, PolicyDocumentRow]) -> Indicator:
    """The indicator in `file`. Raises BadRulebook."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadRulebook(f"{file.name}：不是能读懂的 YAML：{error}。") from None
    if not isinstance(data, dict):
        raise BadRulebook(f"{file.name}：应当是“字段: 值”的列表。")
    try:
        return _Reader(data, views, documents).indicator(file.stem)
    except (BadRulebook, BadExpression) as error:
        raise BadRulebook(f"{file.name}：{error.message}") from None


class _Reader:
    def __init__(
        self, data: dict[str, Any], views: Views, documents: Mapping[str, PolicyDocumentRow]
    ) -> None:
        self.data = data
        self.views = views
        self.documents = documents

    def indicator(self, stem: str) -> Indicator:
        data = self.data
        _fields(data, "", _REQUIRED, _OPTIONAL)
        if data["id"] != stem:
            raise BadRulebook(f"id“{data['id']}”应与文件名“{stem}”相同。")
        kind = _choice(data, "kind", IndicatorKind)
        context = data.get("context", False) is True
        for name in _PROMISE:
            if context == (name in data):
                raise BadRulebook(
                    f"背景统计（context）不写 {name}。" if context else f"缺少字段 {name}：请写明出处和目标。"
                )
        clauses = tuple(self.clause(entry) for entry in data.get("clauses", ()))
        targets = tuple(self.target(entry, clauses) for entry in data.get("targets", ()))
        if len({target.scope for target in targets}) > 1:
            raise BadRulebook("一个指标的 targets 只能同为 city 或同为 each_district；请拆成两个指标。")
        definition, by, because = self.source(kind)
        scale = self.positive("scale", 100 if kind is IndicatorKind.RATIO else 1)
        return Indicator(
            id=stem,
            name=str(data["name"]),
            summary=str(data["summary"]),
            group=str(data["group"]),
            unit=str(data["unit"]),
            kind=kind,
            direction=_choice(data, "direction", Direction),
            scale=scale,
            decimals=int(data.get("decimals", 2 if kind is IndicatorKind.RATIO else 0)),
            numerator_name=str(data["counted"]),
            denominator_name=str(data.get("out_of", "")),
            clauses=clauses,
            targets=targets,
            units=self.units(),
            definition=definition,
            reported_by=by,
            reported_because=because,
            note=str(data.get("note", "")),
            is_context=context,
            digest=_digest(kind, scale, definition),
        )

    def positive(self, name: str, default: int) -> int:
        value = self.data.get(name, default)
        if not isinstance(value, int) or value < 1:
            raise BadRulebook(f"{name} 应当是正整数，不能是“{value}”。")
        return value

    def clause(self, entry: dict[str, Any]) -> Clause:
        _fields(entry, "clauses.", ("document", "measure", "quote"))
        if entry["document"] not in self.documents:
            known = "、".join(self.documents)
            raise BadRulebook(f"不认识的文件“{entry['document']}”；policy_documents.yaml 里有：{known}。")
        return Clause(entry["document"], int(entry["measure"]), str(entry["quote"]))

    def target(self, entry: dict[str, Any], clauses: tuple[Clause, ...]) -> Target:
        _fields(entry, "targets.", ("by", "comparator", "value"), ("scope", "districts", "clause"))
        if entry["comparator"] not in (">=", "<=", "=", "+"):
            raise BadRulebook(f"targets.comparator 只能是 >=、<=、= 或 +，不能是“{entry['comparator']}”。")
        if entry["by"] is not None and not isinstance(entry["by"], date):
            raise BadRulebook(f"targets.by 应写成 2027-12-31，没有期限写 null，不能是“{entry['by']}”。")
        try:
            value = Decimal(str(entry["value"]))
        except InvalidOperation:
            raise BadRulebook(f"targets.value 应当是数，不能是“{entry['value']}”。") from None
        position = entry.get("clause", 1)
        if not 1 <= position <= len(clauses):
            raise BadRulebook(f"targets.clause {position} 没有对应的出处；clauses 有 {len(clauses)} 条。")
        scope = _choice(entry, "scope", TargetScope, TargetScope.CITY)
        districts = tuple(str(code) for code in entry.get("districts", ()))
        if districts and scope is TargetScope.CITY:
            raise BadRulebook("targets.districts 只在 scope 为 each_district 时才写。")
        return Target(entry["by"], entry["comparator"], value, scope, clauses[position - 1], districts)

    def units(self) -> tuple[Unit, ...]:
        entry = self.data.get("units", {"lead": []})
        _fields(entry, "units.", ("lead",), ("supporting",))
        roles = (("lead", entry["lead"]), ("supporting", entry.get("supporting", ())))
        return tuple(Unit(str(name), role) for role, names in roles for name in names)

    def source(self, kind: IndicatorKind) -> tuple[Definition | None, str, str]:
        data = self.data
        if ("definition" in data) == ("reported" in data):
            raise BadRulebook("definition（计算）和 reported（上报）必须而且只能写一个。")
        if kind is IndicatorKind.RATIO and "out_of" not in data:
            raise BadRulebook("比例要写 out_of：分母是什么。")
        if "reported" in data:
            _fields(data["reported"], "reported.", ("by", "because"))
            return None, str(data["reported"]["by"]), str(data["reported"]["because"])
        return self.definition(data["definition"], kind), "", ""

    def definition(self, entry: dict[str, Any], kind: IndicatorKind) -> Definition:
        _fields(entry, "definition.", ("view", "numerator"), ("filter", "denominator"))
        if entry["view"] not in self.views:
            raise BadRulebook(f"没有视图“{entry['view']}”；facts.yaml 里有：{'、'.join(self.views)}。")
        if (kind is IndicatorKind.RATIO) != ("denominator" in entry):
            raise BadRulebook("比例要写 definition.denominator，数量和节点不写。")
        columns = self.views[entry["view"]]
        filter_ = self.expression(entry, "filter", columns, (ColumnType.BOOLEAN,))
        countable = (ColumnType.BOOLEAN, ColumnType.INTEGER)
        numerator = self.expression(entry, "numerator", columns, countable)
        assert numerator is not None  # required above
        return Definition(
            entry["view"], filter_, numerator, self.expression(entry, "denominator", columns, countable)
        )

    def expression(
        self,
        entry: dict[str, Any],
        name: str,
        columns: Mapping[str, ColumnType],
        wanted: tuple[ColumnType, ...],
    ) -> Expression | None:
        if name not in entry:
            return None
        if not isinstance(entry[name], str):
            raise BadRulebook(f"definition.{name} 应当是加引号的表达式，不能是“{entry[name]}”。")
        parsed = parse(entry[name], columns)
        if parsed.type not in wanted:
            kinds = " 或 ".join(wanted)
            raise BadRulebook(f"definition.{name} 应当得到 {kinds}，“{parsed.text}”得到 {parsed.type}。")
        return parsed


def _fields(entry: Any, where: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    if not isinstance(entry, dict):
        raise BadRulebook(f"{where.rstrip('.')} 应当是“字段: 值”。")
    for name in entry:
        if name not in required and name not in optional:
            known = "、".join([*required, *optional])
            raise BadRulebook(f"不认识的字段 {where}{name}；可以写的有：{known}。")
    for name in required:
        if name not in entry:
            raise BadRulebook(f"缺少字段 {where}{name}。")


def _choice(entry: dict[str, Any], name: str, kind: Any, default: Any = None) -> Any:
    value = entry.get(name, default)
    if value not in list(kind):
        raise BadRulebook(f"{name} 只能是 {'、'.join(kind)}，不能是“{value}”。")
    return kind(value)


def _digest(kind: IndicatorKind, scale: int, definition: Definition | None) -> str:
    """SHA-256 of everything that decides the value, so that a kept value says by which rule it was made."""
    parts: list[Any] = [kind, scale]
    if definition:
        expressions = (definition.filter, definition.numerator, definition.denominator)
        parts += [definition.view, *(e.text if e else None for e in expressions)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
