"""What every page module needs: guards, rendering of pages and htmx fragments, error pages, keyset pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.template import engines
from django.utils import timezone
from django.utils.http import content_disposition_header

from yinling.core.access.permissions import Permission
from yinling.core.spreadsheet import CONTENT_TYPE, Export
from yinling.kernel.errors import DomainError

View = Callable[..., HttpResponse]
R = TypeVar("R", bound=HttpResponseBase)


def _door(permission: Permission) -> str:
    """Where one signs in: elders and families with their phone, staff with account and password."""
    public_door = permission is Permission.VIEW_OWN_FILE and settings.PUBLIC_LOGIN_URL
    return resolve_url(public_door or settings.LOGIN_URL)


def requires(permission: Permission) -> Callable[[View], View]:
    """Guard a staff page: signed out goes to the sign-in page, without the right is 403.

    Scope is not decided here: queries begin with `.visible_to(actor)` and a row outside is 404.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), _door(permission))
            if not request.user.may(permission):
                return error_page(
                    request, 403, "您的角色没有打开这一页的权限。如工作需要，请联系本单位管理员。"
                )
            request.now = timezone.now()
            return view(request, *args, **kwargs)

        guarded.permission = permission  # read by the permission sweep and the docs
        return guarded

    return decorate


def signed_in(view: View) -> View:
    """Guard a staff page that every member of staff may open, whatever the role. The public may not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.user.is_public:
            return error_page(request, 403, "这一页供工作人员使用。")
        request.now = timezone.now()
        return view(request, *args, **kwargs)

    guarded.permission = None
    guarded.signed_in_only = True
    return guarded


def public(view: View) -> View:
    """Mark a page that anyone may open."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.now = timezone.now()
        return view(request, *args, **kwargs)

    opened.permission = None
    return opened


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    block: str = "content",
    status: int = 200,
) -> HttpResponse:
    """Render a page; for an htmx request only its `block` (or the one named by the HX-Target element's
    `data-block`, passed by the caller), which is the same template, so both always agree."""
    context = context or {}
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.boosted and not htmx.history_restore_request:
        response = HttpResponse(_render_block(request, template, context, block), status=status)
    else:
        rendered = engines["jinja2"].get_template(template).render(context, request)
        response = HttpResponse(rendered, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def _render_block(request: HttpRequest, template: str, context: dict[str, Any], block: str) -> str:
    """One block of a page. The template's own top level runs first, as far as its parent's first output,
    so that its imports and `set` statements hold in the block as they do on the whole page."""
    backend = engines["jinja2"]
    loaded = backend.env.get_template(template)
    scope = loaded.new_context(_with_request(context, request))
    next(loaded.root_render_func(scope), None)
    return "".join(scope.blocks[block][0](scope))


def _with_request(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy

    extra: dict[str, Any] = {
        "request": request,
        "csrf_input": csrf_input_lazy(request),
        "csrf_token": csrf_token_lazy(request),
    }
    for processor in engines["jinja2"].template_context_processors:
        extra |= processor(request)
    return extra | context


def after_act(request: HttpRequest, act: Callable[[], object], *, to: str, said: str) -> HttpResponse:
    """Do one act of a POST and show the page `to` (303) with `said`, or with why it was refused."""
    try:
        act()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return HttpResponseRedirect(to, status=303)


def refusal_of(act: Callable[[], object]) -> str:
    """Do one act of a form that is shown again when refused: why it was, or "" when it was done."""
    try:
        act()
    except DomainError as error:
        return error.message
    return ""


def attached(response: R, name: str) -> R:
    """The answer as a file to be saved under `name`; it is for this reader, nothing on the way may keep it."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send_export(export: Export) -> HttpResponse:
    """A workbook as a download."""
    return attached(HttpResponse(export.data, content_type=CONTENT_TYPE), export.filename)


API_PREFIX = "/api/"
_TITLES = {
    400: "请求读不懂",
    401: "没有有效的密钥",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求方法",
    409: "与现状冲突",
    412: "内容已被他人改动",
    413: "内容太大",
    422: "内容不符合要求",
    429: "请求太频繁",
    500: "系统出了问题",
}


def problem(
    status: int, code: str, detail: str, *, errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """A failure for machines, as RFC 9457 has it. `code` is stable, `detail` in Chinese."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "没有办成"),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors is not None:
        said["errors"] = errors
    ascii_off = {"ensure_ascii": False}
    return JsonResponse(
        said, status=status, content_type="application/problem+json", json_dumps_params=ascii_off
    )


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """A calm page that says what happened and what to do; for another system, the same as a problem."""
    if request.path.startswith(API_PREFIX):
        title = _TITLES.get(status, "没有办成")
        return problem(status, f"Http{status}", message or f"{title}。")
    rendered = (
        engines["jinja2"]
        .get_template("shell/error.html")
        .render({"status": status, "message": message}, request)
    )
    return HttpResponse(rendered, status=status)
