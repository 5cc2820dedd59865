"""What `yinling web`, `yinling worker` and `yinling serve` share: their processes, and static files ready to serve."""

import ctypes
import fcntl
import signal
import socket
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

# Requests that are being answered are finished; a job is given longer, and runs again if that is not enough.
WEB_STOP_SECONDS = 15
WORKER_STOP_SECONDS = 30
THREADS = 4  # of a web process: pages wait for the database, not for each other
_PR_SET_PDEATHSIG = 1


def web_command(host: str, port: int, processes: int) -> list[str]:
    """granian with our pages. It has no access log: the request's own line has all but the path."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", str(THREADS), "--respawn-failed-workers"),
        *("--workers-kill-timeout", str(WEB_STOP_SECONDS), "--no-ws", "--log-level", "warning"),
        *("--log-config", str(files("yinling.core.logs") / "granian.json"), "yinling.site.wsgi:application"),
    ]


def worker_command(concurrency: int) -> list[str]:
    """A worker as a process of its own."""
    return [sys.executable, "-m", "yinling.site", "worker", "--concurrency", str(concurrency)]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl+C reaches only us and we stop it in order."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    """On Linux the kernel ends the children when this process is killed, so that no port stays taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(processes: list[subprocess.Popen[bytes]], seconds: float) -> None:
    """Ask all to end, and end those that do not."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def require_free(host: str, port: int) -> None:
    """Raises CommandError that names another port when this one is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"不能在 {host}:{port} 上启动：{error.strerror}。换一个端口：--port {port + 1}"
            ) from None


def collect_static() -> bool:
    """Collect and compress static files when any is newer than those collected. Returns whether it did.

    Pages name their files by content, and the table of those names is made here: after an upgrade a page
    would ask for a file that is not in it.
    """
    if "Manifest" not in settings.STORAGES["staticfiles"]["BACKEND"]:
        return False
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several web processes may start at once
        if not _is_stale(root / "staticfiles.json"):
            return False
        call_command("collectstatic", interactive=False, verbosity=0)
        return True


def _is_stale(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    return any(
        Path(storage.path(path)).stat().st_mtime > made
        for finder in get_finders()
        for path, storage in finder.list([])
    )
