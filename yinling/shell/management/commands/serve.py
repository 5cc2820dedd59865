"""`yinling serve`: the web server and the workers for background jobs, until Ctrl+C."""

import signal
import subprocess
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import connections

from yinling.shell.context import demo_city
from yinling.shell.serving import (
    WEB_STOP_SECONDS,
    WORKER_STOP_SECONDS,
    collect_static,
    require_free,
    start,
    stop,
    web_command,
    worker_command,
)

_READY_SECONDS = 60
_RESTART_SECONDS = 2  # between a worker's end and its successor, so that a broken one does not spin


class Command(BaseCommand):
    help = "启动网站和后台任务，按 Ctrl+C 停止"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只限本机）")
        parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
        parser.add_argument("--web", type=int, default=1, metavar="N", help="网页进程数（默认 1）")
        parser.add_argument(
            "--workers", type=int, default=1, metavar="M", help="后台任务进程数（默认 1，0 为不启动）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if options["web"] < 1 or options["workers"] < 0:
            raise CommandError("网页进程至少 1 个，后台进程不能是负数。")
        require_free(host, port)
        collect_static()
        city = demo_city()
        connections.close_all()

        stopping = _Stop()
        web = start(web_command(host, port, options["web"]))
        workers = [start(worker_command(2)) for _ in range(options["workers"])]
        try:
            shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
            _wait_until_ready(web, f"http://{shown}:{port}/healthz", stopping)
            if not stopping.asked:
                self.stdout.write(f"网站已启动：http://{shown}:{port}/　（按 Ctrl+C 停止）")
                if city:
                    names = " ".join(account.username for account in city.accounts)
                    self.stdout.write(f"演示账号：{names}，密码 {city.accounts[0].password}（说明见登录页）")
            while not stopping.asked and web.poll() is None:
                self._replace_ended(workers)
                time.sleep(0.3)
        finally:
            # The site first: what its last requests ask for is still queued, and waits for the next start.
            stop([web], WEB_STOP_SECONDS + 5)
            stop(workers, WORKER_STOP_SECONDS)
        if not stopping.asked:
            raise CommandError("网页进程自己退出了。请看上面的输出；常见原因是端口被占用或数据库连不上。")
        self.stdout.write("已停止。")

    def _replace_ended(self, workers: list[subprocess.Popen[bytes]]) -> None:
        for place, worker in enumerate(workers):
            if worker.poll() is not None:
                self.stderr.write("后台任务进程退出，重新启动。")
                time.sleep(_RESTART_SECONDS)
                workers[place] = start(worker_command(2))


class _Stop:
    """Whether someone asked to stop. The children have sessions of their own, so Ctrl+C reaches only us."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: Any) -> None:
        self.asked = True


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
