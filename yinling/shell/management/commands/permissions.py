"""`yinling permissions`: who may do what, as docs/permissions.md has it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from yinling.shell.permission_table import written

PAGE = Path(__file__).resolve().parents[4] / "docs" / "permissions.md"


class Command(BaseCommand):
    help = "列出每个角色的权限和理由，以及每个地址由哪项权限看守"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"写入 {PAGE.name}，不打印")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            PAGE.write_text(written(), encoding="utf-8")
            self.stdout.write(f"已写入 {PAGE}")
        else:
            self.stdout.write(written())
