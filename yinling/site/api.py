"""The interface for other systems: every room's endpoints under one roof, described at /api/v1/openapi.json.

There is no page to try it out: it would load scripts from elsewhere. docs/api.md is for reading.
"""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from yinling.core.machines import problems
from yinling.core.machines.reading import MOST_BYTES, StrictParser
from yinling.governance.api import router as governance
from yinling.registry.api import router as registry
from yinling.residence.api import router as residence

_PROBLEM = "application/problem+json"
_DESCRIPTION = (
    "Every request carries `Authorization: Bearer yl_…`. A key acts as its system: rights, scope and audit trail "
    "are those of a person in that role. Failures are RFC 9457 problems with a stable `code` and Chinese `detail`."
)


class Interface(NinjaAPI):
    """NinjaAPI whose description says of failures that they are problems, and whose names are the functions'."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for operation in (o for path in schema["paths"].values() for o in path.values()):
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "application/json" in answer.get("content", {}):
                    answer["content"] = {_PROBLEM: answer["content"]["application/json"]}
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        return operation.view_func.__name__


class _Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


api = Interface(
    title="银龄 Yinling",
    version="1",
    description=_DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
    renderer=_Renderer(),
)
problems.install(api)
api.add_router("", registry)
api.add_router("", residence)
api.add_router("", governance)


def _marked() -> Any:
    """The URLs of the interface, each view with its limit and right, as the pages' views have theirs."""
    patterns, app_name, namespace = api.urls
    rights = {
        operation.view_func.__name__: operation.auth_callbacks[0].permission
        for router in api._get_bound_routers()
        for path in router.path_operations.values()
        for operation in path.operations
    }
    for pattern in patterns:
        pattern.callback.max_body = MOST_BYTES
        pattern.callback.permission = rights.get(pattern.name)
    return patterns, app_name, namespace


urls = _marked()
