"""Seal single values, and digest them so that equal ones are found without being shown."""

import os
from collections import deque

from yinling.core.sealing.keyring import key_of, keyring
from yinling.core.sealing.providers import NONCE

# Nonces drawn 512 at a time: a system call for each value costs as much as the encryption itself.
_nonces: deque[bytes] = deque()
os.register_at_fork(after_in_child=_nonces.clear)  # a child must never use its parent's


def _nonce() -> bytes:
    try:
        return _nonces.popleft()
    except IndexError:
        drawn = os.urandom(NONCE * 512)
        _nonces.extend(drawn[i : i + NONCE] for i in range(NONCE, len(drawn), NONCE))
        return drawn[:NONCE]


def seal(text: str) -> bytes:
    """Encrypt under the current key; two calls give different bytes: version, nonce, ciphertext and tag."""
    key = keyring().current
    nonce = _nonce()
    return key.head + nonce + key.sealer.encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """Decrypt; raises cryptography's InvalidTag when the bytes were altered, UnknownKeyVersion when the
    key is not in the keyring."""
    raw = bytes(sealed)
    return key_of(raw[0]).sealer.decrypt(raw[1 : 1 + NONCE], raw[1 + NONCE :], None).decode()


def digest(purpose: str, text: str) -> bytes:
    """33 bytes that find `text` again without showing it: the key version, and 32 of the keyed digest."""
    key = keyring().current
    return key.head + key.digester(purpose)(text.encode())


def digests(purpose: str, text: str) -> list[bytes]:
    """The digest under every key in use, the current first: look up by these, store the first."""
    data = text.encode()
    return [key.head + key.digester(purpose)(data) for key in keyring().live]


def digest_under(version: int, purpose: str, text: str) -> bytes:
    """The digest under one version, for audit seals also a retired one. Raises UnknownKeyVersion."""
    key = key_of(version)
    return key.head + key.digester(purpose)(text.encode())


def short_digest(purpose: str, text: str) -> int:
    """A keyed digest as a 64-bit number, for tables of many small rows: the key version, and 7 bytes of the
    digest. So the numbers of one version lie together in an index."""
    key = keyring().current
    return int.from_bytes(key.head + key.digester(purpose)(text.encode())[:7], "big")


def short_digests(purpose: str, text: str) -> list[int]:
    """As `digests`."""
    data = text.encode()
    return [int.from_bytes(key.head + key.digester(purpose)(data)[:7], "big") for key in keyring().live]


def short_range(version: int) -> tuple[int, int]:
    """From and before which the short digests of one key version lie."""
    return version << 56, (version + 1) << 56
