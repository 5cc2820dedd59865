"""Jobs for test_jobs.py, imported by worker processes that the test starts and kills."""

import os
import time
from pathlib import Path

from procrastinate.contrib.django import app


@app.task(queue="probe", name="tests.hang_once")
def hang_once(path: str) -> None:
    """Leave a mark; the first worker hangs here until it is killed, the second one finishes."""
    with Path(path).open("a") as file:
        file.write("started\n")
    if os.environ.get("PROBE_HANGS") == "1":
        time.sleep(120)
    with Path(path).open("a") as file:
        file.write("finished\n")
