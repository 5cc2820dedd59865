"""What assessors do: their work, the sheet on a tablet, review and signature."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.assessment.choices import AssessmentState, Purpose
from yinling.assessment.models import Assessment
from yinling.assessment.operations.answering import StaleRevision, save_answers
from yinling.assessment.operations.notices import open_sheet
from yinling.assessment.operations.signing import sign_assessment, withdraw_signatures
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.lists import list_work
from yinling.assessment.queries.telling import progress_of, sheet_of
from yinling.assessment.scoring import score_sheet
from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.engines.assessment.reading_out import reasons
from yinling.kernel.errors import DomainError
from yinling.kernel.instruments import Instrument
from yinling.registry.choices import Sex
from yinling.registry.queries.people import age_on
from yinling.rulebook.instruments import load as load_instruments

ASSESS = Permission.ASSESS


@never_cache
@requires(ASSESS)
def work(request: HttpRequest) -> HttpResponse:
    going, done = list_work(actor=request.user, at=request.now)
    return page(request, "assessment/work.html", {"going": going, "done": done})


@never_cache
@requires(ASSESS)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One item at a time with the script, one long form without it."""
    row = _given(request, pk)
    if not row.is_open:
        return HttpResponseRedirect(reverse("assessment:assessment", args=[row.pk]))
    open_sheet(assessment=row, by=request.user, at=request.now)
    return _sheet(request, row)


