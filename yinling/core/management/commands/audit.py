"""`yinling audit verify`: prove the audit trail whole. `yinling audit anchor`: note its ends outside the database."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from yinling.core.audit.anchors import anchors_path, write_anchors
from yinling.core.audit.verifying import Verdict, expected_events, verify


class Command(BaseCommand):
    help = "操作记录：verify 逐条核验（有问题时退出码为 1），anchor 在库外记下链尾"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        checking = acts.add_parser("verify", help="walk every chain; exit code 1 if anything is wrong")
        checking.add_argument("--json", action="store_true", help="print the result as JSON")
        acts.add_parser("anchor", help="write the ends of all chains outside the database")

    def handle(self, *, act: str, json: bool = False, **options: Any) -> None:
        if act == "anchor":
            grown = write_anchors(timezone.now())
            self.stdout.write(f"{grown} 条链有新记录，链尾已记入 {anchors_path()}")
            return
        verdict = verify(lambda events: None) if json else self._verify_aloud()
        self.stdout.write(_as_json(verdict) if json else _as_text(verdict))
        if not verdict.whole:
            sys.exit(1)

    def _verify_aloud(self) -> Verdict:
        total = expected_events()
        shows = sys.stderr.isatty()

        def progress(events: int) -> None:
            if shows:
                self.stderr.write(f"\r{events:,} / {total:,}", ending="")

        verdict = verify(progress)
        if shows:
            self.stderr.write("")
        return verdict


def _as_json(verdict: Verdict) -> str:
    return json.dumps(verdict.as_dict(), ensure_ascii=False)


def _as_text(verdict: Verdict) -> str:
    head = f"核对 {verdict.events:,} 条记录、{verdict.anchors:,} 个库外锚点："
    if verdict.whole:
        return head + "完整，没有改动、缺失或添加。"
    lines = [head + f"发现 {verdict.break_count:,} 处问题。"]
    for found in verdict.breaks:
        where = f"链 {found.lane} 序号 {found.sequence}" + (f" 记录 {found.event}" if found.event else "")
        lines.append(f"  {where}：{found.text}")
    if verdict.break_count > len(verdict.breaks):
        lines.append(f"  （只列出前 {len(verdict.breaks)} 处）")
    return "\n".join(lines)
