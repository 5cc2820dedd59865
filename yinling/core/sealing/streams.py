"""Files at rest: sealed in chunks, so that gigabytes pass through a few hundred kilobytes of memory.

Form of a sealed file: `YLF1`, one byte for the provider (1 aes, 2 sm4), four for the clear bytes a chunk (big
endian), eight random ones; then each chunk's ciphertext with its tag. The key belongs to this file alone and is
kept sealed in its database row (`StoredFile.key`), so changing keys seals rows again and touches no file.

A chunk's nonce is its number (11 bytes) and whether it is the last (1 byte); the head is authenticated
with each. So chunks cannot be swapped, left out, or cut off at the end unnoticed.
"""

import io
import os
import secrets
from collections.abc import Callable
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag

from yinling.core.sealing.keyring import keyring
from yinling.core.sealing.providers import NAMES, TAG, Provider, provider

MAGIC = b"YLF1"
CHUNK = 256 * 1024
HEAD = len(MAGIC) + 1 + 4 + 8


class SealedFileDamaged(Exception):
    """A sealed file was cut, altered, or belongs to another key."""


def new_file_key() -> str:
    """A key for one file: 32 bytes in hexadecimal."""
    return secrets.token_hex(32)


class SealingWriter:
    """Writes clear bytes as a sealed file. `close` seals the last chunk: without it the file cannot be read."""

    def __init__(self, target: BinaryIO, key: str) -> None:
        chosen = keyring().current.provider
        self._head = MAGIC + bytes([NAMES.index(chosen.name) + 1]) + CHUNK.to_bytes(4, "big") + os.urandom(8)
        self._sealer = chosen.sealer(_derived(chosen, key))
        self._target = target
        self._number = 0
        self._waiting = bytearray()
        target.write(self._head)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # a full chunk may be the last, so one is always kept back
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, data: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last)
        self._target.write(self._sealer.encrypt(nonce, data, self._head))
        self._number += 1


class UnsealingReader(io.RawIOBase):
    """Reads a sealed file as clear bytes, from anywhere: `seek` opens the chunk that holds the place.

    Raises SealedFileDamaged. Wrap it in `io.BufferedReader` for many small reads.
    """

    def __init__(self, source: BinaryIO, key: str) -> None:
        super().__init__()
        self._source = source
        self._head = source.read(HEAD)
        kind = self._head[4] if len(self._head) == HEAD else 0
        if not self._head.startswith(MAGIC) or not 1 <= kind <= len(NAMES):
            raise SealedFileDamaged("this is no sealed file")
        chosen = provider(NAMES[kind - 1])
        self._sealer = chosen.sealer(_derived(chosen, key))
        self._chunk = int.from_bytes(self._head[5:9], "big")
        if not 1 <= self._chunk <= 64 * 1024 * 1024:
            raise SealedFileDamaged("the head of this sealed file was altered")
        self._chunks, self._size = self._measure()
        self._at = 0
        self._open_number = -1
        self._open = b""

    def _measure(self) -> tuple[int, int]:
        body = self._source.seek(0, os.SEEK_END) - HEAD
        full = self._chunk + TAG
        chunks = -(-body // full)
        if chunks < 1 or body - (chunks - 1) * full < TAG:
            raise SealedFileDamaged("this sealed file was cut off")
        return chunks, body - chunks * TAG

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        # Also at the end: an altered last chunk of an empty file must be noticed.
        number = min(self._at // self._chunk, self._chunks - 1)
        if number != self._open_number:
            self._open, self._open_number = self._unseal(number), number
        start = self._at - number * self._chunk
        part = self._open[start : start + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _unseal(self, number: int) -> bytes:
        self._source.seek(HEAD + number * (self._chunk + TAG))
        sealed = self._source.read(self._chunk + TAG)
        try:
            return self._sealer.decrypt(_nonce(number, number == self._chunks - 1), sealed, self._head)
        except InvalidTag as error:
            raise SealedFileDamaged(f"chunk {number} of this sealed file was altered or cut") from error

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


def copy(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    """All of `source`, a chunk at a time."""
    while data := source.read(CHUNK):
        write(data)


def _derived(chosen: Provider, key: str) -> bytes:
    return chosen.derive(bytes.fromhex(key), "yinling file", chosen.key_bytes)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
