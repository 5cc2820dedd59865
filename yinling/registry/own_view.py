"""What 我的档案 shows, in plain words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from yinling.core.models import Account
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import (
    CategoryKind,
    ConsentForm,
    ConsentGiver,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    RequestState,
    Sex,
)
from yinling.registry.models import Person
from yinling.registry.queries.divisions import village_label
from yinling.registry.queries.readings import current_contacts, list_readings
from yinling.rulebook.personal_data import purposes


@dataclass(frozen=True)
class Entrusted:
    """`relation` of the account to the person."""

    pk: int
    name: str
    relation: str
    place: str


def entrusted_people(*, actor: Account, today: date) -> list[Entrusted]:
    """Whom the account may see today, oneself first."""
    people = list(
        Person.objects.visible_to(actor).select_related("division__parent__parent").order_by("pk")[:50]
    )
    relations = dict(actor.people_seen.filter(person__in=people).values_list("person_id", "relation"))
    found = [Entrusted(p.pk, p.name, relations.get(p.pk, ""), village_label(p.division)) for p in people]
    return sorted(found, key=lambda e: e.relation != "本人")


def own_view(*, person: Person, actor: Account, at: datetime) -> dict[str, Any]:
    """Masked; `readings` are the latest five by others."""
    today = localdate(at)
    known = purposes(today)
    documents = person.identifiers.order_by("-is_main", "id").values_list("kind", "number")
    hukou = person.hukou_elsewhere or (str(person.hukou_division) if person.hukou_division else "")
    access = actor.people_seen.filter(person=person).order_by("-valid_from").first()
    return {
        "own": access is not None and access.relation == "本人",
        "relation": access.relation if access else "",
        "facts": [
            ("姓名", person.name),
            ("性别", str(Sex(person.sex).label)),
            ("出生日期", f"{person.born_on.year}年{person.born_on.month}月{person.born_on.day}日"),
            *[(str(IdentifierKind(kind).label), mask_id_number(number)) for kind, number in documents],
            ("电话", mask_phone(person.phone) if person.phone else "没有登记"),
            ("住在", str(person.division)),
            ("详细地址", "已登记" if person.address else "没有登记"),
            ("户籍地", hukou or "没有登记"),
            ("和谁住", str(LivingSituation(person.living).label)),
            ("医疗保险", str(InsuranceKind(person.insurance).label)),
        ],
        "contacts": [
            (c.relation, c.name, mask_phone(c.phone), c.is_guardian) for c in current_contacts(person)
        ],
        "categories": [
            (str(CategoryKind(c.kind).label), c.valid_from, c.source)
            for c in person.categories.order_by("-valid_from")
            if c.valid_from <= today and (c.valid_to is None or c.valid_to > today)
        ],
        "duties": [p for p in known.values() if not p.by_consent],
        "consents": [
            (
                c,
                known.get(c.purpose),
                f"{c.giver or ConsentGiver(c.given_by).label}，{ConsentForm(c.form).label}",
                c.valid_to is None or c.valid_to > today,
            )
            for c in person.consents.order_by("-valid_from", "-id")
        ],
        "corrections": [
            (c, str(RequestState(c.state).label)) for c in person.corrections.order_by("-id")[:5]
        ],
        "readings": list_readings(person=person, at=at, limit=5, besides=actor),
    }
