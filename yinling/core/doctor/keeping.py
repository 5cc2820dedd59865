"""Backups: made lately and proved, and the tools to make them."""

from collections.abc import Iterator
from datetime import timedelta

from yinling.core.doctor.table import Finding, Patient, bad, check, ok, warn
from yinling.core.keeping.errors import ToolMissing
from yinling.core.keeping.tools import find_tool
from yinling.core.models import BackupRun

_DAILY = "请每天运行 yinling backup（docs/deployment.md 有定时任务的例子）。"


@check("备份")
def backups(patient: Patient) -> Iterator[Finding]:
    last = BackupRun.objects.order_by("-finished_at").first()
    if last is None:
        yield bad("备份", "从来没有备份过", _DAILY)
        return
    age = patient.at - last.finished_at
    said = f"上次备份在 {age.total_seconds() / 3600:.0f} 小时前，位于 {last.place}"
    if age > timedelta(days=7):
        yield bad("备份", said, _DAILY)
    elif age > timedelta(hours=36):
        yield warn("备份", said, _DAILY)
    elif not last.is_proved:
        yield warn("备份", f"{said}，没有试恢复过", "请不加 --no-verify 再备份一次。")
    else:
        yield ok("备份", f"{said}，已试恢复")


@check("备份工具")
def tools(patient: Patient) -> Iterator[Finding]:
    server = int(patient.one("SHOW server_version_num")) // 10_000
    try:
        found = [find_tool(name, server) for name in ("pg_dump", "pg_restore")]
    except ToolMissing as error:
        yield bad("备份工具", error.message, "装好后再运行一次本检查。")
    else:
        yield ok("备份工具", str(found[0]))
    may = patient.one("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if not may:
        yield warn(
            "备份工具",
            "数据库账号不能建立数据库，备份无法试恢复",
            "请由数据库管理员执行：ALTER ROLE 账号 CREATEDB;",
        )
