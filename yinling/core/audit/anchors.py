"""Anchors: the ends of all lanes, written outside the database, so that a trail cut off at its end is found out.

A chain proves nothing about what was cut off behind its last event, if its end in the database was set back with
it. So a job writes the ends of the lanes that grew to `anchors.jsonl` below AUDIT_DIR each minute: one JSON line,
keyed and chained to the line before. Let AUDIT_DIR lie on storage that the database's keepers cannot write, or
copy the file elsewhere; backups take it along.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from yinling.core.sealing import UnknownKeyVersion, digest, digest_under

PURPOSE = "audit anchor"
_TAIL = 256 * 1024
NEWEST = 20_000  # lines of which every anchor is compared; of older ones the last of each day


def anchors_path() -> Path:
    return Path(settings.AUDIT_DIR) / "anchors.jsonl"


def write_anchors(at: datetime) -> int:
    """Append the ends of the lanes that grew since the last line; returns how many. Safe to call at the same
    time from several processes of one machine."""
    path = anchors_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last, known = _last_state(path)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, length, seal FROM core_auditlane WHERE length > 0 ORDER BY id")
            ends = [(lane, length, bytes(seal).hex()) for lane, length, seal in cursor.fetchall()]
        grown = [end for end in ends if known.get(end[0]) != end[1]]
        if grown:
            line = {"at": at.astimezone(UTC).isoformat(timespec="seconds"), "lanes": grown}
            line["seal"] = digest("audit", _text(line, last)).hex()
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return len(grown)


def copy_anchors(into: Path) -> None:
    """For a backup. Nothing is written where there is no anchor yet."""
    if anchors_path().exists():
        shutil.copyfile(anchors_path(), into)


def put_back_anchors(kept: Path, stamp: str) -> None:
    """With a restored database come the anchors of its day; those that were here stay beside, by `stamp`."""
    path = anchors_path()
    if path.exists():
        path.rename(path.with_name(f"anchors-before-{stamp}.jsonl"))
    if kept.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(kept, path)


@dataclass
class Anchors:
    """Sequence → seal by lane, taken away as the walk meets them; what is left was cut off."""

    lanes: dict[int, dict[int, bytes]] = field(default_factory=dict)
    broken: list[tuple[int, str]] = field(default_factory=list)

    def take(self, lane: int, sequence: int) -> bytes | None:
        known = self.lanes.get(lane)
        return known.pop(sequence, None) if known else None

    def left(self) -> Iterator[tuple[int, int]]:
        """The highest anchored sequence of each lane that the walk did not meet."""
        return ((lane, max(known)) for lane, known in sorted(self.lanes.items()) if known)


def read_anchors() -> Anchors:
    """All that is to be compared; lines that are altered or out of their chain are in `broken`."""
    found = Anchors()
    path = anchors_path()
    if not path.exists():
        return found
    total = sum(1 for _ in _lines(path))
    last, day, waiting = "", "", None
    for number, line in enumerate(_lines(path), 1):
        why = _wrong(line, last)
        if why:
            found.broken.append((number, why))
        elif number > total - NEWEST:
            _keep(found, line)
        elif waiting is not None and line["at"][:10] != day:
            _keep(found, waiting)
        if not why:
            waiting, day = line, line["at"][:10]
        last = str(line.get("seal", "")) if isinstance(line, dict) else ""
    if waiting is not None:
        _keep(found, waiting)
    return found


def _keep(found: Anchors, line: dict[str, Any]) -> None:
    for lane, length, seal in line["lanes"]:
        found.lanes.setdefault(lane, {})[length] = bytes.fromhex(seal)


def _wrong(line: Any, last: str) -> str:
    try:
        seal = bytes.fromhex(line["seal"])
        if digest_under(seal[0], "audit", _text(line, last)) == seal:
            return ""
    except UnknownKeyVersion as error:
        return f"锚点文件这一行的密钥不在密钥环里（{error}）"
    except (KeyError, ValueError, TypeError, IndexError):
        pass
    return "锚点文件这一行被改动，或它前面的行被删除"


def _text(line: dict[str, Any], last: str) -> str:
    return f"{PURPOSE} " + json.dumps([line["at"], line["lanes"], last], separators=(",", ":"))


def _lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for raw in file:
            try:
                yield json.loads(raw)
            except ValueError:
                yield None


def _last_state(path: Path) -> tuple[str, dict[int, int]]:
    """The last line's seal, and how long each lane was when lately written."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        lines = file.read().splitlines()[1 if size > _TAIL else 0 :]
    last, known = "", {}
    for raw in lines:
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        last = str(line.get("seal", ""))
        known |= {lane: length for lane, length, _ in line.get("lanes", [])}
    return last, known
