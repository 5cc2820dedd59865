"""One line of JSON a record. Imported by granian before Django: nothing of Django here.

What another library says is written as its template, without the values put in: Django's own lines name raw paths,
database drivers repeat the row that was refused. Of an exception only its type, the violated constraint and
the lines of code are kept, never its message, which quotes input.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from yinling.core.logs.scrubbing import scrub

# Set by the request middleware for as long as a request is answered.
request_id: ContextVar[str] = ContextVar("request_id", default="")

_PACKAGE = Path(__file__).resolve().parent.parent.parent.parent
_OURS = ("yinling", "_granian", "granian")
_PLACE = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')
_KIND = re.compile(r"[A-Za-z_][\w.]*")
_FRAMES = 12  # the innermost; the outer ones are the frameworks'
_CAUSES = 4
_DIAGNOSED = ("severity", "table_name", "column_name", "constraint_name")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if known := request_id.get():
            line["request_id"] = known
        action = getattr(record, "action", None)
        if record.name.startswith("procrastinate") and isinstance(action, str):
            line |= _job(record, action)
        else:
            line["message"] = _message(record)
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in _OURS:
        return scrub(_without_traceback(record.getMessage()))
    if not record.args:  # it may have been put together before it came here
        return scrub(str(record.msg))[:200]
    return str(record.msg)[:200]


def _without_traceback(text: str) -> str:
    """granian writes what escaped a page as one text: of it the places and the exception's type are kept."""
    head, cut, rest = text.strip().partition("\n")
    if not cut:
        return head
    places = [f"{_short(file)}:{line} {name}" for file, line, name in _PLACE.findall(rest)][-_FRAMES:]
    kind = _KIND.match(rest.rpartition("\n")[2])
    return " | ".join([head, *places, *([kind[0]] if kind else [])])


def _job(record: logging.LogRecord, action: str) -> dict[str, Any]:
    """A job's line without its arguments."""
    job = getattr(record, "job", None) or {}
    begun, ended = getattr(record, "start_timestamp", None), getattr(record, "end_timestamp", None)
    told = {
        "message": action,
        "job_id": job.get("id"),
        "task": job.get("task_name"),
        "queue": job.get("queue"),
        "attempts": job.get("attempts"),
        "worker": (getattr(record, "worker", None) or {}).get("worker_id"),
    }
    if begun and ended:
        told["ms"] = round((ended - begun) * 1000)
    return {name: value for name, value in told.items() if value is not None}


def _exception(error: BaseException) -> list[dict[str, Any]]:
    """The exception and its causes, the outermost first."""
    told: list[dict[str, Any]] = []
    seen: BaseException | None = error
    while seen is not None and len(told) < _CAUSES:
        told.append({"type": f"{type(seen).__module__}.{type(seen).__qualname__}"} | _diagnosis(seen))
        told[-1]["at"] = _frames(seen.__traceback__)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return told


def _diagnosis(error: BaseException) -> dict[str, str]:
    """What a database says of the rule that was broken, which names no values."""
    diagnosed = getattr(error, "diag", None)
    told = {name: getattr(diagnosed, name, None) for name in _DIAGNOSED}
    told["sqlstate"] = getattr(error, "sqlstate", None)
    return {name: value for name, value in told.items() if isinstance(value, str)}


def _frames(trace: TracebackType | None) -> list[str]:
    """`yinling/core/audit.py:51 record`, innermost last. Code stands in the repository, so none is repeated."""
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)[-_FRAMES:]
    ]


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(_PACKAGE) and "site-packages" not in filename:
        return str(path.relative_to(_PACKAGE))
    return filename.rpartition("site-packages/")[2]
