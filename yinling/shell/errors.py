"""Error pages for failures that Django itself answers."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import requires_csrf_token

from yinling.core.web import error_page

log = logging.getLogger("yinling.errors")

# What a page can still be shown with when everything else failed, the templates included.
_LAST_RESORT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>系统出了问题</title>
<body style="font:1.25rem/1.7 sans-serif;max-width:38em;margin:3em auto;padding:0 1em"><h1>系统出了问题</h1>
<p>这不是您的错，问题已经记录。请稍后再试，或者拨打服务电话。</p><p><a href="/">回到首页</a></p></body></html>"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        403,
        "这一页开得太久，或者浏览器没有保存登录信息，所以没有提交成功。请返回上一页，刷新后再试。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    try:
        return error_page(request, 500)
    except Exception:  # the failure may be the database or a template that the page itself needs
        log.exception("the error page failed too")
        return HttpResponse(_LAST_RESORT, status=500)
