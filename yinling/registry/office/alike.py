"""The step before a second file is opened: “可能是同一人”, both side by side, and the clerk says which it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from yinling.core.web import page
from yinling.engines.linkage.records import full_number
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import IdentifierKind, PersonState, Sex
from yinling.registry.forms import StyledForm
from yinling.registry.identity import read_identifier
from yinling.registry.models import Person
from yinling.registry.operations.finding import note_alike
from yinling.registry.queries.alike import Alike, LikelySame, likely_same
from yinling.registry.queries.people import main_numbers

ELSEWHERE = (
    "这个证件号码在您的辖区以外已建有档案，一人只有一份档案。本人迁来居住的，请申请市内迁移；"
    "对此有疑问的，请联系市民政局核对。"
)


@dataclass(frozen=True)
class Candidate:
    """A file beside what was typed: (label, typed, on file, whether they differ)."""

    person: Person
    alike: Alike
    lines: list[tuple[str, str, str, bool]]


@dataclass(frozen=True)
class Checked:
    """What was found, and what the clerk said about it. Call `note` once the file is open."""

    found: LikelySame
    reason: str

    def note(self, request: HttpRequest, made: Person) -> str:
        """Puts the pairs on record; a sentence for the page, or nothing."""
        if not self.found:
            return ""
        seen = [a.pk for a in self.found.seen]
        note_alike(
            person=made,
            seen=seen,
            elsewhere=self.found.elsewhere,
            reason=self.reason,
            by=request.user,
            at=request.now,
        )
        return "另有一份相似的档案不在您的辖区，已转上级民政部门核对。" if self.found.elsewhere else ""


def check_alike(request: HttpRequest, form: StyledForm) -> HttpResponse | Checked | None:
    """For a valid form: the page that asks, or what was found when there is nothing (more) to ask; None when the form
    got an error by it."""
    given = form.cleaned_data
    kind = IdentifierKind(given["id_kind"])
    number, born_on, sex = _read(kind, given, localdate(request.now))
    found = likely_same(
        actor=request.user,
        name=given["name"],
        number=number,
        born_on=born_on,
        sex=sex,
        phone=given["phone"],
        address=given["address"],
        division=given["village"],
    )
    if found.number_elsewhere:
        form.add_error("id_number", ELSEWHERE)
        return None
    reason = request.POST.get("alike_reason", "").replace("\x00", "").strip()[:200]
    asked = {
        int(pk) for pk in request.POST.getlist("alike") if pk.isascii() and pk.isdigit() and len(pk) < 19
    }
    taken = any(a.same_number for a in found.seen)
    if not found.seen or (not taken and reason and {a.pk for a in found.seen} <= asked):
        return Checked(found, reason)
    typed = {
        "姓名": given["name"],
        "性别": str(Sex(sex).label) if sex else "",
        "出生日期": f"{born_on or ''}",
        "证件号码": mask_id_number("".join(given["id_number"].split()).upper()),
        "联系电话": mask_phone(given["phone"]) if given["phone"] else "",
        "居住地": given["village"].name,
    }
    context = {
        "candidates": _candidates(found, typed),
        "taken": taken,
        "hidden": [(k, v) for k in request.POST for v in request.POST.getlist(k) if _carried(k)],
        "reason_missing": bool(asked) and not reason,
    }
    return page(request, "registry/person_alike.html", context, status=422)


def _read(kind: IdentifierKind, given: dict[str, Any], today: date) -> tuple[str, date | None, str]:
    """(comparable number, birth date, sex). A number that is no number any more, such as an old one of 15 digits, may
    still lead to the file; the registration itself says what is wrong with it."""
    try:
        read = read_identifier(kind, given["id_number"], at=today)
    except DomainError:
        whole = full_number(given["id_number"]) if kind == IdentifierKind.ID_CARD else ""
        return whole, given["born_on"], given["sex"] or ""
    number = read.number if read.born_on else ""
    return number, read.born_on or given["born_on"], read.sex or given["sex"] or ""


def _carried(name: str) -> bool:
    return name not in ("csrfmiddlewaretoken", "alike", "alike_reason")


def _candidates(found: LikelySame, typed: dict[str, str]) -> list[Candidate]:
    people = Person.objects.select_related("division").in_bulk([a.pk for a in found.seen])
    numbers = main_numbers(list(people))
    made = []
    for alike in found.seen:
        person = people[alike.pk]
        on_file: dict[str, Any] = {
            "姓名": person.name,
            "性别": str(Sex(person.sex).label),
            "出生日期": f"{person.born_on}",
            "证件号码": mask_id_number(numbers.get(person.pk, "")),
            "联系电话": mask_phone(person.phone) if person.phone else "",
            "居住地": person.division.name,
        }
        lines = [(label, mine, on_file[label], mine != on_file[label]) for label, mine in typed.items()]
        lines.append(("状态", "", str(PersonState(person.state).label), False))
        made.append(Candidate(person, alike, lines))
    return made
