"""`yinling backup`: one consistent copy of database, files and snapshots, proved by restoring it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.core.keeping.backups import drop_old, make_backup
from yinling.core.keeping.restoring import default_place
from yinling.core.operations.keeping import note_backup
from yinling.kernel.errors import DomainError


class Command(BaseCommand):
    help = "备份数据库、文件和快照，并在临时数据库里试恢复核对。密钥不在备份里"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help="放在哪里（默认 BACKUP_DIR 或 var/backups）"
        )
        parser.add_argument("--no-verify", action="store_true", help="不试恢复（更快，但不知道能不能恢复）")
        parser.add_argument("--keep", type=int, metavar="N", help="成功后只留最新的 N 份")
        parser.add_argument("--json", action="store_true", help="只输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        to = options["to"] or default_place()
        quiet = options["json"]
        try:
            made = make_backup(
                to,
                at=timezone.now(),
                prove=not options["no_verify"],
                tell=(lambda said: None) if quiet else lambda said: self.stdout.write(f"  {said}"),
            )
            note_backup(
                folder=str(made.folder.resolve()),
                size=made.manifest.bytes,
                rows=made.manifest.rows,
                seconds=made.seconds,
                proved=made.manifest.proved,
                manifest_sha256=made.manifest_sha256,
                by=None,
                at=timezone.now(),
            )
            dropped = drop_old(to, keep=options["keep"]) if options["keep"] is not None else []
        except DomainError as error:
            raise CommandError(error.message) from None
        manifest = made.manifest
        if quiet:
            told = {
                "folder": str(made.folder),
                "bytes": manifest.bytes,
                "rows": manifest.rows,
                "seconds": round(made.seconds, 1),
                "proved": manifest.proved,
                "manifest_sha256": made.manifest_sha256,
                "keys": manifest.keys,
                "missing_files": manifest.missing_files,
                "dropped": [str(folder) for folder in dropped],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        proof = "已试恢复，逐表一致" if manifest.proved else "没有试恢复"
        self.stdout.write(
            f"备份完成：{made.folder}\n  {manifest.rows:,} 行，{manifest.bytes / 1e6:.1f} MB，"
            f"用时 {made.seconds:.1f} 秒，{proof}。清单 SHA-256 {made.manifest_sha256}"
        )
        keys = "、".join(f"版本 {v}（指纹 {p}）" for v, p in sorted(manifest.keys.items()))
        self.stdout.write(f"  密钥不在备份里，恢复时需要：{keys}。请另行妥善保管，见 docs/backup.md。")
        if manifest.missing_files:
            self.stderr.write(f"  注意：有 {len(manifest.missing_files)} 个登记过的文件在磁盘上找不到。")
        if dropped:
            self.stdout.write(f"  删除了 {len(dropped)} 份旧备份。")
