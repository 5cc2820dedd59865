"""`yinling duplicates find` looks for people with two files and fills the review queue."""

import json
import resource
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.core.queries.divisions import find_division, get_city
from yinling.kernel.errors import DomainError
from yinling.registry.operations.finding import find_duplicates


class Command(BaseCommand):
    help = "查重：find 比对全市或一个区划的全部档案，把疑似同一人的放进核对清单"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        find = acts.add_parser("find", help="比对档案；已有结论的不再列出")
        find.add_argument("--division", metavar="CODE", help="统计用区划代码，默认全市")
        find.add_argument("--memory", type=int, default=2_000, metavar="MB", help="比对最多用多少内存")
        find.add_argument("--json", action="store_true", help="只输出 JSON")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        division = find_division(options["division"]) if options["division"] else get_city()
        if division is None:
            raise CommandError(f"没有代码为“{options['division']}”的区划。请使用统计用区划代码，如 371002。")
        begun = time.perf_counter()
        try:
            found = find_duplicates(
                division=division, by=None, at=timezone.now(), memory_mb=options["memory"]
            )
        except DomainError as error:
            raise CommandError(error.message) from None
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if options["json"]:
            self.stdout.write(json.dumps(vars(found) | {"seconds": round(seconds, 1), "peak_mb": peak}))
            return
        self.stdout.write(
            f"比对 {found.people:,} 份档案：新发现 {found.new:,} 对，重新计算 {found.again:,} 对，"
            f"不再疑似 {found.gone:,} 对（{seconds:.0f} 秒，内存最多 {peak:,} MB）。"
        )
