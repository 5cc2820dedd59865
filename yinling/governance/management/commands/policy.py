"""`yinling policy parse FILE [--json]` reads a policy document; `yinling policy import FILE` also keeps it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.engines import policytext
from yinling.engines.policytext.errors import check_size
from yinling.kernel.errors import DomainError

_KINDS = {"quantity": "数量", "milestone": "节点", "parameter": "参数"}


class Command(BaseCommand):
    """`parse` touches no database; the console script does not even start one for it."""

    help = "读取政策文件：parse 只读取并显示，import 写入系统"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        parse = acts.add_parser("parse", help="读取文件并显示读取结果，不写入数据库")
        parse.add_argument("file", type=Path, metavar="FILE", help=".txt、.docx 或有文字层的 .pdf")
        parse.add_argument("--json", action="store_true", help="只输出 JSON")
        importing = acts.add_parser("import", help="读取文件并写入系统，再次导入同一文件即更新")
        importing.add_argument("file", type=Path, metavar="FILE", help=".txt、.docx 或有文字层的 .pdf")

    def handle(self, *args: Any, act: str, file: Path, **options: Any) -> None:
        try:
            if act == "parse":
                self._parse(file, as_json=options["json"])
            else:
                self._import(file)
        except DomainError as error:
            raise CommandError(error.message) from None
        except OSError as error:
            raise CommandError(f"打不开文件 {file}：{_cause(error)}。请检查路径和权限。") from None

    def _parse(self, file: Path, *, as_json: bool) -> None:
        document = policytext.parse(policytext.read_file(file))
        if as_json:
            self.stdout.write(json.dumps(document.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_summary(document)))

    def _import(self, file: Path) -> None:
        # Here and not at the top, so that parsing needs no models.
        from yinling.governance.operations.documents import import_document
        from yinling.governance.queries.documents import last_changes

        check_size(file.stat().st_size)
        document = import_document(data=file.read_bytes(), filename=file.name, by=None, at=timezone.now())
        measures = document.measures.filter(is_safeguard=False).count()
        self.stdout.write(f"已导入《{document.title}》：措施 {measures} 条。")
        changes = last_changes(document)
        for name, label in (
            ("changed", "有变化"),
            ("unconfirmed", "须重新确认"),
            ("removed", "已不在文中"),
            ("kept_with_tasks", "已不在文中但有任务"),
        ):
            if changes.get(name):
                self.stdout.write(f"{label}：{'；'.join(changes[name])}")


def _cause(error: OSError) -> str:
    causes = {
        FileNotFoundError: "文件不存在",
        IsADirectoryError: "这是一个文件夹",
        PermissionError: "没有读取权限",
    }
    return causes.get(type(error), error.strerror or str(error))


def _summary(document: policytext.PolicyDocument) -> list[str]:
    """What was read, for a person at a terminal."""
    number = document.document_number or "无发文字号"
    issued = document.issued_on.isoformat() if document.issued_on else "无成文日期"
    lines = [document.title or "（未找到标题）", f"{document.issuer or '无发文机关'}　{number}　{issued}"]
    counted = len(document.measures), len(document.safeguards), len(document.unassigned)
    lines += ["措施 {} 条，保障措施 {} 条，未归入的段落 {} 段".format(*counted), *_flags(document.flags)]
    section = None
    for measure in (*document.measures, *document.safeguards):
        if measure.section != section:
            section = measure.section
            lines += ["", section]
        lines.append(f"  {measure.number}. {measure.title}")
        lines.append(
            f"     牵头：{'、'.join(measure.lead_units) or '—'}　配合：{'、'.join(measure.supporting_units) or '—'}"
        )
        lines += [f"     {_target(target)}" for target in measure.targets]
        lines += _flags(measure.flags)
    return lines


def _target(target: policytext.Target) -> str:
    value = "" if target.value is None else f" {target.comparator or ''}{target.value}{target.unit or ''}"
    deadline = f"（{target.deadline}）" if target.deadline else ""
    return f"{_KINDS[target.kind.value]}：{target.subject}{value}{deadline}"


def _flags(flags: tuple[str, ...]) -> list[str]:
    return [f"     需核对：{policytext.FLAG_LABELS.get(flag, flag)}" for flag in flags]
