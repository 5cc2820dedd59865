"""A month as files: one Parquet file per table, the rulebook as it was, and a manifest that seals them all.

Files are written once and byte for byte alike for the same rows in the same order. The manifest holds each
file's SHA-256 and, for a table, its rows and a digest of its content that does not depend on Parquet; the
manifest's own SHA-256 is kept outside the folder, by whoever took the snapshot.
"""

import hashlib
import io
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from yinling.kernel.expressions import ColumnType

MANIFEST = "manifest.json"
FORMAT = 1
_BLOCK = 8 * 1024 * 1024  # of CSV to a row group; fixed, so that the bytes do not depend on memory or threads
_TYPES = {
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TEXT: pa.string(),
    ColumnType.DATE: pa.date32(),
}


@dataclass(frozen=True)
class FileRecord:
    """One file of a snapshot. `rows` and `content` (a digest of the rows as CSV) only for tables."""

    path: str
    sha256: str
    bytes: int
    rows: int | None = None
    content: str | None = None


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds. `definitions` are digests by indicator id, `values` the digest of all totals."""

    month: str
    as_of: str
    taken_at: str
    definitions: Mapping[str, str]
    values: str
    engines: Mapping[str, str]
    files: tuple[FileRecord, ...]
    format: int = field(default=FORMAT)

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        entries = json.loads(data)
        return cls(**{**entries, "files": tuple(FileRecord(**e) for e in entries["files"])})


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file: `touched`, `missing` or `added`."""

    path: str
    kind: str

    @property
    def message(self) -> str:
        words = {"touched": "内容被改动过", "missing": "文件不见了", "added": "不是快照里的文件"}
        return f"{self.path}：{words[self.kind]}"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_table(
    folder: Path, path: str, columns: Mapping[str, ColumnType], chunks: Iterable[bytes]
) -> FileRecord:
    """Keep a table, given as CSV with a header in pieces, at `path` below `folder`.

    An unquoted empty field is null, a quoted one an empty text; booleans are t and f, dates ISO.
    """
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, _TYPES[type_]) for name, type_ in columns.items()])
    source = _Chunks(chunks)
    rows = 0
    with (
        pyarrow.csv.open_csv(
            io.BufferedReader(source, _BLOCK),
            read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=schema,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["t"],
                false_values=["f"],
            ),
        ) as reader,
        pq.ParquetWriter(file, schema, compression="zstd", version="2.6") as writer,
    ):
        for batch in reader:
            rows += batch.num_rows
            writer.write_batch(batch)
    return FileRecord(path, _sha256_of(file), file.stat().st_size, rows, source.digest.hexdigest())


def write_bytes(folder: Path, path: str, data: bytes) -> FileRecord:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return FileRecord(path, sha256(data), len(data))


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Seal the folder; returns the manifest's SHA-256, to be kept elsewhere."""
    data = manifest.to_bytes()
    (folder / MANIFEST).write_bytes(data)
    for file in folder.rglob("*"):
        if file.is_file():
            file.chmod(0o444)
    return sha256(data)


def read_manifest(folder: Path) -> Manifest:
    return Manifest.from_bytes((folder / MANIFEST).read_bytes())


def faults(folder: Path, manifest_sha256: str) -> list[Fault]:
    """Every file that was touched, is missing or was added since; empty for an intact snapshot.

    A touched manifest is named first; the files are then still compared with what it says.
    """
    seal = folder / MANIFEST
    if not seal.is_file():
        return [Fault(MANIFEST, "missing")]
    found: list[Fault] = []
    data = seal.read_bytes()
    if sha256(data) != manifest_sha256:
        found.append(Fault(MANIFEST, "touched"))
    try:
        recorded = {record.path: record for record in Manifest.from_bytes(data).files}
    except (ValueError, KeyError, TypeError):
        return found
    present = {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()} - {MANIFEST}
    for path in sorted(recorded.keys() | present):
        if path not in present:
            found.append(Fault(path, "missing"))
        elif path not in recorded:
            found.append(Fault(path, "added"))
        elif _sha256_of(folder / path) != recorded[path].sha256:
            found.append(Fault(path, "touched"))
    return found


def engine_versions(**more: str) -> dict[str, str]:
    """Of everything that had a part in the files and values."""
    names = ("pyarrow", "duckdb", "sqlglot", "yinling")
    return {"python": platform.python_version(), **{name: version(name) for name in names}, **more}


def _sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Chunks(io.RawIOBase):
    """An iterator of bytes as a file to read, with a digest of what went through."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.digest = hashlib.sha256()
        self._chunks = iter(chunks)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self.digest.update(chunk)
            self._left = memoryview(chunk)
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size
