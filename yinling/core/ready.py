"""A cursor for the few questions of every request, which the database plans once for each connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


@contextmanager
def ready_cursor() -> Iterator[CursorWrapper]:
    """As `connection.cursor()`, with the values sent beside the statement, so that its plan can be kept. For short
    statements whose text does not change: to plan one takes longer than to run it.

    A pooler that gives each transaction another connection knows nothing of what was prepared: then it is a
    cursor as all others are.
    """
    with connection.cursor() as cursor:
        # A log of queries wants their values, which only Django's own cursor can tell it.
        prepares = settings.DATABASES["default"]["OPTIONS"].get("prepare_threshold") is not None
        if prepares and not connection.queries_logged:
            cursor.cursor = ServerBindingCursor(connection.connection)
        yield cursor
