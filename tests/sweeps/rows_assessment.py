"""Assessments: requests, appointments, sheets, results, registers; own results of elders and families."""

from datetime import timedelta
from types import SimpleNamespace

from tests.assessment import make
from tests.sweeps.table import Row
from tests.world import AT
from yinling.assessment.choices import Purpose
from yinling.assessment.operations.accepting import accept_result
from yinling.assessment.operations.requests import decide_request
from yinling.core.access.permissions import Permission as P

LATER = AT + timedelta(days=1)


def build(world: SimpleNamespace) -> None:
    """For the elder, a neighbour and one of another district: two conclusions, a request at every stage, a sheet going
    on. The neighbour's are given to others than the world's own assessor."""
    own = make.assessors(world)
    others = make.assessors(world, ("assessor_c", "assessor_d"))
    foreign = make.assessors(world, ("assessor2", "assessor_e"), world.foreign_assessors)
    world.register = SimpleNamespace(own=own[1], near=others[1], foreign=foreign[1])
    world.assessing = SimpleNamespace(
        own=_case(world.elder, own),
        near=_case(world.near_elder, others),
        foreign=_case(world.foreign_elder, foreign),
    )


def _case(person, people) -> SimpleNamespace:
    first = make.concluded(person, people, at=AT - timedelta(days=200))
    second = make.concluded(person, people, at=AT, changed={"B_1_1": 2}, reason="immediate")
    kept = accept_result(
        assessment=second, purpose=Purpose.CARE_SUBSIDY, reason="同一标准，按文件采信", by=None, at=AT
    )
    going = make.appointed(person, people, purpose=Purpose.HOME_CARE_BED)
    make.answered(going, going.members.order_by("pk").first().account)
    ready = make.request(person, purpose=Purpose.LTCI)
    decide_request(request=ready, accept=True, by=None, at=AT)
    asked = make.request(person, purpose=Purpose.CARE_SUBSIDY)
    return SimpleNamespace(
        person=person, first=first, second=second, kept=kept, going=going, ready=ready, asked=asked
    )


def _at(which: str, thing: str):
    return lambda w: {"pk": getattr(getattr(w.assessing, which), thing).pk}


def _of_person(which: str):
    return lambda w: {"pk": getattr(w.assessing, which).person.pk}


def _pair(which: str):
    return lambda w: {
        "pk": getattr(w.assessing, which).first.pk,
        "other": getattr(w.assessing, which).second.pk,
    }


def _kept(which: str):
    return lambda w: {
        "pk": getattr(w.assessing, which).second.pk,
        "acceptance": getattr(w.assessing, which).kept.pk,
    }


def _own_result(which: str):
    return lambda w: {
        "pk": getattr(w.assessing, which).person.pk,
        "assessment": getattr(w.assessing, which).second.pk,
    }


def _own_request(which: str):
    return lambda w: {
        "pk": getattr(w.assessing, which).person.pk,
        "asked": getattr(w.assessing, which).asked.pk,
    }


def _row(name: str, permission: P, thing, near: bool = True, given: bool = True, **more) -> Row:
    """About what stands in each case: the own, the neighbour's, the other district's."""
    make_args = thing if callable(thing) else lambda which: _at(which, thing)
    return Row(
        f"assessment:{name}",
        permission,
        args=make_args("own"),
        near=make_args("near") if near else None,
        foreign=make_args("foreign"),
        given_to_assessor=given,
        **more,
    )


def _post(name: str, permission: P, thing, data=None, status: int = 303, near: bool = True) -> Row:
    return _row(name, permission, thing, near, data=lambda w: data or {}, status=status)


REASON = {"reason": "情况有变，重新安排"}
ROWS = [
    Row("assessment:requests", P.VIEW_ASSESSMENTS, query="state=late&purpose=admission&reason=first"),
    _row("request_new", P.REQUEST_ASSESSMENT, _of_person, near=False, query="purpose=ltci"),
    _row("request", P.VIEW_ASSESSMENTS, "ready", given=False, near=False),
    _row("receipt", P.VIEW_ASSESSMENTS, "ready", given=False, near=False),
    _post("request_decide", P.ARRANGE_ASSESSMENT, "asked", {"accept": "1"}, near=False),
    _post("request_withdraw", P.REQUEST_ASSESSMENT, "asked", REASON, near=False),
    _row("appoint", P.ARRANGE_ASSESSMENT, "ready", near=False),
    _row("appointment_change", P.ARRANGE_ASSESSMENT, "going", near=False),
    _post("appointment_cancel", P.ARRANGE_ASSESSMENT, "going", REASON, near=False),
    _row("assessment", P.VIEW_ASSESSMENTS, "second"),
    _row("notice", P.VIEW_ASSESSMENTS, "second"),
    _row("notice_file", P.VIEW_ASSESSMENTS, "second", fragments=False),
    _row("notice_pdf", P.VIEW_ASSESSMENTS, "second", fragments=False),
    _post("deliver", P.REQUEST_ASSESSMENT, "second", {"how": "当面送达"}, near=False),
    _row("objection", P.REQUEST_ASSESSMENT, "second", near=False),
    _row("acceptance", P.ACCEPT_RESULT, "second", near=False),
    _row("comparison", P.VIEW_ASSESSMENTS, _pair),
    _post("acceptance_withdraw", P.ACCEPT_RESULT, _kept, REASON, near=False),
    _row("outside_result", P.ARRANGE_ASSESSMENT, _of_person, near=False),
    Row("assessment:due", P.VIEW_ASSESSMENTS, query="days=180&asked=no&purpose=admission"),
    Row("assessment:due_export", P.EXPORT_ROWS, query="days=180", fragments=False),
    Row("assessment:assessors", P.ARRANGE_ASSESSMENT, query="everyone=1"),
    Row(
        "assessment:assessor_end",
        P.ARRANGE_ASSESSMENT,
        args=lambda w: {"pk": w.register.own.pk},
        foreign=lambda w: {"pk": w.register.foreign.pk},
        data=lambda w: {"reason": "离职"},
        status=303,
    ),
    Row("assessment:work", P.ASSESS),
    _row("sheet", P.ASSESS, "going"),
    _post("sheet_save", P.ASSESS, "going", {"revision": "1", "base": "{}", "B.1.1": "3"}),
    _row("review", P.ASSESS, "going"),
    _post("sign", P.ASSESS, "going", {"revision": "1"}),
    _post("unsign", P.ASSESS, "going", REASON),
    _row("my_results", P.VIEW_OWN_FILE, _of_person),
    _row("my_objection", P.VIEW_OWN_FILE, _own_result),
    _row("my_request_new", P.VIEW_OWN_FILE, _of_person, query="purpose=ltci"),
    _row("my_request", P.VIEW_OWN_FILE, _own_request),
]
