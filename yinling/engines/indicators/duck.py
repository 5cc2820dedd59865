"""Indicators over the Parquet files of a frozen month, by DuckDB."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from yinling.engines.indicators.compiling import BY_TOWN, Dialect, scans
from yinling.engines.indicators.totals import Totals, roll_up
from yinling.kernel.indicators import Definition


def compute(
    folder: Path,
    definitions: Mapping[str, Definition],
    *,
    keys: tuple[str, ...] = BY_TOWN,
    threads: int | None = None,
) -> Totals:
    """Integers of `definitions` over the files `<view>.parquet` in `folder`."""
    relations = {d.view: _relation(folder / f"{d.view}.parquet") for d in definitions.values()}
    wanted = scans(definitions, Dialect.DUCKDB, relations, keys=keys)
    with _connect(threads) as connection:
        return roll_up([(scan, connection.execute(scan.sql).fetchall()) for scan in wanted])


def read_rows(file: Path, where: str = "TRUE") -> list[dict[str, Any]]:
    """The rows of one small table, in the order in which they were frozen."""
    with _connect(1) as connection:
        found = connection.execute(f"SELECT * FROM {_relation(file)} WHERE {where}")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _connect(threads: int | None) -> duckdb.DuckDBPyConnection:
    # No extension may be looked for: there is no network where this runs.
    config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
    if threads:
        config["threads"] = threads
    return duckdb.connect(":memory:", config=config)


def _relation(file: Path) -> str:
    path = str(file).replace("'", "''")
    return f"read_parquet('{path}')"
