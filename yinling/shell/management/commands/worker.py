"""`yinling worker`: one process that works off the job queue. Run as many as there is work for."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from yinling.shell.serving import worker_command


class Command(BaseCommand):
    help = "只启动后台任务进程（前台运行，供 systemd 使用）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency", type=int, default=2, metavar="N", help="同时做几个任务（默认 2）"
        )
        parser.add_argument("--queues", default="", metavar="A,B", help="只做这些队列的任务（默认全部）")

    def handle(self, *args: Any, **options: Any) -> None:
        command = worker_command(options["concurrency"], options["queues"])
        os.execv(command[0], command)
