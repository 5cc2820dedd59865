"""The one keyed digest by which an identity number is found again."""

from yinling.core.sealing import digest

PURPOSE = "person id_number"


def id_digest(id_number: str) -> bytes:
    """Of a checked 18-character number."""
    return digest(PURPOSE, id_number)
