"""The audit trail 操作记录: who did what, when, to what."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb
from yinling.core.queries.audit import AuditFilters, list_events
from yinling.core.web import page, requires
from yinling.registry.forms import read_day
from yinling.registry.office.choosing import chosen, key, words
from yinling.registry.wording import ACTS, act_words, subject_words


@requires(Permission.VIEW_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    filters = AuditFilters(
        verb=chosen(request, "verb", AuditVerb),
        act=chosen(request, "act", ACTS),
        who=words(request, "who"),
        since=read_day(words(request, "since")),
        until=read_day(words(request, "until")),
    )
    events, older = list_events(actor=request.user, filters=filters, before=key(request))
    context = {
        "events": events,
        "older": older,
        "filters": filters,
        "verbs": AuditVerb.choices,
        "acts": sorted(ACTS.items(), key=lambda pair: pair[1]),
        "act_words": act_words,
        "subject_words": subject_words,
        "detail": _detail,
    }
    return page(request, "registry/audit.html", context)


def _detail(value: object) -> str:
    """Before or after in one line: only what was written with Chinese names is for people."""
    if not isinstance(value, dict):
        return ""
    shown = []
    for name, said in value.items():
        if str(name).isascii():
            continue
        text = "、".join(map(str, said)) if isinstance(said, list) else "" if said is None else str(said)
        shown.append(f"{name}：{text or '无'}")
    return "；".join(shown)[:300]


urlpatterns = [path("office/audit/", audit, name="audit")]
