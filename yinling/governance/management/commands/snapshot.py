"""`yinling snapshot take` freezes a month; `verify` says whether it is as it was sealed (exit 1 if not)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.engines.indicators.freezing import read_manifest
from yinling.governance.management.commands.indicators import row_json
from yinling.governance.operations.snapshots import take_snapshot
from yinling.governance.queries.snapshots import folder_of, snapshot_values, verify_snapshot
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month


class Command(BaseCommand):
    help = "快照：take 固化一个月，verify 核对文件和数值，show 由固化的文件重算"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        take = acts.add_parser("take", help="固化一个月；已固化的原样保留")
        take.add_argument("--month", required=True, metavar="YYYY-MM")
        take.add_argument(
            "--again", metavar="REASON", default="", help="写明原因，重新固化没有用于通报的月份"
        )
        verify = acts.add_parser("verify", help="核对每个文件并重算数值；有问题时指出文件，退出码为 1")
        verify.add_argument("--month", required=True, metavar="YYYY-MM")
        show = acts.add_parser("show", help="由固化的文件重算并显示")
        show.add_argument("--month", required=True, metavar="YYYY-MM")
        show.add_argument("--division", metavar="CODE", help="统计用区划代码，默认全市")
        for act in (take, verify, show):
            act.add_argument("--json", action="store_true", help="只输出 JSON")

    def handle(self, *args: Any, act: str, month: str, **options: Any) -> None:
        try:
            getattr(self, f"_{act}")(Month.parse(month), options)
        except DomainError as error:
            raise CommandError(error.message) from None

    def _take(self, month: Month, options: dict[str, Any]) -> None:
        reason = options["again"]
        snapshot = take_snapshot(month=month, by=None, at=timezone.now(), again=bool(reason), reason=reason)
        folder = folder_of(month)
        if options["json"]:
            self._print({"month": str(month), "folder": str(folder), "sha256": snapshot.manifest_sha256})
            return
        files = read_manifest(folder).files
        rows = sum(f.rows or 0 for f in files)
        size = sum(f.bytes for f in files) / 1e6
        self.stdout.write(f"{month.label}已固化：{len(files)} 个文件，{rows:,} 行，{size:.1f} MB。")
        self.stdout.write(f"位置 {folder}，清单 SHA-256 {snapshot.manifest_sha256}。")

    def _verify(self, month: Month, options: dict[str, Any]) -> None:
        found = verify_snapshot(month)
        if options["json"]:
            faults = [{"path": f.path, "kind": f.kind} for f in found.faults]
            self._print(
                {
                    "month": str(month),
                    "intact": found.is_intact,
                    "values_agree": found.values_agree,
                    "faults": faults,
                }
            )
        elif found.is_intact:
            self.stdout.write(f"{month.label}的快照完好：文件都与清单一致，数值重算一致。")
        if not found.is_intact:
            raise CommandError(f"{month.label}的快照有问题：" + "；".join(found.messages) + "。")

    def _show(self, month: Month, options: dict[str, Any]) -> None:
        frozen = snapshot_values(month)
        code = options["division"] or frozen.city.code
        if code not in frozen.areas:
            raise CommandError(f"快照里没有代码为“{code}”的区划。请使用统计用区划代码，如 371002。")
        board = frozen.board(code, with_context=True)
        if options["json"]:
            rows = [row_json(row) for row in board]
            self._print({"month": str(month), "division": code, "indicators": rows})
            return
        for row in board:
            self.stdout.write(f"  {row.id}  {row.indicator.name}  {row.value_text}  {row.status_label}")

    def _print(self, data: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
