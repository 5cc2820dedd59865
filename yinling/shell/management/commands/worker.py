"""`yinling worker`: one process that works off the job queue. Run as many as there is work for."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, call_command

from yinling.shell.serving import worker_arguments


class Command(BaseCommand):
    help = "只启动后台任务进程（前台运行，供 systemd 使用）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency", type=int, default=2, metavar="N", help="同时做几个任务（默认 2）"
        )
        parser.add_argument("--queues", default="", metavar="A,B", help="只做这些队列的任务（默认全部）")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command(*worker_arguments(options["concurrency"], options["queues"]))
