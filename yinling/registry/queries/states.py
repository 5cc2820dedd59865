"""What a change of state ends or brings back, in lines to be read before confirming."""

from datetime import date

from django.db.models import Q

from yinling.registry.choices import CategoryKind, PersonState, Post
from yinling.registry.models import Person
from yinling.rulebook.personal_data import purposes


def list_ending(person: Person, state: PersonState, on: date) -> list[str]:
    """Dated facts that death or moving away ends on the day."""
    if state not in (PersonState.DECEASED, PersonState.MOVED_AWAY):
        return []
    beyond = Q(valid_to=None) | Q(valid_to__gt=on)
    lines = [f"类别“{CategoryKind(c.kind).label}”终止" for c in person.categories.filter(beyond)]
    lines += [
        f"家庭养老床位终止（{b.place.name}）"
        for b in person.home_care_beds.filter(beyond).select_related("place")
    ]
    lines += [
        f"任职“{Post(e.post).label}”终止（{e.place.name}）"
        for e in person.employments.filter(beyond).select_related("place")
    ]
    if state == PersonState.DECEASED:
        known = purposes(on)
        lines += [
            f"同意“{known[c.purpose].label if c.purpose in known else '其他目的'}”终止"
            for c in person.consents.filter(beyond)
        ]
    return lines


def list_telling(person: Person, state: PersonState, on: date) -> list[str]:
    """What happens beside the endings."""
    said = {
        PersonState.DECEASED: [
            "档案离册，不再列入名单和统计；保存期满后匿名化",
            "家属的查看授权不变（近亲属可以查阅死者的个人信息），需要时另行收回",
        ],
        PersonState.MOVED_AWAY: ["档案离册，不再列入名单和统计；保存期满后匿名化"],
        PersonState.MISSING: ["类别、床位和授权都不变；名单中标为失联"],
        PersonState.ACTIVE: ["档案恢复在册，重新列入名单和统计"],
    }
    return [*said.get(state, []), "通知所在村居、镇街和正在提供服务的机构"]


def list_ended_with_leaving(person: Person) -> list[str]:
    """What ended on the very day of leaving and can be brought back if the entry was a mistake."""
    if person.left_on is None or person.state == PersonState.MISSING:
        return []
    lines = [f"类别“{CategoryKind(c.kind).label}”" for c in person.categories.filter(valid_to=person.left_on)]
    lines += [
        f"家庭养老床位（{b.place.name}）"
        for b in person.home_care_beds.filter(valid_to=person.left_on).select_related("place")
    ]
    lines += [
        f"任职“{Post(e.post).label}”（{e.place.name}）"
        for e in person.employments.filter(valid_to=person.left_on).select_related("place")
    ]
    return lines
