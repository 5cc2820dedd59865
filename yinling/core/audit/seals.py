"""What an event's seal is made of. Writing and verifying make it by the same function."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder

from yinling.core.sealing import digest, digest_under

PURPOSE = "audit"


class Sealed(NamedTuple):
    """The fields of an event that its seal covers: all of them."""

    lane: int
    sequence: int
    id: int
    at: datetime
    actor_id: int | None
    verb: str
    act: str
    subject_type: str
    subject_id: str
    division_path: str
    before: Any
    after: Any
    reason: str


def plain(value: Any) -> Any:
    """As JSON gives it back: what is stored and what is sealed must be the same after the database."""
    return None if value is None else json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def seal_new(event: Sealed, previous: bytes) -> bytes:
    """Under the current key: 33 bytes, the key version first."""
    return digest(PURPOSE, _text(event, previous))


def seal_again(event: Sealed, previous: bytes, version: int) -> bytes:
    """Under the version of a seal that is to be checked. Raises UnknownKeyVersion."""
    return digest_under(version, PURPOSE, _text(event, previous))


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _text(event: Sealed, previous: bytes) -> str:
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    before, after = _numbers(event.before), _numbers(event.after)
    return _encode([*event[:3], at, *event[4:10], before, after, event.reason, previous.hex()])


def _numbers(value: Any) -> Any:
    """PostgreSQL keeps JSON numbers as decimals, so 1e16 comes back as an integer: write each in one way."""
    if isinstance(value, dict):
        return {name: _numbers(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_numbers(held) for held in value]
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return int(exact) if exact == exact.to_integral_value() else value
    return value
