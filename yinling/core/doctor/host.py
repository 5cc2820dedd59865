"""The machine: Python, disks, clock, fonts."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from yinling.core.doctor.table import Finding, Patient, bad, check, ok, warn
from yinling.core.keeping.restoring import default_place

OLDEST_PYTHON = (3, 11)
_GB = 1 << 30
_FEW_FONTS = "Noto Sans CJK SC、Noto Serif CJK SC 或 Windows 的宋体、仿宋、黑体"


@check("Python", database=False)
def python(patient: Patient) -> Iterator[Finding]:
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield bad("Python", f"版本 {have} 太旧", "请换用 Python 3.11 或更新的版本。")
    else:
        yield ok("Python", f"版本 {have}")


def data_folders() -> dict[str, Path]:
    return {
        "文件": Path(settings.FILES_DIR),
        "快照": Path(settings.SNAPSHOTS_DIR),
        "备份": default_place(),
    }


@check("磁盘", database=False)
def disks(patient: Patient) -> Iterator[Finding]:
    """Once for every file system, by the folder that lies nearest to it."""
    seen: set[int] = set()
    for name, folder in data_folders().items():
        there = next(p for p in (folder, *folder.parents) if p.exists())
        if there.stat().st_dev in seen:
            continue
        seen.add(there.stat().st_dev)
        space = shutil.disk_usage(there)
        said = f"{name}所在磁盘还剩 {space.free / _GB:.1f} GB（{space.free * 100 // space.total}%）"
        mend = "请清理或扩容；备份可用 yinling backup --keep N 只留最新几份。"
        if space.free < _GB or space.free < space.total * 0.03:
            yield bad("磁盘", said, mend)
        elif space.free < 5 * _GB or space.free < space.total * 0.1:
            yield warn("磁盘", said, mend)
        else:
            yield ok("磁盘", said)


@check("可写目录", database=False)
def writable(patient: Patient) -> Iterator[Finding]:
    for name, folder in data_folders().items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".doctor.part"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            yield bad(
                "可写目录",
                f"{name}目录 {folder} 不能写入（{error.strerror}）",
                "请把目录的属主改为运行本程序的用户，或用 FILES_DIR、SNAPSHOTS_DIR、BACKUP_DIR 换一个位置。",
            )
            return
    yield ok("可写目录", "文件、快照和备份目录都可写")


@check("时钟")
def clock(patient: Patient) -> Iterator[Finding]:
    begun = datetime.now(tz=timezone.get_current_timezone())
    server = patient.one("SELECT clock_timestamp()")
    apart = abs((server - begun).total_seconds())
    said = f"与数据库的时钟相差 {apart:.1f} 秒"
    mend = "请在两台机器上开启时间同步（chrony 或 systemd-timesyncd）。"
    if apart > 60:
        yield bad("时钟", said, mend)
    elif apart > 3:
        yield warn("时钟", said, mend)
    else:
        yield ok("时钟", said)


@check("时区", database=False)
def zone(patient: Patient) -> Iterator[Finding]:
    if settings.TIME_ZONE != "Asia/Shanghai" or not settings.USE_TZ:
        yield bad(
            "时区", f"时区是 {settings.TIME_ZONE}", "日期按北京时间判断：请恢复 TIME_ZONE = Asia/Shanghai。"
        )
    else:
        yield ok("时区", "北京时间")


@check("中文字体", database=False, slow=True)
def fonts(patient: Patient) -> Iterator[Finding]:
    lister = shutil.which("fc-list")
    if lister is None:
        yield warn("中文字体", "无法查询已安装的字体", f"请安装 fontconfig 和 {_FEW_FONTS}。")
        return
    found = subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    families = {line.split(",")[0].strip() for line in found.stdout.splitlines() if line.strip()}
    if not families:
        yield warn(
            "中文字体", "没有中文字体，通报里的图表会出现方框", f"请安装 {_FEW_FONTS}（如 fonts-noto-cjk）。"
        )
    else:
        yield ok("中文字体", f"有 {len(families)} 种，如 {min(families)}")
