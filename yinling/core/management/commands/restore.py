"""`yinling restore`: a backup into a new database, compared, then put in the place of the live one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.core.keeping.restoring import restore_backup
from yinling.core.operations.keeping import note_restore
from yinling.kernel.errors import DomainError


class Command(BaseCommand):
    help = "从备份恢复。已有数据时需加 --replace，原数据库改名保留"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="备份的文件夹，或其中的 manifest.json")
        parser.add_argument("--replace", action="store_true", help="替换现有数据（原数据库改名保留）")
        parser.add_argument("--disconnect", action="store_true", help="断开正在使用数据库的连接")

    def handle(self, *args: Any, backup: Path, **options: Any) -> None:
        try:
            done = restore_backup(
                backup,
                at=timezone.now(),
                replace=options["replace"],
                disconnect=options["disconnect"],
                tell=lambda said: self.stdout.write(f"  {said}"),
            )
            if not done.behind:
                self._note(backup, done)
        except DomainError as error:
            raise CommandError(error.message) from None
        manifest = done.manifest
        self.stdout.write(f"恢复完成：{manifest.rows:,} 行，与备份时（{manifest.taken_at}）逐表一致。")
        if done.old_database:
            self.stdout.write(
                f"  原来的数据库改名为 {done.old_database}，确认无误后可由管理员执行 DROP DATABASE 删除。"
            )
        if done.old_snapshots:
            self.stdout.write(f"  原来的快照移到 {done.old_snapshots}。")
        if done.behind:
            self.stdout.write("  备份来自较早的版本：请运行 yinling migrate 更新数据库结构。")

    def _note(self, backup: Path, done: Any) -> None:
        note_restore(
            folder=str(backup.resolve()),
            taken_at=done.manifest.taken_at,
            old_database=done.old_database,
            by=None,
            at=timezone.now(),
        )
