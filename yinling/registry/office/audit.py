"""The audit trail 操作记录: who did what, when, to what; and whether the trail itself is whole."""

from datetime import date, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit.wording import act_table, act_words, changes, subject_table, subject_words
from yinling.core.choices import AuditCheckState, AuditVerb
from yinling.core.operations.audit_checks import ask_audit_check
from yinling.core.queries.audit import DEFAULT_DAYS, AuditFilters, latest_checks, list_events
from yinling.core.tasks import check_audit
from yinling.core.web import after_act, page, requires, send_export
from yinling.kernel.periods import read_day
from yinling.registry.office.choosing import chosen, words
from yinling.registry.operations.audit_exporting import export_audit


@requires(Permission.VIEW_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    events, older = list_events(actor=request.user, filters=filters, after=words(request, "after"))
    context = {
        "events": events,
        "older": older,
        "filters": filters,
        "person": words(request, "person"),
        "subject": words(request, "subject"),
        "verbs": AuditVerb.choices,
        "acts": sorted(act_table().items(), key=lambda pair: pair[1]),
        "act_words": act_words,
        "subject_words": subject_words,
        "changes": changes,
        "days": DEFAULT_DAYS,
        "may_verify": request.user.may(Permission.VERIFY_AUDIT),
    }
    return page(request, "registry/audit.html", context)


@requires(Permission.VIEW_AUDIT)
def audit_export(request: HttpRequest) -> HttpResponse:
    export = export_audit(filters=_filters(request), by=request.user, at=request.now)
    return send_export(export)


@requires(Permission.VERIFY_AUDIT)
def audit_checks(request: HttpRequest) -> HttpResponse:
    checks = latest_checks()
    latest = checks[0] if checks else None
    running = latest is not None and latest.state in (AuditCheckState.WAITING, AuditCheckState.RUNNING)
    share = round(100 * latest.events / latest.expected) if latest and latest.expected else 0
    context = {"checks": checks, "latest": latest, "running": running, "percent": min(share, 100)}
    return page(request, "registry/audit_checks.html", context)


@requires(Permission.VERIFY_AUDIT)
def audit_check_new(request: HttpRequest) -> HttpResponse:
    to = reverse("registry:audit_checks")
    if request.method != "POST":
        return HttpResponse(status=303, headers={"Location": to})

    def ask() -> None:
        with transaction.atomic():
            check = ask_audit_check(by=request.user, at=request.now)
            check_audit.defer(check_id=check.pk, timestamp=int(request.now.timestamp()))

    return after_act(request, ask, to=to, said="已开始核验，完成后结果显示在本页。")


def _filters(request: HttpRequest) -> AuditFilters:
    """From the URL. Without dates: the last thirty days, or all time of one object."""
    subject = _subject(request)
    since, until = read_day(words(request, "since")), read_day(words(request, "until"))
    if since is None and until is None and subject is None:
        since = _month_before(localdate(request.now))
    return AuditFilters(
        verb=chosen(request, "verb", AuditVerb),
        act=chosen(request, "act", act_table()),
        who=words(request, "who"),
        subject=subject,
        since=since,
        until=until,
    )


def _subject(request: HttpRequest) -> tuple[str, str] | None:
    """A person by file number, or anything as a row of the list names it."""
    number = words(request, "person").replace(" ", "")
    if number:  # year and our own id; what is no file number finds nothing
        known = number.isascii() and number.isdigit() and len(number) >= 12
        return "registry.Person", str(int(number[4:])) if known else "0"
    kind, _, pk = words(request, "subject").partition(":")
    return (kind, pk) if kind in subject_table() and pk else None


def _month_before(day: date) -> date:
    return day - timedelta(days=DEFAULT_DAYS)


urlpatterns = [
    path("office/audit/", audit, name="audit"),
    path("office/audit/export/", audit_export, name="audit_export"),
    path("office/audit/checks/", audit_checks, name="audit_checks"),
    path("office/audit/checks/new/", audit_check_new, name="audit_check_new"),
]