def _sheet(
    request: HttpRequest,
    row: Assessment,
    *,
    typed: dict[str, Any] | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    instrument = load_instruments()[row.instrument]
    held = {**row.particulars, **row.answers}
    done, wanted = progress_of(row)
    context = {
        **_about(row, request),
        "instrument": instrument,
        "steps": _steps(instrument),
        "held": {**held, **(typed or {})},
        "base": json.dumps(held, ensure_ascii=False),
        "revision": row.revision,
        "signed": [m.account.full_name for m in row.members.all() if m.signed_at],
        "done": done,
        "wanted": wanted,
        "refused": refused,
    }
    return page(request, "assessment/sheet.html", context, status=status)


def _steps(instrument: Instrument) -> list[dict[str, Any]]:
    """Questions and items in the order of the form: `kind` is one, many or text."""
    domains = {d.code: d.name for d in instrument.domains}
    asked = [
        {
            "code": q.code,
            "name": q.name,
            "part": "基本信息和健康问题",
            "options": [(o.score, o.label) for o in q.options],
            "kind": "text" if not q.options else "many" if q.many else "one",
            "required": q.required,
            "help": q.help,
            "scored": False,
        }
        for q in instrument.questions
    ]
    scored = [
        {
            "code": i.code,
            "name": i.name,
            "part": domains[i.domain],
            "options": sorted(((o.score, o.label) for o in i.options), reverse=True),
            "kind": "one",
            "required": True,
            "help": "",
            "scored": True,
        }
        for i in instrument.items
    ]
    return asked + scored


@never_cache
@require_POST
@requires(ASSESS)
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Save: JSON from the tablet, answered with JSON; or the plain form. A clash is 409 and says with whom."""
    row = _given(request, pk)
    if request.content_type == "application/json":
        return _from_tablet(request, row)
    instrument = load_instruments()[row.instrument]
    typed = _typed(request.POST, instrument)
    base = _read_object(request.POST.get("base", "{}"))
    changes = {code: value for code, value in typed.items() if base.get(code) != value}
    try:
        save_answers(
            assessment=row,
            revision=_number(request.POST.get("revision")),
            changes=changes,
            by=request.user,
            at=request.now,
        )
    except DomainError as error:
        row.refresh_from_db()
        clash = isinstance(error, StaleRevision)
        more = "再次保存将以您填的为准。" if clash else ""
        return _sheet(
            request, row, typed=changes, refused=f"{error.message}{more}", status=409 if clash else 422
        )
    messages.success(request, "已保存。")
    to = "assessment:review" if request.POST.get("then") == "review" else "assessment:sheet"
    return HttpResponseRedirect(reverse(to, args=[row.pk]), status=303)


def _from_tablet(request: HttpRequest, row: Assessment) -> JsonResponse:
    """`{"revision": 3, "changes": {"B.1.1": 4}}`; the answer tells all answers, so that two tablets agree."""
    sent = _read_object(request.body.decode("utf-8", "replace"))
    changes, revision = sent.get("changes"), sent.get("revision")
    if not isinstance(changes, dict) or not isinstance(revision, int) or isinstance(revision, bool):
        return JsonResponse(
            {"message": "请求读不懂，没有保存。请刷新后再试。", "code": "Unreadable"}, status=400
        )
    try:
        saved = save_answers(
            assessment=row, revision=revision, changes=changes, by=request.user, at=request.now
        )
    except StaleRevision as error:
        row.refresh_from_db()
        told = {
            "message": error.message,
            "code": error.code,
            "conflicts": [vars(c) for c in error.conflicts],
            **_state(row),
        }
        return JsonResponse(told, status=409)
    except DomainError as error:
        row.refresh_from_db()
        status = 409 if error.code in ("AnswersSigned", "AssessmentClosed") else 422
        return JsonResponse({"message": error.message, "code": error.code, **_state(row)}, status=status)
    return JsonResponse(_state(saved))


def _state(row: Assessment) -> dict[str, Any]:
    done, wanted = progress_of(row)
    return {
        "revision": row.revision,
        "answers": {**row.particulars, **row.answers},
        "done": done,
        "wanted": wanted,
    }


def _read_object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _typed(post: QueryDict, instrument: Instrument) -> dict[str, Any]:
    """What the form says; an item that was left open is not in it."""
    found: dict[str, Any] = {}
    for code in instrument.by_code:
        if post.get(code, "") != "":
            found[code] = _score(post[code])
    for code, question in instrument.questions_by_code.items():
        if question.many:
            picked = sorted(_score(v) for v in post.getlist(code) if v)
            found[code] = picked or None
        elif not question.options:
            if code in post:
                found[code] = post[code].strip() or None
        elif post.get(code, "") != "":
            found[code] = _score(post[code])
    return found


def _score(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


@never_cache
@requires(ASSESS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers once more, and what they come to, before signing."""
    row = _given(request, pk)
    if not row.is_open:
        return HttpResponseRedirect(reverse("assessment:assessment", args=[row.pk]))
    open_sheet(assessment=row, by=request.user, at=request.now)
    instrument = load_instruments()[row.instrument]
    result, missing = None, ""
    try:
        result = score_sheet(row)
    except DomainError as error:
        missing = error.message
    members = list(row.members.all())
    mine = next((m for m in members if m.account_id == request.user.pk), None)
    context = {
        **_about(row, request),
        "instrument": instrument,
        "parts": sheet_of(row),
        "result": result,
        "level": level_words(row.instrument, result.level) if result else "",
        "reasons": reasons(instrument, result) if result else [],
        "missing": missing,
        "members": members,
        "signed": mine is not None and mine.signed_at is not None,
        "any_signed": any(m.signed_at for m in members),
        "revision": row.revision,
    }
    return page(request, "assessment/review.html", context)


@require_POST
@requires(ASSESS)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    row = _given(request, pk)
    try:
        signed = sign_assessment(
            assessment=row,
            revision=_number(request.POST.get("revision")),
            by=request.user,
            at=request.now,
        )
    except DomainError as error:
        messages.error(request, error.message)
        to = "assessment:review" if row.is_open else "assessment:assessment"
        return HttpResponseRedirect(reverse(to, args=[row.pk]), status=303)
    if signed.is_concluded:
        messages.success(request, "全部评估员已签名，结论已经出具。")
        return HttpResponseRedirect(reverse("assessment:assessment", args=[row.pk]), status=303)
    messages.success(request, "已签名。等其他评估员签名后出具结论。")
    return HttpResponseRedirect(reverse("assessment:work"), status=303)


@require_POST
@requires(ASSESS)
def unsign(request: HttpRequest, pk: int) -> HttpResponse:
    row = _given(request, pk)
    return after_act(
        request,
        lambda: withdraw_signatures(
            assessment=row, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=reverse("assessment:sheet", args=[row.pk]),
        said="签名已撤回，可以修改；改好后全部评估员要重新签名。",
    )


def _given(request: HttpRequest, pk: int) -> Assessment:
    """An assessment given to the reader, or 404."""
    seen = Assessment.objects.filter(members__account=request.user).select_related("person__division__parent")
    return get_object_or_404(seen.prefetch_related("members__account"), pk=pk)


def _about(row: Assessment, request: HttpRequest) -> dict[str, Any]:
    person = row.person
    return {
        "row": row,
        "person": person,
        "about": f"{Sex(person.sex).label}　{age_on(person.born_on, localdate(request.now))} 岁　{person.division}",
        "purpose": Purpose(row.purpose).label,
        "state": AssessmentState(row.state).label,
    }


_SHEET = "office/assessing/<int:pk>/"
urlpatterns = [
    path("office/assessing/", work, name="work"),
    path(_SHEET, sheet, name="sheet"),
    path(f"{_SHEET}answers/", answers, name="sheet_save"),
    path(f"{_SHEET}review/", review, name="review"),
    path(f"{_SHEET}signature/", sign, name="sign"),
    path(f"{_SHEET}signature/withdrawal/", unsign, name="unsign"),
]
