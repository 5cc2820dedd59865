"""Databases of the server: scratch ones to prove a backup in, and the swap that makes a restored one live."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from yinling.core.keeping.errors import DatabaseInUse, MayNotCreateDatabases

# Shown and stored values must read the same wherever they are compared.
_PLAIN = (
    "-c datestyle=ISO -c timezone=UTC -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1"
)
_LOCALE = "ENCODING 'UTF8' LOCALE_PROVIDER builtin LOCALE 'C.UTF-8'"  # as the embedded one; PostgreSQL 17 on


def target() -> dict[str, Any]:
    """Django's settings of the database that this installation works on."""
    return dict(connections["default"].settings_dict)


def connect(settings: dict[str, Any], database: str = "", **more: Any) -> psycopg.Connection[Any]:
    """A connection of our own, beside Django's."""
    options = {k: v for k, v in (settings.get("OPTIONS") or {}).items() if k.startswith("ssl")}
    return psycopg.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        dbname=database or settings["NAME"],
        options=_PLAIN,
        application_name="yinling keeping",
        **options,
        **more,
    )


@contextmanager
def beside(settings: dict[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the server outside of our database, for acts on databases as wholes."""
    for database in ("postgres", "template1"):
        try:
            outside = connect(settings, database, autocommit=True)
        except psycopg.OperationalError:
            if database == "template1":
                raise
            continue
        with outside:
            yield outside
        return


def create_database(settings: dict[str, Any], name: str) -> None:
    with beside(settings) as outside:
        try:
            outside.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 " + _LOCALE).format(sql.Identifier(name))
            )
        except psycopg.errors.InsufficientPrivilege:
            raise MayNotCreateDatabases(
                f"数据库账号“{settings['USER']}”不能建立数据库，无法试恢复。"
                f"请由数据库管理员执行：ALTER ROLE {settings['USER']} CREATEDB;"
            ) from None


def drop_database(settings: dict[str, Any], name: str) -> None:
    with beside(settings) as outside:
        outside.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def scratch_database(settings: dict[str, Any], name: str) -> Iterator[str]:
    """A database that is gone afterwards, whatever happens inside."""
    create_database(settings, name)
    try:
        yield name
    finally:
        drop_database(settings, name)


def drop_abandoned(settings: dict[str, Any], prefix: str) -> None:
    """Drop scratch databases that killed runs left. Only while holding the lock that such runs hold."""
    with beside(settings) as outside:
        rows = outside.execute(
            "SELECT datname FROM pg_database d WHERE starts_with(datname, %s) AND NOT EXISTS"
            " (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
            [prefix],
        ).fetchall()
        for (name,) in rows:
            outside.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def swap_databases(settings: dict[str, Any], *, new: str, old_becomes: str, disconnect: bool) -> None:
    """Give `new` the name of the live database, which keeps living as `old_becomes`: both in one transaction.

    Raises DatabaseInUse when others are connected, unless they are to be disconnected.
    """
    live = settings["NAME"]
    connections["default"].close()
    closed, opened = (
        sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS " + word).format(sql.Identifier(live))
        for word in ("false", "true")
    )
    with beside(settings) as outside:
        outside.execute(closed)  # nobody comes in between the look and the renaming
        try:
            _empty_of_others(outside, live, disconnect)
            with outside.transaction():
                for name, becomes in ((live, old_becomes), (new, live)):
                    outside.execute(
                        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                            sql.Identifier(name), sql.Identifier(becomes)
                        )
                    )
        except BaseException:
            outside.execute(opened)
            raise
        outside.execute(
            sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(sql.Identifier(old_becomes))
        )


def _empty_of_others(outside: psycopg.Connection[Any], name: str, disconnect: bool) -> None:
    others = "FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
    if disconnect:
        outside.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}", [name])
    left = outside.execute(f"SELECT count(*) {others}", [name]).fetchone()
    if left and left[0]:
        raise DatabaseInUse(
            f"还有 {left[0]} 个连接在使用数据库，现在不能替换；原来的数据没有变动。"
            "请先停止网站和后台任务再恢复；确认要断开它们时加 --disconnect。"
        )
