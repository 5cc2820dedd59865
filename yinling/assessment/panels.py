"""能力评估 on the person's page, and on 我的档案 in plain words."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from yinling.assessment.choices import Purpose, RequestState
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.results import list_results
from yinling.assessment.queries.telling import standing_of, step_of
from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.registry.choices import PersonState
from yinling.registry.models import Person
from yinling.registry.panels import Panel, register_own_panel, register_panel


def load(person: Person, actor: Account, at: datetime) -> dict[str, Any]:
    """Level, valid until, history; what is on its way; the link to compare the last two of one instrument."""
    today = localdate(at)
    results = list_results(person=person, actor=actor)
    asked = AssessmentRequest.objects.visible_to(actor).filter(person=person).order_by("-pk")[:10]
    open_ones = [r for r in asked if r.is_open]
    accepted = {
        pk: str(Purpose(purpose).label)
        for pk, purpose in person.result_acceptances.filter(withdrawn_at=None).values_list(
            "assessment_id", "purpose"
        )
    }
    return {
        "results": [
            (
                r,
                level_words(r.instrument, r.level),
                str(Purpose(r.purpose).label),
                standing_of(r, today),
                accepted.get(r.pk, ""),
            )
            for r in results
        ],
        "open_requests": [
            (r, str(Purpose(r.purpose).label), str(RequestState(r.state).label)) for r in open_ones
        ],
        "pair": _pair(results),
        "may_request": actor.may(Permission.REQUEST_ASSESSMENT) and person.state == PersonState.ACTIVE,
        "may_enter": actor.may(Permission.ARRANGE_ASSESSMENT) and person.state == PersonState.ACTIVE,
        "may_compare": actor.may(Permission.ARRANGE_ASSESSMENT),
    }


def load_own(person: Person, actor: Account, at: datetime) -> dict[str, Any]:
    """The newest result for each purpose, and where what was asked for stands, in plain words."""
    today = localdate(at)
    newest: dict[str, Assessment] = {}
    for row in list_results(person=person, actor=actor):
        if row.state == "signed":
            newest.setdefault(row.purpose, row)
    return {
        "results": [
            (r, level_words(r.instrument, r.level), str(Purpose(r.purpose).label), standing_of(r, today))
            for r in newest.values()
        ],
        "steps": [
            step_of(r)
            for r in _asked(person, actor).filter(state__in=(RequestState.ASKED, RequestState.ACCEPTED))
        ],
        "may_ask": person.state == PersonState.ACTIVE,
    }


def _asked(person: Person, actor: Account) -> QuerySet[AssessmentRequest]:
    return AssessmentRequest.objects.visible_to(actor).filter(person=person).distinct().order_by("-pk")


def _pair(results: list[Assessment]) -> tuple[int, int] | None:
    """Ids of the two newest that were answered item by item, by one instrument: the older first."""
    inside = [r for r in results if r.itemised]
    for i, newer in enumerate(inside):
        for older in inside[i + 1 :]:
            if older.instrument == newer.instrument:
                return older.pk, newer.pk
    return None


def register() -> None:
    """Called when the room is ready."""
    see, own = Permission.VIEW_ASSESSMENTS, Permission.VIEW_OWN_FILE
    register_panel(Panel("assessment", "能力评估", 45, see, "assessment/panel.html", load))
    register_own_panel(Panel("assessment", "能力评估", 45, own, "assessment/own_panel.html", load_own))
