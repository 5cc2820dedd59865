"""Share out acts among processes, as several clerks would work side by side; all of it counts or none."""

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TypeVar

from django.db import connections, transaction

from yinling.demo.context import Context

T = TypeVar("T")


class ClerkFailed(RuntimeError):
    """An act failed in one of the processes; nothing was kept."""


def share_out(ctx: Context, items: Sequence[T], act: Callable[[T], None]) -> None:
    """`act` on every item. With one process here and now; with more, each takes every n-th item in a
    transaction of its own, and all commit only when every one has come to its end."""
    if ctx.processes < 2:
        for done, item in enumerate(items, 1):
            act(item)
            ctx.tell(done, len(items))
        return
    fork = get_context("fork")
    clerks = []
    for n in range(ctx.processes):
        ours, theirs = fork.Pipe()
        clerk = fork.Process(target=_work, args=(theirs, items[n :: ctx.processes], act), daemon=True)
        clerk.start()
        theirs.close()
        clerks.append((clerk, ours))
    failed = _listen(ctx, [ours for _, ours in clerks], len(items))
    for clerk, ours in clerks:
        if clerk.is_alive():
            ours.send(not failed)
    for clerk, _ in clerks:
        clerk.join()
    if failed or any(clerk.exitcode for clerk, _ in clerks):
        raise ClerkFailed(failed or "a process ended early")


def _listen(ctx: Context, pipes: list[Connection], total: int) -> str:
    """Count what is done until every process says that it has come to its end; the first failure, or nothing."""
    done, waiting, failed = 0, set(pipes), ""
    while waiting:
        for pipe in wait(list(waiting)):
            try:
                said = pipe.recv()
            except EOFError:
                said = "a process ended early"
            if isinstance(said, int):
                done += said
                ctx.tell(done, total)
                continue
            waiting.discard(pipe)
            failed = failed or said
    return failed


def _work(pipe: Connection, items: Sequence[T], act: Callable[[T], None]) -> None:
    for held in connections.all(initialized_only=True):
        held.connection = None  # the parent's: not ours to use or close
        held.in_atomic_block = False
        held.savepoint_ids, held.atomic_blocks, held.run_on_commit = [], [], []
        held.needs_rollback = False
    try:
        with transaction.atomic():
            for done, item in enumerate(items, 1):
                act(item)
                if done % 10 == 0 or done == len(items):
                    pipe.send(10 if done % 10 == 0 else done % 10)
            pipe.send("")
            if not pipe.recv():
                transaction.set_rollback(True)
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()
