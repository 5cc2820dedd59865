"""`yinling web`: only the web processes, for installations that run each part as a service of its own."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from yinling.shell.serving import collect_static, require_free, web_command


class Command(BaseCommand):
    help = "只启动网页进程（前台运行，供 systemd 使用）"
    requires_system_checks: list[str] = []  # they load every page, which the server's processes do themselves

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只限本机）")
        parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
        parser.add_argument("--processes", type=int, default=1, metavar="N", help="网页进程数（默认 1）")

    def handle(self, *args: Any, **options: Any) -> None:
        require_free(options["host"], options["port"])
        collect_static()
        command = web_command(options["host"], options["port"], options["processes"])
        os.execv(command[0], command)  # so that signals reach the server itself
