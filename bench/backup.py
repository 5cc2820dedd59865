"""Backing up the database as it is: seconds and bytes of each part, and the levels of compression beside each other.

Prints the dump's size and processor time at each level, the whole `yinling backup` with and without its proof, and
the restore. Ratios to the size of the database, in one run. Ends with 1 when a bar is missed: the backup is not smaller
than half of the database, or proving takes longer than a minute and five times as long as writing.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.db import connection
from django.utils import timezone

from yinling.core.keeping import backups, servers
from yinling.core.keeping.tools import find_tool, finish_tool, start_tool

LEVELS = ("none", "gzip:1", "gzip:3", "gzip:6")


def dump(folder: Path, level: str) -> tuple[float, float, int]:
    """Seconds, processor seconds of pg_dump, and bytes."""
    settings, path = servers.target(), folder / f"{level}.dump"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        tool = find_tool("pg_dump", int(cursor.fetchone()[0]) // 10_000)
    before, begun = _children(), time.perf_counter()
    arguments = ("--format=custom", f"--compress={level}", f"--file={path}", f"--dbname={settings['NAME']}")
    finish_tool(start_tool(tool, *arguments, settings=settings), "pg_dump")
    size = path.stat().st_size
    path.unlink()
    return time.perf_counter() - begun, _children() - before, size


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database,) = cursor.fetchone()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        print(
            f"database {database / 1e6:,.1f} MB\n\n{'dump':<12}{'s':>8}{'core-s':>9}{'MB':>10}{'of database':>13}"
        )
        for level in LEVELS:
            seconds, core, size = dump(folder, level)
            mark = "  used" if level == backups.COMPRESSION else ""
            print(f"{level:<12}{seconds:>8.1f}{core:>9.1f}{size / 1e6:>10.1f}{size / database:>12.0%}{mark}")
        written = backups.make_backup(folder / "plain", at=timezone.now(), prove=False)
        proved = backups.make_backup(folder / "proved", at=timezone.now())
        size, rows = proved.manifest.bytes, proved.manifest.rows
        print(f"\nbackup of {rows:,} rows, {size / 1e6:,.1f} MB ({size / database:.0%} of the database)")
        print(f"  written           {written.seconds:>8.1f} s  {rows / written.seconds:>12,.0f} rows/s")
        ratio = proved.seconds / written.seconds
        print(f"  written and proved{proved.seconds:>8.1f} s  {ratio:>11.1f} × written")
        settings = servers.target()
        with servers.scratch_database(settings, f"{backups.SCRATCH}bench_{os.getpid()}") as scratch:
            begun = time.perf_counter()
            backups.load_dump(proved.folder / backups.DUMP, scratch, settings, jobs=2)
            loaded = time.perf_counter() - begun
            backups.require_equal(proved.manifest, scratch, settings)
            print(f"  restored          {loaded:>8.1f} s  {rows / loaded:>12,.0f} rows/s")
            print(f"  compared          {time.perf_counter() - begun - loaded:>8.1f} s")
    missed = []
    if size > database / 2:
        missed.append("the backup is larger than half of the database")
    if ratio > 5 and proved.seconds > 60:  # of a small database the proof is mostly making the tables
        missed.append("proving takes more than five times as long as writing")
    print("\nbars: " + (f"MISSED: {'; '.join(missed)}" if missed else "met"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
