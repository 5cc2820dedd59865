"""A database of a benchmark's own, beside whatever stands on the server, migrated and dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection


@contextmanager
def own_database(name: str) -> Iterator[None]:
    own = f"yinling_bench_{name}_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE template0')
    usual = connection.settings_dict["NAME"]
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = own
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = usual
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
