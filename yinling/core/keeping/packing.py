"""Folders of files into a tar and back. Not compressed: documents, spreadsheets, pictures and Parquet already are."""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from yinling.core.keeping.errors import BackupDamaged

_PIECE = 1 << 20


def pack_folder(folder: Path, into: Path) -> set[str]:
    """Every finished file below `folder`. Returns their names (the last part of each path)."""
    packed = set()
    with tarfile.open(into, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in _files(folder):
            try:
                tar.add(path, arcname=str(path.relative_to(folder)), recursive=False)
            except FileNotFoundError:  # deleted meanwhile: the snapshot of rows decides whether it is missed
                continue
            packed.add(path.name)
    return packed


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and path.suffix != ".part" and parts[0][0] != ".":
            yield path


def unpack_files(tar_path: Path, folder: Path) -> int:
    """Stored files, which never change, beside those that are there. Returns how many were missing or damaged.

    Those named by their SHA-256 are checked; the sealed ones, named by id, are checked when they are opened.
    Raises BackupDamaged for a file whose content is not what its name says.
    """
    added = 0
    with tarfile.open(tar_path) as tar:
        for member in tar:
            path = _inside(folder, member)
            if path is None or (path.exists() and _is_itself(path)):
                continue
            stream = tar.extractfile(member)
            assert stream is not None
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(f".{os.getpid()}.part")
            with partial.open("wb") as file:
                shutil.copyfileobj(stream, file, _PIECE)
            if not _is_itself(partial, path.name):
                partial.unlink()
                raise BackupDamaged(f"备份里的文件 {path.name[:64]} 内容与编号不符。请换用另一份备份。")
            partial.replace(path)
            added += 1
    return added


def _is_itself(path: Path, name: str = "") -> bool:
    """Whether the content is what the name says, for names that are a SHA-256."""
    name = name or path.name
    if len(name) != 64:
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == name


def unpack_beside(tar_path: Path, folder: Path) -> None:
    """Into an own new folder."""
    folder.mkdir(parents=True)
    with tarfile.open(tar_path) as tar:
        tar.extractall(folder, filter="data")


def put_in_place(new: Path, folder: Path, *, kept: Path) -> None:
    """Move what is in `new` into `folder`; what stood there goes to `kept`. `folder` itself may be a mount."""
    folder.mkdir(parents=True, exist_ok=True)
    old = [path for path in folder.iterdir() if not path.name.startswith(".")]
    if old:
        kept.mkdir(parents=True)
        for path in old:
            path.rename(kept / path.name)
    for path in list(new.iterdir()):
        path.rename(folder / path.name)
    shutil.rmtree(new)


def _inside(folder: Path, member: tarfile.TarInfo) -> Path | None:
    """Where a regular file goes; None for anything else or a path that leads outside."""
    path = (folder / member.name).resolve()
    return path if member.isreg() and path.is_relative_to(folder.resolve()) else None


def discard(folder: Path) -> None:
    """Away with what was staged, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
