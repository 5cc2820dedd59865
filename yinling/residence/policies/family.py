"""Who stands for an elder: the elder, or a guardian whose proof holds."""

from datetime import date

from django.db.models import Q

from yinling.core.models import Account
from yinling.registry.choices import ConsentGiver, ProofKind
from yinling.registry.models import Contact, Person, PersonAccess

OWN = "本人"  # the relation of an elder's own account, as the counter writes it
_GUARDIAN = "监护"
# A household book shows kinship, not guardianship.
GUARDIANSHIP = (ProofKind.COURT, ProofKind.NOTARISED, ProofKind.AGREEMENT, ProofKind.DESIGNATED)


def holds_on(day: date) -> Q:
    """Of a dated row."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))


def guardian_of(person: Person, day: date) -> Contact | None:
    """The guardian on file whose proof is one of guardianship and holds on the day."""
    return person.contacts.filter(holds_on(day), is_guardian=True, proof__in=GUARDIANSHIP).first()


def is_guardians(access: PersonAccess) -> bool:
    """Whether the access was given to somebody as guardian."""
    return _GUARDIAN in access.relation or _GUARDIAN in access.ground


def ground_holds(access: PersonAccess, day: date) -> bool:
    """Whether what the access rests on is still so: in force, and for a guardian's, the guardianship too."""
    if access.valid_from > day or (access.valid_to is not None and access.valid_to <= day):
        return False
    return not is_guardians(access) or guardian_of(access.person, day) is not None


def access_of(account: Account, person: Person, day: date) -> PersonAccess | None:
    """The account's access to the person on the day, when its ground holds."""
    held = account.people_seen.filter(holds_on(day), person=person).select_related("person").first()
    return held if held is not None and ground_holds(held, day) else None


def own_side(account: Account, person: Person, day: date) -> ConsentGiver | None:
    """Whether the account decides for the person: the elder's own, or the guardian's under the name on file."""
    access = access_of(account, person, day)
    if access is None:
        return None
    if access.relation.strip() == OWN:
        return ConsentGiver.SELF
    guardian = guardian_of(person, day) if is_guardians(access) else None
    return ConsentGiver.GUARDIAN if guardian and guardian.name == account.full_name else None
