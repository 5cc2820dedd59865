"""The database: version, text, schema, partitions, upkeep, connections, what it logs."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import localdate

from yinling.core import partitions
from yinling.core.doctor.table import Finding, Patient, bad, check, ok, warn

OLDEST_SERVER = 17  # identity columns on partitioned tables, and the builtin C.UTF-8
_THREADS = 4  # of a web process, each with a connection
_OF_A_WORKER = 6  # two jobs at a time, the pool that fetches them and listens
_SPARE = 10  # for a backup, a command, an administrator


@check("PostgreSQL")
def version(patient: Patient) -> Iterator[Finding]:
    number = int(patient.one("SHOW server_version_num"))
    said = f"版本 {patient.one('SHOW server_version')}"
    if number < OLDEST_SERVER * 10_000:
        yield bad("PostgreSQL", f"{said} 太旧", f"请升级到 PostgreSQL {OLDEST_SERVER} 或更新的版本。")
    else:
        yield ok("PostgreSQL", said)


@check("字符集")
def text(patient: Patient) -> Iterator[Finding]:
    encoding, provider, locale = patient.rows(
        "SELECT pg_encoding_to_char(encoding), datlocprovider, coalesce(datlocale, datcollate)"
        " FROM pg_database WHERE datname = current_database()"
    )[0]
    if encoding != "UTF8":
        yield bad(
            "字符集", f"数据库编码是 {encoding}", "请用 UTF8 编码新建数据库，再用 yinling restore 迁入。"
        )
    elif provider != "b":
        yield warn(
            "字符集",
            f"排序规则 {locale} 由操作系统或 ICU 提供，系统升级后索引可能失效",
            "新建数据库时用 LOCALE_PROVIDER builtin LOCALE 'C.UTF-8'（yinling restore 建的库即是）。",
        )
    else:
        yield ok("字符集", f"{encoding}，内置排序规则 {locale}")


@check("数据库结构")
def schema(patient: Patient) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield bad("数据库结构", f"有 {len(pending)} 项更新没有执行", "请先备份，再运行 yinling migrate。")
    else:
        yield ok("数据库结构", "与程序一致")


@check("分区")
def years(patient: Patient) -> Iterator[Finding]:
    """Rows of a year without a partition still go somewhere, and slow the making of theirs."""
    year = localdate(patient.at).year
    mend = "后台任务每晚会自动补建；请确认后台任务在运行，或运行 yinling partitions。"
    for table in partitions.yearly_tables():
        have = partitions.years_of(table)
        if year not in have:
            yield bad("分区", f"{table} 没有今年（{year}）的分区", mend)
        elif year + 1 not in have:
            yield warn("分区", f"{table} 没有明年（{year + 1}）的分区", mend)
        elif outside := partitions.count_outside(table):
            yield warn("分区", f"{table} 有 {outside} 行不在任何年份的分区里", "请检查这些行的时间是否正确。")
        else:
            yield ok("分区", f"{table} 备到 {max(have)} 年")


@check("连接数")
def connections(patient: Patient) -> Iterator[Finding]:
    limit = int(patient.one("SHOW max_connections")) - int(patient.one("SHOW superuser_reserved_connections"))
    used = patient.one("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
    needed = patient.web * _THREADS + patient.workers * _OF_A_WORKER + _SPARE
    said = (
        f"上限 {limit}，现用 {used}；{patient.web} 个网页进程、{patient.workers} 个后台进程最多用到 {needed}"
    )
    mend = "请调高 max_connections，减少进程数，或在前面加 PgBouncer（见 docs/deployment.md）。"
    if needed > limit:
        yield bad("连接数", said, mend)
    elif used > limit * 0.8:
        yield warn("连接数", said, mend)
    else:
        yield ok("连接数", said)


@check("索引")
def indexes(patient: Patient) -> Iterator[Finding]:
    broken = patient.rows(
        "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT (indisvalid AND indisready) ORDER BY 1"
    )
    for (name,) in broken:
        yield bad("索引", f"索引 {name} 无效，查询会变慢", f"请执行 REINDEX INDEX CONCURRENTLY {name};")
    if not broken:
        yield ok("索引", "全部有效")
    idle = patient.rows(
        "SELECT indexrelname, pg_size_pretty(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes"
        " JOIN pg_index USING (indexrelid), pg_stat_database"
        " WHERE datname = current_database() AND stats_reset < now() - interval '60 days' AND idx_scan = 0"
        " AND NOT indisunique AND pg_relation_size(indexrelid) > 100 * 1024 * 1024 ORDER BY 1 LIMIT 3"
    )
    for name, size in idle:
        yield warn("索引", f"索引 {name}（{size}）60 天没有用过", "请告诉开发者；不要自行删除。")


@check("数据库维护")
def upkeep(patient: Patient) -> Iterator[Finding]:
    if patient.one("SHOW autovacuum") != "on" or patient.one("SHOW track_counts") != "on":
        yield bad("数据库维护", "自动清理（autovacuum）没有开启", "请设 autovacuum = on、track_counts = on。")
        return
    age = patient.one("SELECT max(age(datfrozenxid)) FROM pg_database")
    if age > 1_000_000_000:
        yield bad(
            "数据库维护", f"事务编号已用 {age / 1e8:.0f} 亿，接近上限", "请尽快执行 vacuumdb --all --freeze。"
        )
    unread = patient.rows(
        "SELECT relname FROM pg_stat_user_tables WHERE n_live_tup > 20000"
        " AND last_analyze IS NULL AND last_autoanalyze IS NULL ORDER BY n_live_tup DESC LIMIT 3"
    )
    if unread:
        names = "、".join(name for (name,) in unread)
        yield warn("数据库维护", f"{names} 还没有统计信息，查询可能走错计划", "请执行 ANALYZE;")
    dead = patient.rows(
        "SELECT relname, n_dead_tup FROM pg_stat_user_tables"
        " WHERE n_dead_tup > 200000 AND n_dead_tup > n_live_tup / 2 ORDER BY 2 DESC LIMIT 3"
    )
    for name, count in dead:
        yield warn(
            "数据库维护",
            f"{name} 有 {count} 行废行没有清理",
            f"请执行 VACUUM {name};，并查有无长时间不结束的事务。",
        )
    if age <= 1_000_000_000 and not unread and not dead:
        yield ok("数据库维护", "自动清理正常")


@check("数据库日志")
def server_log(patient: Patient) -> Iterator[Finding]:
    """Statements hold names and addresses as they were typed; the server must not write them down."""
    level = patient.one("SHOW log_min_error_statement")
    talks = [
        ("log_statement", patient.one("SHOW log_statement") != "none", "none"),
        ("log_min_duration_statement", patient.one("SHOW log_min_duration_statement") != "-1", "-1"),
        ("log_min_error_statement", level not in ("panic", "fatal"), "panic"),
        ("log_error_verbosity", patient.one("SHOW log_error_verbosity") != "terse", "terse"),
    ]
    wrong = [(name, wanted) for name, is_wrong, wanted in talks if is_wrong]
    if wrong:
        settings = "；".join(f"ALTER SYSTEM SET {name} = '{wanted}'" for name, wanted in wrong)
        yield warn(
            "数据库日志",
            "数据库日志会写下语句或被拒绝的行，其中可能有姓名等个人信息",
            f"请执行：{settings}；然后 SELECT pg_reload_conf();",
        )
    else:
        yield ok("数据库日志", "不写语句和行的内容")
