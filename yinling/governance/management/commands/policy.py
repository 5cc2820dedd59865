"""`yinling policy parse FILE [--json]` reads a policy document; `yinling policy import FILE` also keeps it.

The console script takes `parse` before Django starts (`reading/printing.py`); here it serves `call_command`.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.engines.policytext.errors import check_size
from yinling.governance.operations.documents import import_document
from yinling.governance.queries.documents import last_changes
from yinling.governance.reading import printing
from yinling.kernel.errors import DomainError

_CHANGES = {
    "changed": "有变化",
    "unconfirmed": "须重新确认",
    "removed": "已不在文中",
    "kept_with_tasks": "已不在文中但有任务",
}


class Command(BaseCommand):
    help = "读取政策文件：parse 只读取并显示，import 写入系统"

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        printing.add_arguments(acts.add_parser("parse", help="读取文件并显示读取结果，不写入数据库"))
        importing = acts.add_parser("import", help="读取文件并写入系统，再次导入同一文件即更新")
        importing.add_argument("file", type=Path, metavar="FILE", help=".txt、.docx 或有文字层的 .pdf")

    def handle(self, *args: Any, act: str, file: Path, **options: Any) -> None:
        try:
            if act == "parse":
                self.stdout.write(printing.parse_file(file, as_json=options["json"]))
            else:
                self._import(file)
        except DomainError as error:
            raise CommandError(error.message) from None

    def _import(self, file: Path) -> None:
        try:
            check_size(file.stat().st_size)  # before the content is read
            data = file.read_bytes()
        except OSError as error:
            raise printing.not_opened(file, error) from None
        document = import_document(data=data, filename=file.name, by=None, at=timezone.now())
        measures = document.measures.filter(is_safeguard=False).count()
        self.stdout.write(f"已导入《{document.title}》：措施 {measures} 条。")
        changes = last_changes(document)
        for name, label in _CHANGES.items():
            if changes.get(name):
                self.stdout.write(f"{label}：{'；'.join(changes[name])}")
