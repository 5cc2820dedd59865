"""Jobs of the registry: each loads by id and calls one operation, and may run twice without harm."""

import ctypes
import signal
import subprocess
import sys
from datetime import UTC, datetime

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yinling.registry.choices import UploadState
from yinling.registry.models import PeopleExport, Upload
from yinling.registry.operations import people_exports, uploads

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=10)
_IN_THIS_PROCESS = 2 * 1024 * 1024  # bytes of a file: larger ones get processes of their own


@app.task(queue=uploads.QUEUE, name="registry.check_upload", retry=_AGAIN)
def check_upload(upload_id: int, timestamp: int) -> None:
    """The dry run of an upload."""
    upload = Upload.objects.select_related("file", "uploaded_by").get(pk=upload_id)
    if upload.file_size > _IN_THIS_PROCESS:
        _resume(upload, UploadState.CHECKING)
    else:
        uploads.check_upload(upload=upload, by=upload.uploaded_by, at=datetime.fromtimestamp(timestamp, UTC))


@app.task(queue=uploads.QUEUE, name="registry.run_upload", retry=_AGAIN)
def run_upload(upload_id: int) -> None:
    """The import of an upload, or what is left of it."""
    upload = Upload.objects.select_related("file", "confirmed_by").get(pk=upload_id)
    if upload.file_size > _IN_THIS_PROCESS:
        _resume(upload, UploadState.RUNNING)
    else:
        uploads.run_upload(upload=upload, by=upload.confirmed_by, at=timezone.now())


@app.periodic(cron="50 17 * * *")
@app.task(queue=uploads.QUEUE, queueing_lock="discard_upload_files", retry=_AGAIN)
def discard_upload_files(timestamp: int) -> None:
    """Every night: delete the files of uploads and exports whose term has ended."""
    at = datetime.fromtimestamp(timestamp, UTC)
    uploads.discard_upload_files(by=None, at=at)
    people_exports.expire_exports(by=None, at=at)


@app.task(queue=uploads.QUEUE, name="registry.make_export", retry=_AGAIN)
def make_export(export_id: str) -> None:
    """Write a list of people that was asked for."""
    export = PeopleExport.objects.get(pk=export_id)
    people_exports.make_export(export=export, by=None, at=timezone.now())


@app.periodic(cron="30 18 * * 6")
@app.task(queue=uploads.QUEUE, queueing_lock="find_duplicates", retry=_AGAIN)
def find_duplicates(timestamp: int) -> None:
    """In the night to Sunday: look through the whole registry for people with two files. In a process of its own, so
    that the memory it took goes back."""
    command = [sys.executable, "-m", "yinling.site", "duplicates", "find"]
    subprocess.run(command, check=True, preexec_fn=_die_with_parent, stdout=subprocess.DEVNULL)


def _resume(upload: Upload, state: UploadState) -> None:
    """In a process of its own, which forks its workers: the worker of jobs has threads, and must not fork. It ends
    with this one."""
    upload.refresh_from_db(fields=["state"])
    if upload.state != state:
        return
    command = [sys.executable, "-m", "yinling.site", "import", "resume", upload.receipt or ""]
    subprocess.run(command, check=True, preexec_fn=_die_with_parent, stdout=subprocess.DEVNULL)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
