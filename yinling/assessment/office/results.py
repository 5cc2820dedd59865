"""A result: its page, notice, delivery, objection, acceptance for another purpose, comparison, outside results."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.assessment.choices import AssessmentState, Channel, Purpose, Reason
from yinling.assessment.forms import AcceptForm, ObjectForm, OutsideForm
from yinling.assessment.models import CONCLUDED, Assessment, ResultAcceptance
from yinling.assessment.notice import cautions_of, issuer_of, letter_of, paragraphs_of, steps_of
from yinling.assessment.operations.accepting import accept_result, withdraw_acceptance
from yinling.assessment.operations.notices import deliver_notice, download_notice, open_sheet
from yinling.assessment.operations.outside import OutsideResult, record_outside_result
from yinling.assessment.operations.requests import object_to_result
from yinling.assessment.policies.disputing import can_be_disputed
from yinling.assessment.policies.seeing import can_see_sheet
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.telling import compare, sheet_of, standing_of
from yinling.core.access.permissions import Permission
from yinling.core.letters import write
from yinling.core.letters.printing import PDF, print_letter
from yinling.core.web import after_act, attached, page, requires
from yinling.registry.office.choosing import chosen
from yinling.registry.office.filing import file_page, seen_person
from yinling.rulebook.assessing import accepted_for, instruments_for
from yinling.rulebook.instruments import load as load_instruments

SEE = Permission.VIEW_ASSESSMENTS
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Given = dict[str, Any]


@never_cache
@requires(SEE)
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The conclusion and how it came about; answers for those who may see them."""
    row = _seen(request, pk)
    user, today = request.user, localdate(request.now)
    sees_sheet = can_see_sheet(user, row) and not row.outside_body
    if sees_sheet:
        open_sheet(assessment=row, by=user, at=request.now)
    accepted = row.acceptances.select_related("accepted_by").order_by("-pk")
    current = row.state == AssessmentState.SIGNED and row.valid_until is not None and row.valid_until > today
    older = (
        _same_kind(row, user).filter(signed_at__lt=row.signed_at).first()
        if row.signed_at and row.answers
        else None
    )
    context = {
        **_about(row),
        "standing": standing_of(row, today),
        "members": list(row.members.select_related("account").order_by("pk")),
        "parts": sheet_of(row) if sees_sheet and row.is_concluded else [],
        "acceptances": [(a, str(Purpose(a.purpose).label)) for a in accepted],
        "may_accept": current
        and user.may(Permission.ACCEPT_RESULT)
        and any(row.instrument in ids and p != row.purpose for p, ids in accepted_for().items()),
        "may_object": user.may(Permission.REQUEST_ASSESSMENT) and can_be_disputed(row, request.now),
        "may_deliver": user.may(Permission.REQUEST_ASSESSMENT)
        and row.state in (AssessmentState.SIGNED, AssessmentState.UPHELD)
        and not row.outside_body
        and row.delivered_at is None,
        "objection": row.review_requests.order_by("-pk").first(),
        "older": older if older is not None and sees_sheet else None,
        "is_member": user.may(Permission.ASSESS),
        "may_see_person": user.may(Permission.VIEW_PEOPLE),
    }
    return page(request, "assessment/assessment.html", context)


def _same_kind(row: Assessment, actor: Any) -> Any:
    """Other conclusions by the same instrument with answers, the newest first."""
    seen = Assessment.objects.visible_to(actor).filter(
        person=row.person_id, instrument=row.instrument, state__in=CONCLUDED, outside_body=""
    )
    return seen.exclude(answers={}).exclude(pk=row.pk).order_by("-signed_at", "-pk")


@never_cache
@requires(SEE)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """告知书, to be read and printed."""
    row = _noticed(request, pk)
    context = {
        **_about(row),
        "paragraphs": paragraphs_of(row),
        "issuer": issuer_of(row),
        "steps": steps_of(row),
        "cautions": cautions_of(row),
    }
    return page(request, "assessment/notice.html", context)


@never_cache
@requires(SEE)
def notice_file(request: HttpRequest, pk: int) -> HttpResponse:
    """As Word, or as PDF when the address says so."""
    row = _noticed(request, pk)
    download_notice(assessment=row, by=request.user, at=request.now)
    letter = letter_of(row, row.signed_at)
    pdf = request.resolver_match.url_name == "notice_pdf"
    content = print_letter(letter) if pdf else write(letter)
    name = f"能力评估结果告知书-{row.number}.{'pdf' if pdf else 'docx'}"
    return attached(HttpResponse(content, content_type=PDF if pdf else WORD), name)


def _noticed(request: HttpRequest, pk: int) -> Assessment:
    row = _seen(request, pk)
    if not row.is_concluded or row.outside_body:
        raise Http404
    return row


@require_POST
@requires(Permission.REQUEST_ASSESSMENT)
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    return after_act(
        request,
        lambda: deliver_notice(
            assessment=row, how=request.POST.get("how", ""), by=request.user, at=request.now
        ),
        to=reverse("assessment:assessment", args=[row.pk]),
        said="已登记送达，异议期限从今天起算。",
    )


