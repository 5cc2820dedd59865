"""The pipeline of an upload: one reader, workers that check and seal, one writer that commits chunk by chunk.

It begins after the last committed chunk, whoever ran before and however that ended. At most a few chunks are in
memory. Several runs of the same upload do no harm: the mark in the upload's row lets one of them go on.
"""

import logging
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import Any, Protocol

from django.db import IntegrityError, OperationalError, connections
from django.utils.timezone import localdate

from yinling.core.files import open_stored
from yinling.core.models import Account
from yinling.registry.choices import UploadState
from yinling.registry.models import Upload
from yinling.registry.uploads.checking import Checker
from yinling.registry.uploads.chunks import Outcome, Plan, RawChunk, Worker
from yinling.registry.uploads.csv_rows import Row
from yinling.registry.uploads.inspecting import data_rows
from yinling.registry.uploads.layout import Layout
from yinling.registry.uploads.places import PlaceFinder
from yinling.registry.uploads.writing import FileMoved, Overtaken, commit_chunk

logger = logging.getLogger(__name__)
CHUNK = 5_000
_TRIES = 12  # against others who write the same people: each try begins with what they left

Progress = Callable[[Upload], None]


def run_stage(
    upload: Upload,
    *,
    writes: bool,
    by: Account | None,
    at: datetime,
    processes: int,
    chunk: int = CHUNK,
    progress: Progress = lambda upload: None,
) -> bool:
    """Check (`writes=False`) or import what is left of the file; false when another run is ahead or it was
    cancelled. `processes=0` works in this process. Raises UploadUnreadable."""
    layout = Layout.from_json(upload.layout)
    today = localdate(at)
    plan = Plan(
        upload.pk, upload.receipt or "", upload.mapping, upload.division_path, by.pk if by else None, today,
        layout.epoch_1904, writes,
    )  # fmt: skip
    finder = PlaceFinder.of_city(upload.division_path)
    state = UploadState.RUNNING if writes else UploadState.CHECKING
    start = upload.done_rows if writes else upload.checked_rows
    checker = Checker(plan.mapping, finder, today=today, source="")
    pool = _Forked(plan, finder, processes) if processes else _Here(plan, finder)
    assert upload.file is not None
    with open_stored(upload.file) as stream, pool:
        chunks = raw_chunks(data_rows(stream, layout), checker, chunk, start)
        waiting: deque[tuple[RawChunk, Future[Outcome]]] = deque()
        try:
            while True:
                while len(waiting) <= processes and (raw := next(chunks, None)) is not None:
                    waiting.append((raw, pool.submit(raw)))
                if not waiting:
                    return True
                raw, future = waiting.popleft()
                progress(_commit(raw, future, pool, plan, str(state), by, at))
        except Overtaken:
            return False


def raw_chunks(rows: Iterator[Row], checker: Checker, size: int, start: int) -> Iterator[RawChunk]:
    """Rows from number `start` on, in chunks whose borders do not depend on it; rows before it are read too, to
    know which documents they have."""
    seen = SeenNumbers()
    taken: list[Row] = []
    repeats: dict[int, int] = {}
    count = begun = 0
    for number, cells in rows:
        document = checker.number_of(cells)
        earlier = seen.add(document, number) if document else 0
        count += 1
        if count <= start:
            begun = count
            continue
        taken.append((number, cells))
        if earlier:
            repeats[number] = earlier
        if len(taken) == size:
            yield RawChunk(begun, taken, repeats)
            begun, taken, repeats = count, [], {}
    if taken:
        yield RawChunk(begun, taken, repeats)


class SeenNumbers:
    """In which row a document stood first: 12 bytes a row instead of the two hundred of a dict of texts."""

    def __init__(self) -> None:
        self._size = 1 << 12
        self._count = 0
        self._keys = array("Q", bytes(8 * self._size))
        self._rows = array("I", bytes(4 * self._size))

    def add(self, document: str, row: int) -> int:
        """The row that had it before, or 0."""
        if self._count * 3 > self._size * 2:
            self._grow()
        return self._put(hash(document) & 0xFFFFFFFFFFFFFFFF or 1, row)

    def _put(self, key: int, row: int) -> int:
        mask = self._size - 1
        at = key & mask
        keys = self._keys
        while keys[at]:
            if keys[at] == key:
                return self._rows[at]
            at = (at + 1) & mask
        keys[at] = key
        self._rows[at] = row
        self._count += 1
        return 0

    def _grow(self) -> None:
        keys, rows = self._keys, self._rows
        self._size *= 2
        self._count = 0
        self._keys = array("Q", bytes(8 * self._size))
        self._rows = array("I", bytes(4 * self._size))
        for key, row in zip(keys, rows, strict=True):
            if key:
                self._put(key, row)


def _commit(
    raw: RawChunk,
    future: "Future[Outcome]",
    pool: "_Pool",
    plan: Plan,
    state: str,
    by: Account | None,
    at: datetime,
) -> Upload:
    for attempt in range(_TRIES):
        outcome = future.result()
        try:
            return commit_chunk(
                outcome, upload_id=plan.upload_id, state=state, writes=plan.writes, by=by, at=at
            )
        except (IntegrityError, OperationalError, FileMoved) as error:
            # Somebody else wrote one of these people since we looked. Nothing of the chunk is there: look again.
            if attempt == _TRIES - 1:
                raise
            logger.info("upload %s: chunk at %s again (%s)", plan.receipt, raw.start, type(error).__name__)
            time.sleep(0.05 * attempt)
            future = pool.submit(raw)
    raise AssertionError("unreachable")


class _Pool(Protocol):
    def submit(self, raw: RawChunk) -> "Future[Outcome]": ...
    def __enter__(self) -> Any: ...
    def __exit__(self, *error: Any) -> None: ...


class _Here:
    """Work in this process, when it is asked for."""

    def __init__(self, plan: Plan, finder: PlaceFinder) -> None:
        self._worker = Worker(plan, finder)

    def submit(self, raw: RawChunk) -> "Future[Outcome]":
        done: Future[Outcome] = Future()
        done.set_result(self._worker.process(raw))
        return done

    def __enter__(self) -> "_Here":
        return self

    def __exit__(self, *error: Any) -> None:
        return None


_worker: Worker | None = None


def _start_worker(plan: Plan, finder: PlaceFinder) -> None:
    global _worker
    _worker = Worker(plan, finder)


def _process(raw: RawChunk) -> Outcome:
    assert _worker is not None
    return _worker.process(raw)


class _Forked:
    """Worker processes, forked before this process talks to the database again: each opens its own connection."""

    def __init__(self, plan: Plan, finder: PlaceFinder, processes: int) -> None:
        connections.close_all()
        self._pool = ProcessPoolExecutor(
            processes, mp_context=get_context("fork"), initializer=_start_worker, initargs=(plan, finder)
        )
        self._pool.submit(int).result()  # forks all of them now

    def submit(self, raw: RawChunk) -> "Future[Outcome]":
        return self._pool.submit(_process, raw)

    def __enter__(self) -> "_Forked":
        return self

    def __exit__(self, *error: Any) -> None:
        self._pool.shutdown(cancel_futures=True)
