"""The keys in use: version → (provider, secret). The first byte of whatever is sealed or digested is its version.

A keyring is text, one entry a line (or after a comma), the current key first; `#` begins a remark:

    2:sm4:<secret>
    1:aes:<secret>
    1:aes:audit=<hex>      a retired version: only what verifies old audit seals is left

It comes from the environment, FIELD_KEYS, or else from the file `settings.FIELD_KEYRING`, which the first start
makes and `yinling keys` changes. Processes that run meanwhile look at the file at most once a second, and at
once when they meet a version that they do not know.
"""

import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

from yinling.core.sealing.providers import Provider, Sealer, provider

LOOK_AGAIN_SECONDS = 1.0
MAX_VERSION = 127  # one byte, and a short digest must stay a positive 64-bit number


class BadKeyring(Exception):
    """The keyring cannot be read: says which entry and why, never the secret."""


class UnknownKeyVersion(Exception):
    """Something was sealed under a version that is not in the keyring."""


@dataclass(frozen=True)
class Key:
    """One version. `secret` is empty for a retired one, of which only `audit` is left."""

    version: int
    provider: Provider
    secret: str = ""
    audit: bytes = b""

    def __repr__(self) -> str:
        return f"Key({self.version}, {self.provider.name})"

    @property
    def retired(self) -> bool:
        return not self.secret

    @cached_property
    def sealer(self) -> Sealer:
        return self.provider.sealer(self.derived("seal", self.provider.key_bytes))

    @cached_property
    def head(self) -> bytes:
        """The version as the first byte."""
        return bytes([self.version])

    @cached_property
    def _digesters(self) -> dict[str, Callable[[bytes], bytes]]:
        return {}

    def digester(self, purpose: str) -> Callable[[bytes], bytes]:
        """The keyed digest of one purpose: 32 bytes, without the version."""
        made = self._digesters.get(purpose)
        if made is None:
            key = self.audit if purpose == "audit" and self.retired else self.derived(f"digest {purpose}", 32)
            made = self._digesters[purpose] = self.provider.digester(key)
        return made

    def derived(self, purpose: str, length: int) -> bytes:
        """A key of its own for each purpose. Raises UnknownKeyVersion for a retired version."""
        if self.retired:
            raise UnknownKeyVersion(f"key version {self.version} is retired")
        return self.provider.derive(self.secret.encode(), f"yinling {purpose} {self.version}", length)

    def without_secret(self) -> "Key":
        return Key(self.version, self.provider, audit=self.derived("digest audit", 32))

    def line(self) -> str:
        kept = self.secret or f"audit={self.audit.hex()}"
        return f"{self.version}:{self.provider.name}:{kept}"


class Keyring:
    """The current key, and all by version."""

    def __init__(self, keys: list[Key]) -> None:
        self.keys = {key.version: key for key in keys}
        self.live = [key for key in keys if not key.retired]
        if len(self.keys) != len(keys):
            raise BadKeyring("a key version stands twice in the keyring")
        if not self.live:
            raise BadKeyring("the keyring holds no key in use")
        self.current = self.live[0]

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Raises BadKeyring, ProviderMissing."""
        lines = [line.split("#")[0] for line in text.splitlines()]
        entries = [entry.strip() for line in lines for entry in line.split(",")]
        return cls([_entry(entry) for entry in entries if entry])

    def text(self) -> str:
        lines = [key.line() for key in self.keys.values()]
        return (
            "# version:provider:secret, the current first. Keep a copy apart from the backups.\n"
            + "".join(f"{line}\n" for line in lines)
        )


def _entry(entry: str) -> Key:
    version, _, rest = entry.partition(":")
    name, _, secret = rest.partition(":")
    if not (version.isascii() and version.isdigit() and 1 <= int(version) <= MAX_VERSION):
        raise BadKeyring(f"an entry does not begin with a key version, a number from 1 to {MAX_VERSION}")
    if not secret:
        raise BadKeyring(f"entry of key version {version} is not version:provider:secret")
    if secret.startswith("audit="):
        return Key(int(version), provider(name), audit=bytes.fromhex(secret[6:]))
    if len(secret) < 16:
        raise BadKeyring(f"the secret of key version {version} is too short: 16 characters at least")
    return Key(int(version), provider(name), secret)


class _Held:
    """What this process has read, and when it looks again."""

    ring: Keyring | None = None
    seen: Any = None
    look_at = 0.0


_held = _Held()


def keyring() -> Keyring:
    """The keys in use, at most a second old."""
    if _held.ring is None or monotonic() >= _held.look_at:
        return reread()
    return _held.ring


def reread() -> Keyring:
    """Look at the source now; parses only what changed."""
    seen = settings.FIELD_KEYS or _stamp(Path(settings.FIELD_KEYRING))
    if _held.ring is None or seen != _held.seen:
        text = settings.FIELD_KEYS or Path(settings.FIELD_KEYRING).read_text()
        _held.ring = Keyring.parse(text)
        _held.seen = seen
    _held.look_at = monotonic() + LOOK_AGAIN_SECONDS
    return _held.ring


def key_of(version: int) -> Key:
    """Raises UnknownKeyVersion, after a second look at the source."""
    key = keyring().keys.get(version) or reread().keys.get(version)
    if key is None:
        raise UnknownKeyVersion(
            f"key version {version} is not in the keyring (FIELD_KEYS or {settings.FIELD_KEYRING}): "
            "put back the entry, from the copy kept apart from the backups"
        )
    return key


def prefer(key: Key) -> None:
    """Seal under this key from now on in this process, until the source is read again."""
    keyring().current = key


def _stamp(path: Path) -> tuple[int, int, int]:
    about = path.stat()
    return about.st_mtime_ns, about.st_ino, about.st_size


def in_environment() -> bool:
    """Whether the keys come from FIELD_KEYS, which no command can change."""
    return bool(settings.FIELD_KEYS)


def write(ring: Keyring) -> None:
    """Replace the keyring file in one step, readable by the owner only."""
    path = Path(settings.FIELD_KEYRING)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # made 0600
    with os.fdopen(handle, "w") as file:
        file.write(ring.text())
        file.flush()
        os.fsync(file.fileno())
    Path(partial).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)  # or a power cut brings back the old keyring after rows were sealed under the new
    os.close(folder)
    reread()


def new_secret() -> str:
    return secrets.token_hex(32)


def _forget(*, setting: str, **_: Any) -> None:
    if setting in ("FIELD_KEYS", "FIELD_KEYRING"):
        _held.ring = None


setting_changed.connect(_forget)
