"""What of the registry depends on the keys, for `yinling keys rotate`: digests of documents, words of the search."""

from datetime import datetime

from yinling.core.sealing import digest, short_range
from yinling.core.sealing.registered import Derived, DigestColumn, register
from yinling.registry.identity import PURPOSE
from yinling.registry.models import PersonToken


def register_all() -> None:
    """Once, when the house starts."""
    register(DigestColumn("registry.PersonIdentifier", "digest", ("kind", "number"), _identifier_digest))
    register(Derived("检索词", _tokens_outdated, _remake_tokens, _tokens_use))


def _identifier_digest(kind: str, number: str) -> bytes:
    return digest(PURPOSE, f"{kind} {number}")


def _tokens_outdated(version: int) -> bool:
    first, after = short_range(version)
    tokens = PersonToken.objects
    return tokens.filter(token__lt=first).exists() or tokens.filter(token__gte=after).exists()


def _tokens_use(version: int) -> bool:
    first, after = short_range(version)
    return PersonToken.objects.filter(token__gte=first, token__lt=after).exists()


def _remake_tokens(at: datetime) -> None:
    from yinling.registry.search.rebuilding import rebuild  # here: every command imports this module

    rebuild(at=at)
