"""Which algorithms seal and digest. A provider is stateless; a key is a secret under one provider.

`aes`: AES-256-GCM, HMAC-SHA-256, keys by HKDF-SHA-256. The default.
`sm4`: SM4-GCM (GB/T 32907), HMAC-SM3 (GB/T 32905), keys by HKDF-SM3, where national algorithms are required.
Both come from `cryptography`, so from its OpenSSL.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, TAG, DIGEST = 12, 16, 32


class ProviderMissing(Exception):
    """This machine's OpenSSL lacks the algorithms, or no provider has this name."""


class Sealer(Protocol):
    """An authenticated cipher under one key; `decrypt` raises InvalidTag."""

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes: ...


class Provider(Protocol):
    """A cipher with 12-byte nonces and 16-byte tags, a keyed digest of 32 bytes, and a derivation of keys."""

    name: str
    key_bytes: int

    def sealer(self, key: bytes) -> Sealer: ...

    def digester(self, key: bytes) -> Callable[[bytes], bytes]: ...

    def derive(self, secret: bytes, info: str, length: int) -> bytes: ...


class _Aes:
    name = "aes"
    key_bytes = 32

    def sealer(self, key: bytes) -> Sealer:
        return AESGCM(key)

    def digester(self, key: bytes) -> Callable[[bytes], bytes]:
        # HMAC with both pads hashed beforehand: hmac.digest() sets up OpenSSL anew for each short text.
        block = key.ljust(64, b"\0")
        inner = hashlib.sha256(bytes(b ^ 0x36 for b in block)).copy
        outer = hashlib.sha256(bytes(b ^ 0x5C for b in block)).copy

        def digest(data: bytes) -> bytes:
            first = inner()
            first.update(data)
            second = outer()
            second.update(first.digest())
            return second.digest()

        return digest

    def derive(self, secret: bytes, info: str, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt=None, info=info.encode()).derive(secret)


class _Sm4Gcm:
    """SM4-GCM with the face of AESGCM, which `cryptography` offers for AES only."""

    def __init__(self, key: bytes) -> None:
        self.algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        context = Cipher(self.algorithm, modes.GCM(nonce)).encryptor()
        if associated:
            context.authenticate_additional_data(associated)
        return context.update(data) + context.finalize() + context.tag

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        mode = modes.GCM(nonce, data[-TAG:])
        context = Cipher(self.algorithm, mode).decryptor()
        if associated:
            context.authenticate_additional_data(associated)
        return context.update(data[:-TAG]) + context.finalize()


class _Sm4:
    name = "sm4"
    key_bytes = 16

    def sealer(self, key: bytes) -> Sealer:
        return _Sm4Gcm(key)

    def digester(self, key: bytes) -> Callable[[bytes], bytes]:
        start = HMAC(key, hashes.SM3()).copy

        def digest(data: bytes) -> bytes:
            context = start()
            context.update(data)
            return context.finalize()

        return digest

    def derive(self, secret: bytes, info: str, length: int) -> bytes:
        return HKDF(hashes.SM3(), length, salt=None, info=info.encode()).derive(secret)


_PROVIDERS: dict[str, Provider] = {"aes": _Aes(), "sm4": _Sm4()}
NAMES = tuple(_PROVIDERS)


def provider(name: str) -> Provider:
    """By name, tried once. Raises ProviderMissing, which says what to do."""
    found = _PROVIDERS.get(name)
    if found is None:
        raise ProviderMissing(f"no cipher provider is named {name!r}; there are: {', '.join(NAMES)}")
    try:
        _try(found)
    except UnsupportedAlgorithm as error:
        raise ProviderMissing(
            f"provider {name!r} needs algorithms that this machine's OpenSSL does not offer ({error}). "
            "Install the binary wheel of `cryptography` (it brings an OpenSSL with SM3 and SM4), "
            "or choose another provider."
        ) from error
    return found


def _try(found: Provider) -> Any:
    key = found.derive(b"trial", "trial", found.key_bytes)
    found.sealer(key).encrypt(bytes(NONCE), b"trial", None)
    return found.digester(key)(b"trial")
