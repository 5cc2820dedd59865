"""`yinling bulletin month|quarter --period … --out FILE.docx` writes a bulletin and puts the Word file there."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.core.files import read_bytes
from yinling.governance.bulletins.periods import parse_period
from yinling.governance.choices import BulletinKind
from yinling.governance.models import Bulletin
from yinling.governance.operations.bulletins import write_bulletin
from yinling.kernel.errors import DomainError


class Command(BaseCommand):
    help = "通报：month 生成月调度通报，quarter 生成季度通报，数字全部取自固化的快照"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        for kind, example in (("month", "2026-10"), ("quarter", "2026Q3")):
            one = kinds.add_parser(kind, help=f"期间写成 {example}")
            one.add_argument("--period", required=True, metavar=example)
            one.add_argument("--out", required=True, metavar="FILE.docx", help="Word 文件存到这里")
            one.add_argument("--json", action="store_true", help="只输出通报的数据（JSON）")

    def handle(self, *args: Any, kind: str, period: str, out: str, **options: Any) -> None:
        target = Path(out)
        if target.suffix.lower() != ".docx":
            raise CommandError(f"输出文件“{out}”应以 .docx 结尾。")
        if not target.resolve().parent.is_dir():
            raise CommandError(f"文件夹“{target.resolve().parent}”不存在。请先建立，或换一个位置。")
        try:
            bulletin = self._bulletin(BulletinKind(kind), period)
        except DomainError as error:
            raise CommandError(error.message) from None
        data = read_bytes(bulletin.file)
        try:
            target.write_bytes(data)
        except OSError as error:
            raise CommandError(f"不能写入“{out}”：{error.strerror}。") from None
        if options["json"]:
            self.stdout.write(json.dumps(bulletin.content["data"], ensure_ascii=False, indent=1))
            return
        content = bulletin.content["data"]
        counts = "，".join(f"{t['label']} {t['count']}" for t in content["tally"])
        self.stdout.write(f"{content['label']}通报已生成：{counts}。")
        self.stdout.write(f"数据截至 {content['as_of']}，快照清单 SHA-256 {content['manifest']}。")
        self.stdout.write(f"文件 {target}（{len(data) / 1000:.0f} KB）。")

    def _bulletin(self, kind: BulletinKind, period: str) -> Bulletin:
        """A published one as it was published; any other is written anew."""
        asked = parse_period(kind, period)
        published = Bulletin.objects.filter(kind=kind, period=asked.key, published_at__isnull=False).first()
        return published or write_bulletin(kind=kind, period=period, by=None, at=timezone.now())
