"""Jobs that leave a row of having run, with the process that ran them."""

import os
import time

from django.db import connection
from procrastinate.contrib.django import app


def _note(job: int, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO probe (job, pid, said) VALUES (%s, %s, %s)", [job, os.getpid(), said])


@app.task(queue="probe", name="probe.run")
def run(job: int, seconds: float) -> None:
    _note(job, "begun")
    time.sleep(seconds)
    _note(job, "done")


@app.task(queue="probe", name="probe.hang_once")
def hang_once(job: int) -> None:
    """Hangs for whoever runs it first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM probe WHERE job = %s", [job])
        (before,) = cursor.fetchone()
    _note(job, "begun")
    if not before:
        time.sleep(300)
    _note(job, "done")
