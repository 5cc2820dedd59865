"""`yinling import people FILE`, `yinling import resume RECEIPT`, `yinling import receipt RECEIPT`.

`people` reads, checks and (after the question, or with --yes) imports a file in the name of the system; `resume` goes
on with an upload whose job was killed, and is what the background job itself runs for large files.
"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yinling.kernel.errors import DomainError
from yinling.registry.choices import RowFate, UploadState
from yinling.registry.models import Upload, UploadRow
from yinling.registry.operations import uploads as ops
from yinling.registry.uploads.running import CHUNK

_SHOWN = 20


class Command(BaseCommand):
    requires_system_checks = []  # they would load every page of the site into the importer's memory
    help = "导入老年人档案：people 导入文件，resume 接着导入，receipt 查回执"

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        people = acts.add_parser("people", help="读取、预检并导入 Excel（.xlsx）或 CSV 文件")
        people.add_argument("file", type=Path, metavar="FILE")
        people.add_argument("--dry-run", action="store_true", help="只预检，不导入")
        people.add_argument("--yes", action="store_true", help="预检后不再询问，直接导入")
        resume = acts.add_parser("resume", help="接着做中断了的预检或导入")
        resume.add_argument("receipt", metavar="RECEIPT")
        for sub in (people, resume):
            sub.add_argument("--processes", type=int, default=2, help="工作进程数（默认 2，0 为不另开进程）")
            sub.add_argument("--chunk", type=int, default=CHUNK, help=f"每批行数（默认 {CHUNK}）")
        acts.add_parser("receipt", help="按回执号查看结果").add_argument("receipt", metavar="RECEIPT")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        self._begun = time.monotonic()
        try:
            if act == "people":
                self._people(**options)
            elif act == "resume":
                self._resume(_find(options["receipt"]), options)
            else:
                self._tell(_find(options["receipt"]))
        except DomainError as error:
            raise CommandError(error.message) from None

    def _people(self, *, file: Path, dry_run: bool, yes: bool, **options: Any) -> None:
        try:
            with file.open("rb") as stream:
                upload = ops.receive_upload(stream=stream, name=file.name, by=None, at=timezone.now())
        except OSError as error:
            raise CommandError(f"打不开文件 {file}：{error.strerror}。") from None
        self.stdout.write(f"回执号 {upload.receipt}，{len(upload.columns)} 列")
        unknown = [c for c, m in zip(upload.columns, upload.mapping, strict=True) if c and not m]
        if unknown:
            self.stdout.write(f"不导入的列：{'、'.join(unknown)}")
        upload = ops.map_upload(upload=upload, mapping=upload.mapping, by=None, at=timezone.now())
        upload = self._work(upload, options)
        self._tell(upload)
        if dry_run or upload.state != UploadState.CHECKED:
            return
        if not yes and input("确认导入？输入 yes 继续：").strip() != "yes":
            self.stdout.write(f"没有导入。以后可以在网页上确认，回执号 {upload.receipt}。")
            return
        upload = ops.confirm_upload(upload=upload, by=None, at=timezone.now())
        self._tell(self._work(upload, options))

    def _resume(self, upload: Upload, options: dict[str, Any]) -> None:
        if upload.state not in (UploadState.CHECKING, UploadState.RUNNING):
            raise CommandError(
                f"{upload.receipt} 的状态是“{UploadState(upload.state).label}”，没有要接着做的。"
            )
        self._tell(self._work(upload, options))

    def _work(self, upload: Upload, options: dict[str, Any]) -> Upload:
        operation = ops.check_upload if upload.state == UploadState.CHECKING else ops.run_upload
        by = upload.confirmed_by if upload.state == UploadState.RUNNING else upload.uploaded_by
        return operation(
            upload=upload,
            processes=options["processes"],
            chunk=options["chunk"],
            progress=self._progress,
            by=by,
            at=timezone.now(),
        )

    def _progress(self, upload: Upload) -> None:
        rows = upload.done_rows if upload.state == UploadState.RUNNING else upload.checked_rows
        word = UploadState(upload.state).label
        self.stdout.write(f"{word} {rows:,} 行，{time.monotonic() - self._begun:.0f} 秒")
        self.stdout.flush()

    def _tell(self, upload: Upload) -> None:
        counts = upload.counts or upload.found
        told = "，".join(f"{f.label} {counts.get(f.value, 0):,}" for f in RowFate)
        self.stdout.write(f"{upload.receipt}：{UploadState(upload.state).label}。{upload.failure or told}")
        refused = UploadRow.objects.filter(upload=upload, fate=RowFate.REFUSED).order_by("row")
        for row, message in refused.values_list("row", "message")[:_SHOWN]:
            self.stdout.write(f"  第 {row} 行：{message}")
        if counts.get(RowFate.REFUSED.value, 0) > _SHOWN:
            self.stdout.write("  ……其余在网页上按回执号下载")


def _find(receipt: str) -> Upload:
    upload = Upload.objects.filter(receipt=receipt.strip().upper()).first()
    if upload is None:
        raise CommandError(f"没有回执号 {receipt}。")
    return upload
