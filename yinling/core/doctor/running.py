"""Ask every check, one failing not keeping the others."""

from datetime import datetime

from django.db import DatabaseError, OperationalError, connection, transaction

from yinling.core.doctor import database, host, keeping, running_jobs, site  # noqa: F401 - they register
from yinling.core.doctor.table import CHECKS, Entry, Finding, Level, Patient, bad

_ORDER = [Level.OK, Level.WARN, Level.BAD]


def run(*, at: datetime, web: int = 1, workers: int = 1, slow: bool = True) -> list[Finding]:
    """All findings, in the order of the table."""
    patient = Patient(at, web, workers)
    unreachable = _why_unreachable()
    findings = [unreachable] if unreachable else []
    for entry in list(CHECKS.values()):
        if (entry.slow and not slow) or (entry.needs_database and unreachable):
            continue
        findings += _ask(entry, patient)
    return findings


def _ask(entry: Entry, patient: Patient) -> list[Finding]:
    try:
        if not entry.needs_database:
            return list(entry.run(patient))
        with transaction.atomic():  # a failed statement must not spoil the next check
            return list(entry.run(patient))
    except DatabaseError as error:
        reason = f"查询失败（{getattr(error.__cause__, 'sqlstate', None) or type(error).__name__}）"
    except Exception as error:
        reason = f"检查本身出错（{type(error).__name__}）"
    return [bad(entry.topic, reason, "多半是数据库结构没有更新：先运行 yinling migrate，再查一次。")]


def _why_unreachable() -> Finding | None:
    try:
        connection.ensure_connection()
    except OperationalError:
        return bad(
            "数据库连接",
            f"连不上数据库（{connection.settings_dict['HOST'] or '本机'}）",
            "请确认数据库已启动、DATABASE_URL 的地址和密码正确、防火墙放行。",
        )
    return None


def worst(findings: list[Finding]) -> Level:
    return max((f.level for f in findings), key=_ORDER.index, default=Level.OK)
