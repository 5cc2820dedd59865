"""Personal data at rest: sealed values, and keyed digests for exact search, under keys that have versions.

`seal`, `unseal`, `SealedTextField`: a value as version, nonce, ciphertext and tag. `digest` to store, `digests` to
look up: separated by purpose, so that equal numbers in different columns differ. Keys come from the keyring
(`keyring.py`), algorithms from a provider (`providers.py`); `rotation` changes keys while the site is up.
"""

from yinling.core.sealing.fields import SealedTextField
from yinling.core.sealing.holding import hold_key, is_changing
from yinling.core.sealing.keyring import BadKeyring, UnknownKeyVersion
from yinling.core.sealing.providers import ProviderMissing
from yinling.core.sealing.values import (
    digest,
    digest_under,
    digests,
    seal,
    short_digest,
    short_digests,
    short_range,
    unseal,
)

__all__ = [
    "BadKeyring",
    "ProviderMissing",
    "SealedTextField",
    "UnknownKeyVersion",
    "digest",
    "digest_under",
    "digests",
    "hold_key",
    "is_changing",
    "seal",
    "short_digest",
    "short_digests",
    "short_range",
    "unseal",
]
