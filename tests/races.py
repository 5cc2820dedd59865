"""Acts that meet in the middle, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from yinling.kernel.errors import DomainError


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each act on a connection of its own, started together: in their order, what each returned or how it
    was refused (a DomainError). Any other error is raised here; an act that never starts ends the wait in 20 s."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=20)
            return act()
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
