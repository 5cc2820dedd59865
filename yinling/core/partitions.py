"""Tables in partitions, so that growth of one does not slow the rest: a migration operation for Django models.

Django knows nothing of partitions and need not: queries are the same. What changes is that a unique index
must hold the partition key, so a table partitioned by `id` keeps no other column unique.
"""

from typing import Any

from django.db import connection, migrations, transaction


class CreatePartitionedModel(migrations.CreateModel):
    """As CreateModel, with `PARTITION BY by` and the given partitions.

    `by` is such as `HASH (id)`; `partitions` maps the name of each partition's table to its bound, such as
    `FOR VALUES WITH (MODULUS 2, REMAINDER 0)`. With `key`, these columns are the primary key in the database
    (the model's own `id` stays what Django goes by).
    """

    def __init__(self, *args: Any, by: str, partitions: dict[str, str], key: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.partitions, self.key = by, partitions, key

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "by": self.by, "partitions": self.partitions, "key": self.key}

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        plain = schema_editor.sql_create_table
        execute = schema_editor.execute
        schema_editor.sql_create_table = f"{plain} PARTITION BY {self.by}"
        if self.key:
            schema_editor.execute = lambda sql, params=(): execute(
                self._with_own_key(str(sql)) if str(sql).startswith("CREATE TABLE") else sql, params
            )
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.sql_create_table = plain
            schema_editor.execute = execute
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        for name, bound in self.partitions.items():
            schema_editor.execute(f'CREATE TABLE "{name}" PARTITION OF "{table}" {bound}')

    def _with_own_key(self, sql: str) -> str:
        head, _, tail = sql.replace(" PRIMARY KEY", "", 1).rpartition(") PARTITION BY")
        return f"{head}, PRIMARY KEY ({self.key})) PARTITION BY{tail}"


def hash_partitions(table: str, count: int) -> dict[str, str]:
    """`count` partitions `<table>_p0` … for a table partitioned by hash."""
    return {f"{table}_p{i}": f"FOR VALUES WITH (MODULUS {count}, REMAINDER {i})" for i in range(count)}


def year_partitions(table: str, first: int, last: int) -> dict[str, str]:
    """One partition a year, Beijing time, from `first` to `last`, and one for what lies outside of these.

    `yinling doctor` says when the last year is near; `ensure_year` adds the next.
    """
    years = {f"{table}_{year}": year_bound(year) for year in range(first, last + 1)}
    return {**years, f"{table}_rest": "DEFAULT"}


def year_bound(year: int) -> str:
    """The bound of one year's partition."""
    return f"FOR VALUES FROM ('{year}-01-01 00:00:00+08') TO ('{year + 1}-01-01 00:00:00+08')"


_YEARLY = """
    SELECT t.relname FROM pg_partitioned_table p JOIN pg_class t ON t.oid = p.partrelid
    WHERE p.partstrat = 'r' AND p.partdefid <> 0 AND EXISTS (
        SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = t.oid AND c.relname ~ ('^' || t.relname || '_[0-9]{4}$'))
    ORDER BY 1
"""
_YEARS = """
    SELECT right(c.relname, 4)::int FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = %s::regclass AND c.relname ~ ('^' || %s || '_[0-9]{4}$') ORDER BY 1
"""


def yearly_tables() -> list[str]:
    """Tables that `year_partitions` made."""
    with connection.cursor() as cursor:
        cursor.execute(_YEARLY)
        return [name for (name,) in cursor.fetchall()]


def years_of(table: str) -> list[int]:
    """The years that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute(_YEARS, [f'"{table}"', table])
        return [year for (year,) in cursor.fetchall()]


def count_outside(table: str) -> int:
    """Rows that lie in no year's partition, up to 1000: they slow the making of the next."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM (SELECT FROM "{table}_rest" LIMIT 1000) r')
        return int(cursor.fetchone()[0])


@transaction.atomic
def ensure_year(table: str, year: int) -> bool:
    """Give `table` a partition of `year` if it has none, with the rows that went into the default one meanwhile.

    Writers wait while it runs: milliseconds when the default partition is empty, as it is when this runs in
    time. Returns whether one was made.
    """
    new, rest = f"{table}_{year}", f"{table}_rest"
    column = _year_column(table)
    with connection.cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')  # two workers may come here together
        if year in years_of(table):
            return False
        # The default partition is taken off, so that its rows can be moved: attached, it may refuse (the audit
        # trail is only ever added to), and a year cannot be attached while the default one holds rows of it.
        cursor.execute(f'ALTER TABLE "{table}" DETACH PARTITION "{rest}"')
        cursor.execute(f'CREATE TABLE "{new}" PARTITION OF "{table}" {year_bound(year)}')
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f'"{table}"'],
        )
        (columns,) = cursor.fetchone()
        cursor.execute(
            f'WITH moved AS (DELETE FROM "{rest}" WHERE "{column}" >= %s AND "{column}" < %s RETURNING {columns})'
            f' INSERT INTO "{new}" ({columns}) SELECT {columns} FROM moved',
            [f"{year}-01-01 00:00:00+08", f"{year + 1}-01-01 00:00:00+08"],
        )
        cursor.execute(f'ALTER TABLE "{table}" ATTACH PARTITION "{rest}" DEFAULT')
    return True


def _year_column(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_partitioned_table p JOIN pg_attribute a"
            " ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] WHERE p.partrelid = %s::regclass",
            [f'"{table}"'],
        )
        return str(cursor.fetchone()[0])