@never_cache
@requires(Permission.REQUEST_ASSESSMENT)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    form = ObjectForm(request.POST or None)

    def act(given: Given) -> None:
        object_to_result(
            assessment=row,
            words=given["words"],
            channel=Channel(given["channel"]),
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row.person, to=reverse("assessment:assessment", args=[row.pk]),
        title="对评估结论提出异议", submit="提出", said="异议已登记，受理后由其他评估员复评。",
        lead=f"结论：{level_words(row.instrument, row.level)}，编号 {row.number}。",
    )  # fmt: skip


@never_cache
@requires(Permission.ACCEPT_RESULT)
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    form = AcceptForm(request.POST or None, instrument=row.instrument, own=row.purpose)

    def act(given: Given) -> None:
        accept_result(
            assessment=row,
            purpose=Purpose(given["purpose"]),
            reason=given["reason"],
            by=request.user,
            at=request.now,
        )

    return file_page(
        request, form, act, person=row.person, to=reverse("assessment:assessment", args=[row.pk]),
        title="采信评估结论", submit="采信", said="已采信。等级仍按原标准显示，不作换算。",
        lead=f"{Purpose(row.purpose).label}：{level_words(row.instrument, row.level)}，编号 {row.number}。",
    )  # fmt: skip


@require_POST
@requires(Permission.ACCEPT_RESULT)
def acceptance_withdraw(request: HttpRequest, pk: int, acceptance: int) -> HttpResponse:
    row = _seen(request, pk)
    held = get_object_or_404(ResultAcceptance.objects.select_related("person"), pk=acceptance, assessment=row)
    return after_act(
        request,
        lambda: withdraw_acceptance(
            acceptance=held, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=reverse("assessment:assessment", args=[row.pk]),
        said="采信已撤销。",
    )


@never_cache
@requires(SEE)
def comparison(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two conclusions of one person by one instrument; the older first, whichever is named first. Item by item for
    those who may see answers, the others see levels and totals."""
    row = _seen(request, pk)
    second = _same_kind(row, request.user).filter(pk=other).first()
    if second is None or not row.is_concluded or not row.answers:
        raise Http404
    sees_sheet = can_see_sheet(request.user, row)
    if sees_sheet:
        open_sheet(assessment=row, by=request.user, at=request.now)
    before, after = sorted((row, second), key=lambda a: (a.signed_at, a.pk))
    context = {
        **_about(row),
        "before": before,
        "after": after,
        "levels": (
            level_words(before.instrument, before.level),
            level_words(after.instrument, after.level),
        ),
        "comparison": compare(before, after),
        "sees_sheet": sees_sheet,
    }
    return page(request, "assessment/comparison.html", context)


@never_cache
@requires(Permission.ARRANGE_ASSESSMENT)
def outside_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Another body's result, from its paper."""
    person = seen_person(request, pk)
    purpose = chosen(request, "purpose", Purpose, Purpose.LTCI.value)
    instrument = load_instruments()[instruments_for(purpose)[0]]
    form = OutsideForm(request.POST or None, instrument=instrument)

    def act(given: Given) -> None:
        wanted = OutsideResult(
            purpose=Purpose(purpose),
            instrument=instrument.id,
            totals=form.totals(instrument),
            level=given["level"],
            body=given["body"],
            number=given["number"],
            issued_on=given["issued_on"],
            conditions=form.conditions(instrument),
        )
        record_outside_result(person=person, given=wanted, by=request.user, at=request.now)

    return file_page(
        request, form, act, person=person, part="assessment", title="登记其他机构出具的结论", submit="登记",
        said="结论已登记。用于其他用途的，请在结论页办理采信。",
        lead=f"用途：{Purpose(purpose).label}；标准：{instrument.name}（{instrument.standard}）。请照原件填写，系统会核对分数和等级是否相符。",
    )  # fmt: skip


def _seen(request: HttpRequest, pk: int) -> Assessment:
    seen = Assessment.objects.visible_to(request.user).distinct()
    return get_object_or_404(
        seen.select_related("person__division__parent", "request__decided_by__organisation"), pk=pk
    )


def _about(row: Assessment) -> dict[str, Any]:
    return {
        "row": row,
        "person": row.person,
        "instrument": load_instruments()[row.instrument],
        "purpose": Purpose(row.purpose).label,
        "state": AssessmentState(row.state).label,
        "reason": Reason(row.request.reason).label if row.request else "",
        "level": level_words(row.instrument, row.level),
        "result": row.result or {},
    }


_ONE = "office/assessments/<int:pk>/"
urlpatterns = [
    path(_ONE, assessment, name="assessment"),
    path(f"{_ONE}notice/", notice, name="notice"),
    path(f"{_ONE}notice.docx", notice_file, name="notice_file"),
    path(f"{_ONE}notice.pdf", notice_file, name="notice_pdf"),
    path(f"{_ONE}delivery/", deliver, name="deliver"),
    path(f"{_ONE}objection/", objection, name="objection"),
    path(f"{_ONE}acceptance/", acceptance, name="acceptance"),
    path(f"{_ONE}acceptance/<int:acceptance>/withdrawal/", acceptance_withdraw, name="acceptance_withdraw"),
    path(f"{_ONE}comparison/<int:other>/", comparison, name="comparison"),
    path("office/people/<int:pk>/assessments/outside/", outside_result, name="outside_result"),
]
