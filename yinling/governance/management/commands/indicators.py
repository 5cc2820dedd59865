"""`yinling indicators compute` keeps a month's values and prints them; `drill` prints the rows behind one."""

import json
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from yinling.core.choices import DivisionLevel
from yinling.core.models import Division
from yinling.engines.indicators.assessing import BoardRow
from yinling.engines.indicators.compiling import Part
from yinling.governance.operations.indicators import NoCity, compute_month
from yinling.governance.queries import indicators as queries
from yinling.governance.queries.drill_lines import Line, describe_rows
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month
from yinling.rulebook import facts

_PAGE = 1000
_LEVELS = (DivisionLevel.CITY, DivisionLevel.DISTRICT, DivisionLevel.TOWN)


class Command(BaseCommand):
    help = "指标：compute 计算并保存一个月的数值，drill 打开一个数字背后的明细行"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        compute = acts.add_parser("compute", help="计算全市、各区市和各镇街的指标并保存")
        compute.add_argument("--month", required=True, metavar="YYYY-MM")
        compute.add_argument(
            "--division", metavar="CODE", help="只显示这个区划（统计代码或民政代码），默认全市"
        )
        compute.add_argument("--all-divisions", action="store_true", help="显示全市、各区市和各镇街")
        compute.add_argument("--json", action="store_true", help="只输出 JSON")
        drill = acts.add_parser("drill", help="列出一个指标计入的明细行（姓名脱敏）")
        drill.add_argument("id", metavar="ID", help="指标编号，如 nursing-beds")
        drill.add_argument("--month", required=True, metavar="YYYY-MM")
        drill.add_argument("--division", metavar="CODE", help="区划代码，默认全市")
        drill.add_argument("--missing", action="store_true", help="列出分母中没有计入的行")
        drill.add_argument("--after", type=int, default=0, metavar="KEY", help="从这一行之后接着列")
        drill.add_argument("--limit", type=int, metavar="N", help="最多列出多少行，默认全部")
        drill.add_argument("--json", action="store_true", help="只输出 JSON")

    def handle(self, *args: Any, act: str, month: str, **options: Any) -> None:
        try:
            division = find_division(options["division"])
            if act == "compute":
                self._compute(Month.parse(month), division, options)
            else:
                self._drill(Month.parse(month), division, options)
        except DomainError as error:
            raise CommandError(error.message) from None
        except Http404 as error:
            raise CommandError(str(error)) from None

    def _compute(self, month: Month, division: Division, options: dict[str, Any]) -> None:
        now = timezone.now()
        compute_month(month=month, by=None, at=now)
        shown = [division]
        if options["all_divisions"]:
            shown = list(Division.objects.filter(level__in=_LEVELS).order_by("id"))
        boards = [
            queries.board(actor=None, month=month, division=d, at=now, with_context=True) for d in shown
        ]
        if options["json"]:
            rows = [row_json(row) for board in boards for row in board]
            self._print_json({"month": str(month), "division": division.code, "indicators": rows})
            return
        for place, board in zip(shown, boards, strict=True):
            self.stdout.write(f"{place.name} {month.label}")
            for row in board:
                self.stdout.write(_line(row))

    def _drill(self, month: Month, division: Division, options: dict[str, Any]) -> None:
        part = Part.MISSING if options["missing"] else Part.COUNTED
        lines: list[Line] = []
        heads: tuple[str, ...] = ()
        after, left = options["after"], options["limit"]
        while after is not None and (left is None or len(lines) < left):
            page = queries.drill(
                options["id"],
                actor=None,
                month=month,
                division=division,
                at=timezone.now(),
                part=part,
                after=after,
                limit=_PAGE if left is None else min(_PAGE, left - len(lines)),
            )
            columns = {c.name: c.label for c in facts.load()[page.view].columns}
            table = describe_rows(page.indicator, page.rows, columns=columns)
            heads, after = table.columns, page.after
            lines += table.lines
        if options["json"]:
            rows = [{"id": line.id, **dict(zip(heads, line.cells, strict=True))} for line in lines]
            answer = {"month": str(month), "division": division.code, "indicator": options["id"]}
            self._print_json({**answer, "part": part, "rows": rows, "after": after})
            return
        self.stdout.write("\t".join(("编号", *heads)))
        for line in lines:
            self.stdout.write("\t".join((str(line.id), *line.cells)))
        if after is not None:
            self.stdout.write(f"还有更多，接着列请加 --after {after}。")

    def _print_json(self, data: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))


def find_division(code: str | None) -> Division:
    """By statistical or civil-affairs code; the city for None. Zones share a civil-affairs code with the
    district around them, which is then meant. Raises CommandError or NoCity."""
    if code is None:
        city = Division.objects.filter(level=DivisionLevel.CITY).first()
        if city is None:
            raise NoCity("还没有行政区划。请先运行 yinling demo，或导入行政区划。")
        return city
    found = Division.objects.filter(Q(nbs_code=code) | Q(gb_code=code)).order_by("id")
    exact = [d for d in found if d.nbs_code == code] or list(found)
    if not exact:
        raise CommandError(f"没有代码为“{code}”的区划。代码可用统计用区划代码或民政区划代码，如 371002。")
    return exact[0]


def row_json(row: BoardRow) -> dict[str, Any]:
    """One indicator of one division, numbers as numbers; the same keys for live and frozen values."""
    target = row.target
    return {
        "id": row.id,
        "name": row.indicator.name,
        "unit": row.indicator.unit,
        "division": row.area.code,
        "division_name": row.area.name,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "value": _number(row.value),
        "target": target
        and {
            "by": target.by.isoformat() if target.by else None,
            "comparator": target.comparator,
            "value": _number(target.value),
        },
        "status": row.status,
        "source": row.state,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _line(row: BoardRow) -> str:
    parts = "" if row.denominator is None else f"（{row.numerator}/{row.denominator}）"
    target = f"目标 {row.target.comparator} {row.target.value}" if row.target else ""
    words = (row.id, row.indicator.name, f"{row.value_text}{parts}", target, row.status_label)
    return "  " + "  ".join(word for word in words if word)
