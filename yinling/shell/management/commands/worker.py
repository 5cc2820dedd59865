"""`yinling worker`: one process that works off the job queue. Run as many as there is work for."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from procrastinate.contrib.django import app

from yinling.shell.serving import WORKER_STOP_SECONDS


class Command(BaseCommand):
    help = "只启动后台任务进程（前台运行，供 systemd 使用）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency", type=int, default=2, metavar="N", help="同时做几个任务（默认 2）"
        )
        parser.add_argument("--queues", default="", metavar="A,B", help="只做这些队列的任务（默认全部）")

    def handle(self, *args: Any, **options: Any) -> None:
        queues = [q for q in options["queues"].split(",") if q] or None
        with app.replace_connector(app.connector.get_worker_connector()):
            asyncio.run(_work(options["concurrency"], queues))


async def _work(concurrency: int, queues: list[str] | None) -> None:
    """Not by procrastinate's own command, which writes a line of its own among ours in JSON."""
    async with app.open_async():
        await app.run_worker_async(
            concurrency=concurrency,
            queues=queues,
            shutdown_graceful_timeout=WORKER_STOP_SECONDS - 5,
        )
