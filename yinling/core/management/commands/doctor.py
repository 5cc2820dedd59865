"""`yinling doctor`: what is well with this installation, what is not, and what to do. Ends with 1 when it is bad."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from yinling.core.doctor import Level, run, worst

_MARKS = {Level.OK: "正常", Level.WARN: "注意", Level.BAD: "有误"}
_STYLES = {Level.OK: "SUCCESS", Level.WARN: "WARNING", Level.BAD: "ERROR"}


class Command(BaseCommand):
    help = "检查本机的安装和运行状况，指出要改的地方。有错误时退出码为 1"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--web", type=int, default=1, metavar="N", help="打算运行的网页进程数")
        parser.add_argument("--workers", type=int, default=1, metavar="M", help="打算运行的后台进程数")
        parser.add_argument("--json", action="store_true", help="只输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = run(at=timezone.now(), web=options["web"], workers=options["workers"])
        if options["json"]:
            rows = [vars(f) for f in findings]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                mark = getattr(self.style, _STYLES[finding.level])(_MARKS[finding.level])
                self.stdout.write(f"{mark}  {finding.topic}：{finding.said}")
                if finding.mend:
                    self.stdout.write(f"        → {finding.mend}")
            self._sum_up([f.level for f in findings])
        if worst(findings) is Level.BAD:
            sys.exit(1)

    def _sum_up(self, levels: list[Level]) -> None:
        counts = {level: levels.count(level) for level in Level}
        self.stdout.write(
            f"\n共 {len(levels)} 项：{counts[Level.OK]} 项正常，{counts[Level.WARN]} 项需注意，"
            f"{counts[Level.BAD]} 项有误。"
        )
