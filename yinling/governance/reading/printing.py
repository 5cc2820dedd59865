"""`yinling policy parse FILE [--json]`: a file in, its reading out, without Django and without a database.

Kept apart from the management command, so that the console script answers in the time of the parser.
"""

import argparse
import json
import sys
from pathlib import Path

from yinling.engines import policytext
from yinling.kernel.errors import DomainError

_KINDS = {"quantity": "数量", "milestone": "节点", "parameter": "参数"}
_CAUSES = {
    FileNotFoundError: "文件不存在",
    IsADirectoryError: "这是一个文件夹",
    PermissionError: "没有读取权限",
}


class FileNotOpened(DomainError):
    """The path names no file that can be read."""


def main(arguments: list[str]) -> int:
    """The exit code; what was read goes to stdout, a failure in words to stderr."""
    parser = argparse.ArgumentParser(
        prog="yinling policy parse", description="读取政策文件并显示，不写入数据库"
    )
    add_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        said = parse_file(options.file, as_json=options.json)
    except DomainError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(f"{said}\n")
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=".txt、.docx 或有文字层的 .pdf")
    parser.add_argument("--json", action="store_true", help="只输出 JSON")


def parse_file(file: Path, *, as_json: bool) -> str:
    """The reading as JSON or as a summary. Raises FileNotOpened and the parser's errors."""
    try:
        document = policytext.parse(policytext.read_file(file))
    except OSError as error:
        raise not_opened(file, error) from None
    if as_json:
        return json.dumps(document.as_dict(), ensure_ascii=False, indent=2)
    return "\n".join(_summary(document))


def not_opened(file: Path, error: OSError) -> FileNotOpened:
    cause = _CAUSES.get(type(error), error.strerror or str(error))
    return FileNotOpened(f"打不开文件 {file}：{cause}。请检查路径和权限。")


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
