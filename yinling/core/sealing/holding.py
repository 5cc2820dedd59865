"""Which key new digests are made with, held for a transaction.

While keys are changed, old digests stand beside new ones, and a unique column cannot see that two of different
versions are of one number. So whoever stores digests that must be unique calls `hold_key` first and then looks for
all `digests`; changing the current version waits for all who hold it. What is current is then in the database,
not in what a process happens to have read.
"""

from django.db import connection

from yinling.core.sealing.keyring import Key, key_of, keyring, prefer

LOCK = 907001  # as in core_hold_key()


def hold_key() -> Key:
    """The current key, which stays the current one until this transaction ends. One query.

    Raises UnknownKeyVersion when this process lacks the key.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_hold_key()")
        (version,) = cursor.fetchone()
    if version is None or version == keyring().current.version:
        return keyring().current
    prefer(key_of(version))
    return keyring().current


def is_changing() -> bool:
    """Whether digests of more than one version may stand in the database."""
    return len(keyring().live) > 1
