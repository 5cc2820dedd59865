"""Personal data at rest: AES-256-GCM with a key version, and keyed digests for exact search.

Sealed form: one byte of key version, 12 bytes of nonce, ciphertext with tag. The digest is
HMAC-SHA-256 under its own key, separated by purpose, so that equal numbers in different columns differ.
"""

import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

KEY_VERSION = 1


@lru_cache(maxsize=8)
def _key(purpose: str) -> bytes:
    secret = settings.FIELD_KEY.encode()
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"yinling {purpose} {KEY_VERSION}".encode()).derive(
        secret
    )


@lru_cache(maxsize=1)
def _cipher() -> AESGCM:
    return AESGCM(_key("seal"))


def seal(text: str) -> bytes:
    """Encrypt; two calls give different bytes."""
    nonce = os.urandom(12)
    return bytes([KEY_VERSION]) + nonce + _cipher().encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """Decrypt; raises cryptography's InvalidTag when the bytes were altered or the key is another."""
    raw = bytes(sealed)
    return _cipher().decrypt(raw[1:13], raw[13:], None).decode()


def digest(purpose: str, text: str) -> bytes:
    """33 bytes that find `text` again without showing it: the key version, and 32 of the keyed digest."""
    return bytes([KEY_VERSION]) + hmac.digest(_key(f"digest {purpose}"), text.encode(), hashlib.sha256)


def digests(purpose: str, text: str) -> list[bytes]:
    """The digest under every key in use, the current first: look up by these, store the first."""
    return [digest(purpose, text)]


def short_digest(purpose: str, text: str) -> int:
    """A keyed digest as a signed 64-bit number, for tables of many small rows."""
    return int.from_bytes(digest(purpose, text)[1:9], "big", signed=True)


def short_digests(purpose: str, text: str) -> list[int]:
    """As `digests`."""
    return [short_digest(purpose, text)]


class SealedTextField(models.BinaryField):
    """Text that the database only ever sees sealed. Empty text is stored as NULL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return unseal(value) if value is not None else ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = seal(value) if isinstance(value, str) and value else None
        return super().get_db_prep_value(sealed, connection, prepared)

    def value_to_string(self, obj: Any) -> str:
        return str(self.value_from_object(obj))
