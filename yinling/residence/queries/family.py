"""What the family sees of a resident, decided in one place: access in force, switched on, and not refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.timezone import localdate

from yinling.core.models import Account
from yinling.registry.models import Person, PersonAccess
from yinling.residence.choices import SharedItem
from yinling.residence.models import FamilyRefusal, FamilyShare, Stay
from yinling.residence.policies.family import OWN, access_of, ground_holds, holds_on
from yinling.residence.queries.stays import holding

AFTER_LEAVING = timedelta(days=90)  # DEMO DEFAULT: how long the last bill and refund can still be looked at


@dataclass(frozen=True)
class ItemState:
    """One item for the family as a whole."""

    item: str
    label: str
    share: FamilyShare | None
    refusal: FamilyRefusal | None  # of this item, or of everything

    @property
    def is_open(self) -> bool:
        return self.share is not None and self.refusal is None


@dataclass(frozen=True)
class Viewer:
    """An account that may look, and what it sees. `refusal`: the elder does not want this one to see anything."""

    access: PersonAccess
    name: str
    relation: str
    sees: list[str]
    refusal: FamilyRefusal | None


def shown_stay(person: Person, at: datetime) -> Stay | None:
    """The stay that the page is about: the present one, or the last for some weeks after leaving."""
    lived = Stay.objects.filter(person=person, since__lte=at).exclude(end="reversed")
    lived = lived.filter(Q(until=None) | Q(until__gt=at - AFTER_LEAVING))
    return lived.select_related("person", "place").order_by("-since").first()


def refusals_of(person_id: int, at: datetime) -> list[FamilyRefusal]:
    """In force, whomever they are about."""
    rows = FamilyRefusal.objects.filter(holding(at), person=person_id)
    return list(rows.select_related("account", "guardian").order_by("since", "pk"))


def open_items(*, actor: Account, stay: Stay, at: datetime) -> frozenset[str]:
    """The items that this account may see now. The elder sees everything; family what the home has switched on
    and the elder has not refused."""
    access = access_of(actor, stay.person, localdate(at))
    if access is None:
        return frozenset()
    if access.relation.strip() == OWN:
        return frozenset(SharedItem)
    shared = set(FamilyShare.objects.filter(holding(at), stay=stay).values_list("item", flat=True))
    return frozenset(_left(shared, refusals_of(stay.person_id, at), actor.pk))


def item_states(*, stay: Stay, at: datetime) -> list[ItemState]:
    """Every item in order, for the home and for the elder."""
    shares = {
        s.item: s for s in stay.family_shares.filter(holding(at)).select_related("recorded_by", "guardian")
    }
    refused = {r.item: r for r in refusals_of(stay.person_id, at) if r.account_id is None}
    return [
        ItemState(item.value, str(item.label), shares.get(item), refused.get("") or refused.get(item))
        for item in SharedItem
    ]


def list_viewers(*, stay: Stay, at: datetime) -> list[Viewer]:
    """The family's accounts whose access holds today, with what each sees."""
    today = localdate(at)
    accesses = stay.person.accesses.filter(holds_on(today)).exclude(relation=OWN)
    shared = set(FamilyShare.objects.filter(holding(at), stay=stay).values_list("item", flat=True))
    refusals = refusals_of(stay.person_id, at)
    found = []
    for access in accesses.select_related("account", "person").order_by("valid_from", "pk"):
        if not ground_holds(access, today):
            continue
        sees = _left(shared, refusals, access.account_id)
        against = next((r for r in refusals if r.account_id == access.account_id and not r.item), None)
        labels = [str(item.label) for item in SharedItem if item in sees]
        found.append(Viewer(access, access.account.full_name, access.relation, labels, against))
    return found


def accounts_seeing(item: str, *, stay: Stay, at: datetime) -> list[int]:
    """The family's accounts to which the item of this stay is open now on the page that they have; the elder's own
    is not among them."""
    shown = shown_stay(stay.person, at)
    if shown is None or shown.pk != stay.pk:
        return []
    shared = set(FamilyShare.objects.filter(holding(at), stay=stay).values_list("item", flat=True))
    if item not in shared:
        return []
    today, refusals = localdate(at), refusals_of(stay.person_id, at)
    accesses = stay.person.accesses.filter(holds_on(today)).select_related("person")
    return sorted(
        {
            access.account_id
            for access in accesses
            if access.relation.strip() != OWN
            and ground_holds(access, today)
            and item in _left(shared, refusals, access.account_id)
        }
    )


def _left(shared: set[str], refusals: list[FamilyRefusal], account_id: int) -> set[str]:
    """What is shared without what is refused to all or to this account."""
    against = {r.item for r in refusals if r.account_id in (None, account_id)}
    return set() if "" in against else shared - against
