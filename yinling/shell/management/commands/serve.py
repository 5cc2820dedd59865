"""`yinling serve`: the web server and the worker for background jobs, until Ctrl+C."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from yinling.shell.context import demo_city

_READY_SECONDS = 60
_STOP_SECONDS = 10
_PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "启动网站和后台任务，按 Ctrl+C 停止"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只限本机）")
        parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
        parser.add_argument("--workers", type=int, default=1, help="网页进程数（默认 1）")
        parser.add_argument("--no-worker", action="store_true", help="不启动后台任务")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _require_free(host, port)
        _require_static()
        city = demo_city()
        connections.close_all()

        stopping = _Stop()
        web = _start(
            *("granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", str(options["workers"]), "--blocking-threads", "4", "--respawn-failed-workers"),
            *("--log-level", "warning", "yinling.site.wsgi:application"),
        )
        jobs = None if options["no_worker"] else _start_jobs()
        try:
            shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
            _wait_until_ready(web, f"http://{shown}:{port}/healthz", stopping)
            if not stopping.asked:
                self.stdout.write(f"网站已启动：http://{shown}:{port}/　（按 Ctrl+C 停止）")
                if city:
                    names = " ".join(account.username for account in city.accounts)
                    self.stdout.write(f"演示账号：{names}，密码 {city.accounts[0].password}（说明见登录页）")
            while not stopping.asked and web.poll() is None:
                if jobs is not None and jobs.poll() is not None:
                    self.stderr.write("后台任务进程退出，重新启动。")
                    time.sleep(2)
                    jobs = _start_jobs()
                time.sleep(0.3)
        finally:
            _stop([p for p in (web, jobs) if p is not None])
        if not stopping.asked:
            raise CommandError("网页进程自己退出了。请看上面的输出；常见原因是端口被占用或数据库连不上。")
        self.stdout.write("已停止。")


class _Stop:
    """Whether someone asked to stop. The children have sessions of their own, so Ctrl+C reaches only us."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: Any) -> None:
        self.asked = True


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], start_new_session=True, preexec_fn=_die_with_parent
    )


def _start_jobs() -> subprocess.Popen[bytes]:
    return _start("django", "procrastinate", "worker", "--concurrency", "2")


def _die_with_parent() -> None:
    """On Linux the kernel ends the children when this process is killed, so that no port stays taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"不能在 {host}:{port} 上启动：{error.strerror}。换一个端口：--port {port + 1}"
            ) from None


def _require_static() -> None:
    """Pages name their files by content; the table of those names is made by collectstatic."""
    if "Manifest" not in settings.STORAGES["staticfiles"]["BACKEND"]:
        return
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


def _wait_until_ready(web: subprocess.Popen[bytes], url: str, stopping: _Stop) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and web.poll() is None and not stopping.asked:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return  # it answers; a page will say what is wrong
        except OSError:
            time.sleep(0.1)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + _STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
