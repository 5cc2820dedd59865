"""Reading what other systems send, strictly: what the database cannot hold is refused at the door.

Everything is checked here once, for every endpoint: size, encoding, depth, characters, numbers.
"""

import base64
import binascii
import json
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import Path, Query, Schema
from ninja.parser import Parser
from pydantic import ConfigDict, StringConstraints

from yinling.core.machines.problems import Refused

MOST_BYTES = 1024 * 1024
_DEEPEST = 40
_LONGEST_NUMBER = 30  # digits


class Input(Schema):
    """A body: no unknown fields, so that a misspelt one does not get lost in silence."""

    model_config = ConfigDict(extra="forbid")


def text(longest: int, shortest: int = 1) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")]
Cursor = Annotated[str, Query(max_length=200, description="`next` of the page before; opaque")]


class StrictParser(Parser):
    """JSON in UTF-8, of moderate depth, without NUL, lone surrogates, NaN and endless numbers."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            raw = request.body.decode("utf-8")
            value = json.loads(raw, parse_constant=_refuse, parse_int=_number, parse_float=_fraction)
        except (ValueError, RecursionError):
            raise Refused(
                400, "Unreadable", "提交的内容不是能读取的 JSON，请核对格式和编码（UTF-8）。"
            ) from None
        _check(value)
        return value

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for name, values in data.lists():
            _check_text(name)
            for value in values:
                _check_text(value)
        return super().parse_querydict(data, list_fields, request)


def write_cursor(key: object) -> str:
    """A list's own key as an opaque word; empty for none."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=") if key else ""


def read_cursor(cursor: str) -> str:
    """Raises Refused for what no list of ours gave out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        raise BadCursor from None
    if "\x00" in found:
        raise BadCursor
    return found


def read_number_cursor(cursor: str) -> int:
    found = read_cursor(cursor)
    if found and not (found.isdigit() and len(found) < 19):
        raise BadCursor
    return int(found or 0)


class BadCursor(Refused):
    def __init__(self) -> None:
        super().__init__(
            400, "BadCursor", "翻页标记（cursor）不对。请使用上一页返回的 next，或从第一页开始。"
        )


def _check(value: Any) -> None:
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _DEEPEST:
            raise Refused(400, "TooDeep", "提交的 JSON 嵌套太深。")
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, dict):
            waiting += [(part, depth + 1) for part in (*item, *item.values())]
        elif isinstance(item, list):
            waiting += [(part, depth + 1) for part in item]


def _check_text(value: str) -> None:
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise Refused(400, "BadCharacters", "提交的文字里有不能保存的字符，请去掉后再提交。")


def _number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("number too long")
    return int(digits)


def _fraction(digits: str) -> float:
    found = float(digits)
    if found in (float("inf"), float("-inf")):
        raise ValueError("number too large")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
