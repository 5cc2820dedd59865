"""Failures as RFC 9457 problems: `code` for machines, `detail` in Chinese for the people behind them.

What was sent is never repeated in an answer or a log: it may be somebody's number.
"""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.machines.keys import KeyInvalid, TooManyRequests
from yinling.core.middleware import UNFIT, is_unfit
from yinling.core.web import problem
from yinling.kernel.errors import DomainError

log = logging.getLogger("yinling.api")

_STATUSES: dict[type[DomainError], int] = {NotPermitted: 403, OutOfScope: 403}


class FieldProblem(Schema):
    field: str = Field(description="Where, such as `address` or `categories.0.kind`")
    code: str
    message: str = Field(description="In Chinese: what is wrong with it")


class Problem(Schema):
    """RFC 9457. `code` is stable; `errors` is there when single fields are at fault."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None


class Refused(Exception):
    """The request itself is at fault, before any business act: unreadable, stale, asked for otherwise before."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail


def answers(ok: dict[int, Any], *statuses: int) -> dict[int, Any]:
    """The `response=` of an endpoint: its own answers and the problems that it may give."""
    return ok | dict.fromkeys((400, 401, 403, 422, 429, *statuses), Problem)


def answered_as(status: int, *errors: type[DomainError]) -> None:
    """These failures have a status of their own, such as 409 where the present state of things stands against
    the act; all others are 422."""
    _STATUSES.update(dict.fromkeys(errors, status))


def install(api: NinjaAPI) -> None:
    """Answer every failure of an endpoint as a problem."""
    api.add_exception_handler(DomainError, _domain)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(KeyInvalid, _no_key)
    api.add_exception_handler(TooManyRequests, _too_many)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(Refused, lambda request, e: problem(e.status, e.code, e.detail))
    api.add_exception_handler(RequestDataTooBig, lambda request, e: too_large())
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Exception, _unexpected)


def too_large() -> HttpResponse:
    return problem(413, "TooLarge", "提交的内容太大，请分批提交。")


def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
    status = next((_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES), 422)
    return problem(status, error.code, error.message)


def _no_key(request: HttpRequest, error: KeyInvalid) -> HttpResponse:
    answer = problem(
        401,
        "KeyInvalid",
        "没有密钥，或密钥无效、已收回、已过期，或不允许从这个地址使用。请联系管理员核对或换发。",
    )
    answer.headers["WWW-Authenticate"] = 'Bearer realm="yinling"'
    return answer


def _too_many(request: HttpRequest, error: TooManyRequests) -> HttpResponse:
    answer = problem(429, "TooManyRequests", f"请求太频繁，请 {error.wait} 秒后再试。")
    answer.headers["Retry-After"] = str(error.wait)
    return answer


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "NotFound", "没有这条记录，或不在这个密钥的范围内。")


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(
        error.status_code, "Unreadable", "提交的内容不是能读取的 JSON，请核对格式和编码（UTF-8）。"
    )


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    if is_unfit(error):
        return problem(400, "BadCharacters", UNFIT)
    log.error(
        "unexpected failure of %s %s",
        request.method,
        getattr(request.resolver_match, "route", ""),
        exc_info=error,
    )
    return problem(500, "ServerError", "系统出了问题，已经记录。请稍后再试。")


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Pydantic's findings in Chinese, by their stable types."""
    found = [
        {
            "field": ".".join(str(step) for step in e["loc"][1:] if step not in ("payload", "query"))
            or "body",
            "code": e["type"],
            "message": _words(e["type"], e.get("ctx") or {}),
        }
        for e in error.errors[:50]
    ]
    first = found[0] if found else {"field": "", "message": ""}
    return problem(
        422,
        "Invalid",
        f"有 {len(error.errors)} 处不符合要求：{first['field']} {first['message']}",
        errors=found,
    )


def _words(kind: str, context: dict[str, Any]) -> str:
    template = _WORDS.get(kind) or next((w for k, w in _WORDS.items() if kind.startswith(k)), "不符合要求")
    try:
        return template.format(**context)
    except (KeyError, IndexError):
        return "不符合要求"


# By pydantic's error types; a type that is not here is looked up by how it begins.
_WORDS = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段",
    "enum": "不在允许的值之内",
    "literal_error": "不在允许的值之内",
    "string_too_long": "最多 {max_length} 个字符",
    "string_too_short": "至少 {min_length} 个字符",
    "string_pattern_mismatch": "格式不对",
    "string_type": "应为文字",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "int_": "应为整数",
    "bool_": "应为是或否（true 或 false）",
    "list_type": "应为列表",
    "model_": "应为对象",
    "dict_type": "应为对象",
    "date_": "应为日期，如 2026-10-20",
    "json_invalid": "不是能读取的 JSON",
    "value_error": "不符合要求",
}
