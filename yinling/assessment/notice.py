"""The notice of a result 能力评估结果告知书 as a letter."""

from datetime import date, datetime

from django.utils.timezone import localdate

from yinling.assessment.choices import AssessmentState, Purpose
from yinling.assessment.models import Assessment
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.telling import plain_day
from yinling.core.letters import Column, Heading, Letter, Paragraph, Table
from yinling.rulebook.assessing import load as load_rules
from yinling.rulebook.instruments import load as load_instruments


def issuer_of(row: Assessment) -> str:
    """The body of whoever accepted the request: the notice is an act of the bureau, not of the assessors."""
    decided = row.request.decided_by if row.request else None
    body = decided.organisation if decided else None
    return body.name if body else "民政部门"


def paragraphs_of(row: Assessment, today: date | None = None) -> list[str]:
    """What the notice says, in order: the result, its validity, how to object; read on a later day, that the term for
    an objection is over."""
    instrument = load_instruments()[row.instrument]
    purpose = Purpose(row.purpose).label
    upheld = row.request.disputed if row.state == AssessmentState.UPHELD and row.request else None
    holds = upheld or row  # what a review upholds is valid as it was
    said = [
        f"您（或您的家属）为{purpose}申请的能力评估，已由评估人员按《{instrument.name}》（{instrument.standard}）完成。",
        f"评估结论为：{level_words(row.instrument, row.level)}。",
        f"结论自 {plain_day(holds.valid_from)}起有效，有效期至 {plain_day(holds.last_day)}，到期以前应当重新评估。身体状况有明显变化的，可以随时申请即时评估。",
    ]
    if upheld is not None:
        said.insert(2, f"本次为复评，等级与原结论（{upheld.number}）相同，维持原结论，有效期按原结论计算。")
    if row.object_by and today is not None and today > row.object_by:
        said.append(
            f"提出异议的期限到 {plain_day(row.object_by)}为止，已经过了。情况有变化的，可以申请即时评估。"
        )
    elif row.object_by:
        said.append(
            f"对结论有异议的，请在 {plain_day(row.object_by)}以前提出，由其他评估人员复评。可以到村居、镇街或民政窗口当面提出，也可以打电话或在网上提出。"
        )
    elif row.request and row.request.disputed_id:
        said.append("复评结论是最终结论。情况有变化的，可以申请即时评估。")
    return said


def cautions_of(row: Assessment) -> list[str]:
    """What of it is not settled policy: said on the paper itself."""
    instrument, rules = load_instruments()[row.instrument], load_rules()[row.instrument]
    said = []
    if not instrument.verified:
        said.append("所用标准的部分数据尚未与官方文本核对，结论为示意。")
    if rules.illustrative:
        said.append("异议等期限为演示默认，正式使用前以主管部门核定的为准。")
    return said


def steps_of(row: Assessment) -> list[str]:
    """The reasons from the totals on: the totals themselves stand in the table above."""
    domains = load_instruments()[row.instrument].domains
    told: list[str] = (row.result or {}).get("reasons", [])
    return told[len(domains) :]


def letter_of(row: Assessment, at: datetime) -> Letter:
    """The notice for Word."""
    result = row.result or {}
    instrument = load_instruments()[row.instrument]
    totals = [
        (d.name, f"{result['totals'][d.code]}", f"{d.highest}") for d in instrument.domains
    ]  # fmt: skip
    members = "、".join(m.account.full_name for m in row.members.select_related("account").order_by("pk"))
    blocks = [
        *(Paragraph(text) for text in paragraphs_of(row)),
        Heading("一、各项得分"),
        Table("", [Column("能力", 3), Column("得分", 1, "right"), Column("满分", 1, "right")], totals),
        Heading("二、等级是怎样得出的"),
        *(Paragraph(text) for text in steps_of(row)),
        Paragraph(f"评估人员：{members}。"),
        *(Paragraph(f"注：{text}", small=True) for text in cautions_of(row)),
    ]
    return Letter(
        issuer=issuer_of(row),
        document_number=row.number,
        title="能力评估结果告知书",
        addressee=row.person.name,
        blocks=blocks,
        signed_on=localdate(row.signed_at),
        made_at=at,
    )
