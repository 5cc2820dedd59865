"""`manifest.json`: what a backup holds, sealed with a key that is not in it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from yinling.core import sealing
from yinling.core.keeping.contents import TableContent
from yinling.core.keeping.errors import BackupDamaged, KeysMissing

NAME = "manifest.json"
FORMAT = 1
PARTIAL = ".partial"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """`files` and `tables` by name; `keys` maps a key's version to its fingerprint; times in ISO format, UTC."""

    version: str
    taken_at: str
    server: str
    tables: dict[str, TableContent]
    migrations: list[str]
    audit_lanes: dict[str, dict[str, Any]]
    keys: dict[str, str]
    files: dict[str, dict[str, Any]]  # {"bytes": …, "sha256": …}
    stored_files: int = 0
    missing_files: list[str] = field(default_factory=list)  # of StoredFile, by SHA-256
    proved: bool = False  # restored into a scratch database and found equal
    product: str = "yinling"
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def bytes(self) -> int:
        return sum(file["bytes"] for file in self.files.values())


def key_fingerprints() -> dict[str, str]:
    """Every key in use by version: which key it is, without telling it."""
    return {str(d[0]): bytes(d[1:9]).hex() for d in map(bytes, sealing.digests("backup key", "fingerprint"))}


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write and seal it. Returns the SHA-256 of the file."""
    content = asdict(manifest)
    content["seal"] = sealing.digest("backup", _canonical(content)).hex()
    data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    (folder / NAME).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Of a backup's folder, or of its manifest itself.

    Raises BackupDamaged when it is none or was altered, KeysMissing when this installation lacks its keys.
    """
    folder = folder_of(path)
    if folder.name.endswith(PARTIAL):
        raise BackupDamaged(f"{folder} 是没有做完的备份，不能使用。请选择没有“{PARTIAL}”后缀的备份。")
    try:
        content = json.loads((folder / NAME).read_bytes())
        seal = content.pop("seal")
        tables = {name: TableContent(**table) for name, table in content["tables"].items()}
        manifest = Manifest(**{**content, "tables": tables})
    except FileNotFoundError:
        raise BackupDamaged(f"{folder} 里没有 {NAME}，不是一份完整的备份。请检查路径。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupDamaged(f"{folder / NAME} 读不出来，可能已损坏。请换用另一份备份。") from None
    if manifest.product != "yinling" or manifest.format != FORMAT:
        raise BackupDamaged(
            f"{folder} 不是本程序能读的备份（格式 {manifest.format}）。请用写出它的版本恢复。"
        )
    _require_keys(manifest)
    if seal not in {d.hex() for d in sealing.digests("backup", _canonical(content))}:
        raise BackupDamaged(f"{folder / NAME} 与做备份时不一致，已被改动。请换用另一份备份。")
    return manifest


def folder_of(path: Path) -> Path:
    return path.parent if path.name == NAME else path


def _require_keys(manifest: Manifest) -> None:
    have = key_fingerprints()
    lacking = [f"版本 {v}（指纹 {p}）" for v, p in sorted(manifest.keys.items()) if have.get(v) != p]
    if lacking:
        mine = "、".join(f"版本 {v}（指纹 {p}）" for v, p in sorted(have.items())) or "无"
        raise KeysMissing(
            f"缺少这份备份用的数据密钥：{'、'.join(lacking)}；本机现有：{mine}。没有密钥，证件号、电话和住址无法读出。"
            "请先把原来的密钥放回本机（见 docs/backup.md），再恢复。"
        )


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises BackupDamaged naming every file that is missing or differs."""
    wrong = []
    for name, wanted in manifest.files.items():
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name} 不见了")
        elif path.stat().st_size != wanted["bytes"] or file_sha256(path) != wanted["sha256"]:
            wrong.append(f"{name} 已损坏")
    if wrong:
        raise BackupDamaged(f"备份 {folder} 有问题：{'、'.join(wrong)}。请换用另一份备份；现有数据没有变动。")


def file_sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
