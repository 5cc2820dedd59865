"""`yinling search rebuild`: make everybody's search words anew, while the site is up."""

import argparse
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from yinling.registry.search.rebuilding import rebuild


class Command(BaseCommand):
    help = "重建老年人检索词：升级后或检索不全时使用；可中断后继续，期间网站照常使用"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("act", choices=["rebuild"], help="rebuild：逐批重建全部检索词")
        parser.add_argument("--processes", type=int, default=2, help="进程数（默认 2）")

    def handle(self, **options: Any) -> None:
        began = timezone.now()

        def tell(done: int, last: int) -> None:
            self.stdout.write(f"  {done:,} / {last:,}", ending="\r" if self.stdout.isatty() else "\n")
            self.stdout.flush()

        people = rebuild(processes=max(options["processes"], 1), at=began, progress=tell)
        seconds = (timezone.now() - began).total_seconds()
        self.stdout.write(f"已为 {people:,} 人重建检索词，用时 {seconds:.0f} 秒。")
