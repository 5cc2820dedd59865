"""Answers, saved one by one or in a batch that waited for the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from yinling.assessment.checks import given_assessment, instrument_of
from yinling.assessment.choices import AssessmentState
from yinling.assessment.models import Assessment, AssessmentMember
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.assessment.reading_out import answer_words
from yinling.engines.assessment.scoring import AnswerNotAnOption, check_answer, check_particular
from yinling.kernel.errors import DomainError
from yinling.kernel.instruments import Instrument

MOST = 200  # changes in one batch
LONGEST = 2000  # characters of a written answer


class AnswersSigned(DomainError):
    """Somebody has signed: the answers stay as they are."""


@dataclass(frozen=True)
class Conflict:
    """An answer that another assessor changed meanwhile. `mine` and `theirs` in words."""

    code: str
    name: str
    mine: str
    theirs: str
    by: str
    at: str


class StaleRevision(DomainError):
    """The sheet was changed by somebody else since it was read; `conflicts` says where, nothing was saved."""

    def __init__(self, message: str, conflicts: list[Conflict] | None = None, revision: int = 0) -> None:
        super().__init__(message)
        self.conflicts = conflicts or []
        self.revision = revision


@transaction.atomic
def save_answers(
    *, assessment: Assessment, revision: int, changes: Mapping[str, Any], by: Account, at: datetime
) -> Assessment:
    """Save answers that were given on the sheet as of `revision`; None clears one.

    What others changed elsewhere on the sheet does no harm. The same batch again changes nothing. Raises
    StaleRevision when another assessor answered the same item otherwise, AnswersSigned, AssessmentClosed,
    AnswerNotAnOption, OutOfScope.
    """
    row, members = given_assessment(assessment, by)
    instrument = instrument_of(row)
    given = {code: _clean(instrument, code, value) for code, value in list(changes.items())[: MOST + 1]}
    if len(given) > MOST:
        raise AnswerNotAnOption(f"一次最多保存 {MOST} 项，请分次保存。")
    new = {code: value for code, value in given.items() if _held(row, instrument, code) != value}
    if not new:
        return row
    if any(m.signed_at for m in members):
        raise AnswersSigned("已有评估员签名，评分不能再改。确实需要改的，请先撤回签名，改好后重新签名。")
    conflicts = [
        _conflict(row, instrument, members, code, value)
        for code, value in new.items()
        if _changed_by_another(row, code, revision, by)
    ]
    if conflicts or revision > row.revision:
        raise StaleRevision(_told(conflicts), conflicts, row.revision)
    _write(row, instrument, new, by, at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="save_answers",
        subject=row,
        after={"条目": sorted(new), "修订号": row.revision},
    )
    return row


def _clean(instrument: Instrument, code: str, value: Any) -> Any:
    if value is None:
        if code not in instrument.by_code and code not in instrument.questions_by_code:
            raise AnswerNotAnOption(f"“{instrument.name}”没有条目 {code}，请核对所用的评估标准。")
        return None
    if code in instrument.by_code:
        check_answer(instrument, code, value)
        return value
    if isinstance(value, str):
        value = value.strip().replace("\x00", "")[:LONGEST]
    check_particular(instrument, code, value)
    if isinstance(value, list):
        value = sorted(value)
    return value or None if isinstance(value, str | list) else value


def _held(row: Assessment, instrument: Instrument, code: str) -> Any:
    return (row.answers if code in instrument.by_code else row.particulars).get(code)


def _write(
    row: Assessment, instrument: Instrument, new: Mapping[str, Any], by: Account, at: datetime
) -> None:
    row.revision += 1
    if row.started_at is None:
        row.started_at, row.state = at, AssessmentState.UNDERWAY
    for code, value in new.items():
        held = row.answers if code in instrument.by_code else row.particulars
        if value is None:
            held.pop(code, None)
        else:
            held[code] = value
        row.traces[code] = [row.revision, by.pk if by else None, at.isoformat()]
    row.save(
        update_fields=["answers", "particulars", "traces", "revision", "started_at", "state"],
    )


def _changed_by_another(row: Assessment, code: str, revision: int, by: Account) -> bool:
    """One's own later answer is no conflict: a batch may arrive twice, or after the next one was given."""
    at, account, _ = row.traces.get(code, [0, None, ""])
    return bool(at > revision and account != by.pk)


def _conflict(
    row: Assessment, instrument: Instrument, members: list[AssessmentMember], code: str, value: Any
) -> Conflict:
    _, account, when = row.traces[code]
    who = next((m.account.full_name for m in members if m.account_id == account), "另一位评估员")
    at = parse_datetime(when)
    asked = instrument.by_code.get(code) or instrument.questions_by_code[code]
    return Conflict(
        code,
        asked.name,
        answer_words(asked.by_score, value),
        answer_words(asked.by_score, _held(row, instrument, code)),
        who,
        f"{localtime(at):%H:%M}" if at else "",
    )


def _told(conflicts: list[Conflict]) -> str:
    if not conflicts:
        return "评估表已有更新，这一页的版本不对，没有保存。请刷新后再填。"
    said = "；".join(
        f"“{c.name}”已由{c.by}在 {c.at} 填为“{c.theirs}”，您填的是“{c.mine}”" for c in conflicts[:5]
    )
    return f"{said}。没有保存您的填写，请两人商量后选择保留哪一个。"
