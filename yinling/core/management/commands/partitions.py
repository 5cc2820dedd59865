"""`yinling partitions`: make the partitions of the years to come, as the nightly job does."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from yinling.core.operations.partitions import prepare_years


class Command(BaseCommand):
    help = "补建今后年份的分区（后台任务每晚也会做）"

    def handle(self, *args: Any, **options: Any) -> None:
        made = prepare_years(by=None, at=timezone.now())
        self.stdout.write(
            f"建了 {len(made)} 个分区：{'、'.join(made)}" if made else "分区都已备好，没有要建的。"
        )
