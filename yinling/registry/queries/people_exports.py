"""Rows of the people's list for export, and the exports that were asked for."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from yinling.core.models import Account, Division
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import (
    CategoryKind,
    ExportState,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PersonState,
    Sex,
)
from yinling.registry.models import PeopleExport, PersonIdentifier
from yinling.registry.queries import people as reads

HEADINGS = (
    "姓名", "性别", "出生日期", "年龄", "证件类型", "证件号码", "联系电话", "区市", "镇街", "村居", "详细地址", "居住状况",
    "医疗保险", "人员类别", "状态", "建档日期", "档案号",
)  # fmt: skip
_PIECE = 2_000


def filters_of(stored: dict[str, str]) -> reads.PeopleFilters:
    """Of what a PeopleExport keeps; the division by its id."""
    given = {k: v for k, v in stored.items() if k != "division"}
    division = Division.objects.filter(pk=stored["division"]).first() if stored.get("division") else None
    return reads.PeopleFilters(division=division, **given)


def export_rows(
    *, actor: Account, filters: reads.PeopleFilters, today: date, in_full: bool
) -> Iterator[list[str]]:
    """Rows under HEADINGS, some thousand at a time in memory; number, phone and address masked unless in full."""
    found = reads.filtered(actor, filters, today)
    fields = (
        "pk", "name", "sex", "born_on", "phone", "address", "division__parent__parent__name",
        "division__parent__name", "division__name", "living", "insurance", "state", "registered_on", "file_number",
    )  # fmt: skip
    last = 0
    while rows := list(found.filter(pk__gt=last).order_by("pk").values_list(*fields)[:_PIECE]):
        last = rows[-1][0]
        people = [row[0] for row in rows]
        categories = reads.categories_of(people, today)
        documents = PersonIdentifier.objects.filter(person_id__in=people, is_main=True)
        number_of = {pk: (kind, n) for pk, kind, n in documents.values_list("person_id", "kind", "number")}
        for row in rows:
            (
                pk,
                name,
                sex,
                born_on,
                phone,
                address,
                district,
                town,
                village,
                living,
                insurance,
                state,
                since,
                file,
            ) = row
            kind, number = number_of.get(pk, ("", ""))
            yield [
                name, str(Sex(sex).label), born_on.isoformat(), str(reads.age_on(born_on, today)),
                str(IdentifierKind(kind).label) if kind else "",
                number if in_full else mask_id_number(number),
                phone if in_full else mask_phone(phone),
                district or "", town or "", village,
                address if in_full else ("（已登记）" if address else ""),
                str(LivingSituation(living).label), str(InsuranceKind(insurance).label),
                "、".join(categories.get(pk, ())), str(PersonState(state).label), since.isoformat(), file,
            ]  # fmt: skip


def count_rows(*, actor: Account, filters: reads.PeopleFilters, today: date, most: int) -> int:
    """At most `most`."""
    return reads.filtered(actor, filters, today).order_by()[:most].count()


def list_exports(*, actor: Account) -> QuerySet[PeopleExport]:
    """One's own, and those of the scope that wait for a second person; the newest first."""
    seen = PeopleExport.objects.visible_to(actor).select_related("asked_by", "decided_by", "file")
    return seen.filter(Q(asked_by=actor) | Q(state=ExportState.WAITING)).order_by("-asked_at")[:50]


def wording_of(filters: reads.PeopleFilters, actor: Account) -> str:
    """The filters in words, for who approves and for the file's head."""
    words = [filters.division.name if filters.division else actor.division.name, reads.AGES[filters.ages][0]]
    for value, labels in (
        (filters.category, CategoryKind), (filters.living, LivingSituation), (filters.insurance, InsuranceKind),
        (filters.sex, Sex), (filters.state, PersonState),
    ):  # fmt: skip
        if value:
            words.append(str(labels(value).label))
    return "、".join(words)
