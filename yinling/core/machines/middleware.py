"""What is the same for every request of another system, endpoints or not."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yinling.core.web import API_PREFIX, problem


class MachineMiddleware:
    """Answers that nobody keeps, and no failure in HTML."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(API_PREFIX):
            return response
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            response = problem(405, "MethodNotAllowed", f"这个地址只支持：{allowed}。")
            response.headers["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
