"""One person's file: its page, the acts on it, what waits across files, and one's own file."""

import io
from datetime import date
from types import SimpleNamespace

from tests.registry import make
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.core.files import store_stream
from yinling.registry.choices import (
    CategoryKind,
    ConsentForm,
    ConsentGiver,
    IdentifierKind,
    RequestState,
    Side,
)
from yinling.registry.models import (
    Anonymisation,
    CareWorker,
    Consent,
    Contact,
    Correction,
    HomeCareBed,
    Person,
    PersonAccess,
    Transfer,
)
from yinling.registry.operations.identifiers import add_identifier
from yinling.registry.operations.people import CategoryInput


def build(world: SimpleNamespace) -> None:
    """A file with something of everything in either district."""
    world.filed = _filled(world, world.village, "毕有全", 21, world.accounts[Role.FAMILY])
    world.foreign_filed = _filled(
        world, world.foreign_village, f"车{FOREIGN_MARK}", 22, world.foreign[Role.FAMILY], foreign=True
    )
    Transfer.objects.create(
        person=world.filed,
        to_division=world.foreign_village,
        from_path=world.village.path,
        to_path=world.foreign_village.path,
        side=Side.RECEIVING,
        reason="随子女居住",
        asked_by=world.foreign[Role.VILLAGE_WORKER],
        asked_at=AT,
    )


def _filled(world, village, name: str, serial: int, family, foreign: bool = False) -> Person:
    proof = store_stream(io.BytesIO(b"proof " + name.encode()), name="证明.txt", by=None, at=AT)
    ending = CategoryInput(CategoryKind.DISABLED_ELDER, date(2025, 1, 1), "评估", valid_to=date(2099, 1, 1))
    made = make.person(village, name=name, serial=serial, categories=[ending])
    add_identifier(person=made, kind=IdentifierKind.PASSPORT, number=f"E000000{serial}", by=None, at=AT)
    Contact.objects.create(
        person=made, name="毕强", relation="长子", is_guardian=True, proof="court", proof_file=proof,
        valid_from=date(2025, 1, 1),
    )  # fmt: skip
    _consent(made)
    operator = world.foreign_operator if foreign else world.operator
    at = SimpleNamespace(operator=operator, village=village)
    home = make.place(at, name=f"{name[0]}{FOREIGN_MARK if foreign else '氏'}照护站")
    HomeCareBed.objects.create(
        person=made, place=home, division_path=village.path, valid_from=date(2025, 1, 1)
    )
    CareWorker.objects.create(
        person=made, place=home, division_path=village.path, post="other", valid_from=date(2025, 1, 1)
    )
    PersonAccess.objects.create(
        account=family, person=made, relation="长子", ground="监护人",
        valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 1),
    )  # fmt: skip
    Correction.objects.create(person=made, asked_by=family, asked_at=AT, text="电话换了")
    Anonymisation.objects.create(person=made, proposed_by=world.second, proposed_at=AT)
    return made


def _consent(person: Person) -> Consent:
    return Consent.objects.get_or_create(
        person=person,
        purpose="family_share",
        defaults={
            "given_by": ConsentGiver.SELF,
            "form": ConsentForm.WRITTEN,
            "valid_from": date(2025, 1, 1),
        },
    )[0]


def _one(person: str):
    return lambda w: {"pk": getattr(w, person).pk}


def _of(person: str, name: str, rows: str, **filters):
    def args(w: SimpleNamespace) -> dict:
        row = getattr(w, person)
        return {"pk": row.pk, name: getattr(row, rows).filter(**filters).get().pk}

    return args


def _page(name: str, permission: P = P.MANAGE_PEOPLE, **more) -> Row:
    return Row(f"registry:{name}", permission, args=_one("filed"), foreign=_one("foreign_filed"), **more)


def _part(
    name: str,
    key: str,
    rows: str,
    *,
    data=None,
    status: int = 200,
    permission: P = P.MANAGE_PEOPLE,
    **filters,
) -> Row:
    return Row(
        f"registry:{name}",
        permission,
        args=_of("filed", key, rows, **filters),
        foreign=_of("foreign_filed", key, rows, **filters),
        data=data,
        status=status,
    )


def _proof(person: str):
    def args(w: SimpleNamespace) -> dict:
        row = getattr(w, person)
        return {"pk": row.pk, "file": row.contacts.get().proof_file_id}

    return args


def _mine(name: str, **more) -> Row:
    return Row(
        f"registry:{name}",
        P.VIEW_OWN_FILE,
        args=more.pop("args", _one("elder")),
        foreign=more.pop("foreign", _one("foreign_elder")),
        near=more.pop("near", _one("near_elder")),
        **more,
    )


def _nothing(w: SimpleNamespace) -> dict:
    return {}


def _my_consent(person: str):
    return lambda w: {"pk": getattr(w, person).pk, "consent": _consent(getattr(w, person)).pk}


def _waiting(w: SimpleNamespace) -> dict:
    return {"pk": Transfer.objects.get(person=w.filed, state=RequestState.ASKED).pk}


ROWS = [
    Row("registry:person_new", P.MANAGE_PEOPLE),
    Row(
        "registry:identity_check",
        P.MANAGE_PEOPLE,
        data=lambda w: {"id_kind": "id_card", "id_number": make.id_number()},
    ),
    Row("registry:villages", P.VIEW_PEOPLE, query="field=village&village_text=居委会"),
    Row(
        "registry:person",
        P.VIEW_PEOPLE,
        args=_one("elder"),
        foreign=_one("foreign_elder"),
        near=_one("near_elder"),
    ),
    _page("person_unmask", P.UNMASK_PERSON, data=lambda w: {"purpose": "核对高龄津贴"}),
    _page("person_timeline", P.VIEW_PEOPLE, query="all=1"),
    Row(
        "registry:person_proof",
        P.UNMASK_PERSON,
        args=_proof("filed"),
        foreign=_proof("foreign_filed"),
        fragments=False,
    ),
    _page("person_edit"),
    _page("person_state"),
    _page("person_identifier"),
    _part("person_identifier_correct", "identifier", "identifiers", is_main=True),
    _part("person_identifier_remove", "identifier", "identifiers", is_main=False),
    _part("person_identifier_main", "identifier", "identifiers", data=_nothing, status=303, is_main=False),
    _page("person_contact"),
    _part("person_contact_end", "contact", "contacts"),
    _page("person_guardian"),
    _page("person_category"),
    _part("person_category_correct", "category", "categories"),
    _part("person_category_end", "category", "categories"),
    _page("person_consent"),
    _part("person_consent_withdraw", "consent", "consents"),
    _page("person_access"),
    _part("person_access_revoke", "access", "accesses"),
    _part("person_correction", "correction", "corrections"),
    _page("person_transfer"),
    _page("person_home_care_bed", P.MANAGE_PLACES),
    _part("person_home_care_bed_close", "bed", "home_care_beds", permission=P.MANAGE_PLACES),
    _page("person_employment", P.MANAGE_PLACES),
    _part("person_employment_end", "worker", "employments", permission=P.MANAGE_PLACES),
    Row("registry:transfers", P.MANAGE_PEOPLE),
    Row("registry:transfer_in", P.MANAGE_PEOPLE),
    Row(
        "registry:transfer_decide", P.MANAGE_PEOPLE, args=_waiting, data=lambda w: {"accept": "0"}, status=303
    ),
    Row("registry:categories_ending", P.VIEW_PEOPLE, query="days=180&kind=disabled_elder"),
    Row("registry:retention", P.ANONYMISE_PEOPLE),
    _page("retention_propose", P.ANONYMISE_PEOPLE, data=_nothing, status=303),
    Row(
        "registry:retention_decide",
        P.ANONYMISE_PEOPLE,
        args=lambda w: {"pk": Anonymisation.objects.get(person=w.filed).pk},
        data=lambda w: {"act": "withdraw"},
        status=303,
    ),
    Row("registry:my_home", P.VIEW_OWN_FILE, status=302),
    _mine("my_file"),
    _mine("my_reveal", data=_nothing),
    _mine("my_readings"),
    _mine("my_correction"),
    _mine(
        "my_withdraw",
        args=_my_consent("elder"),
        foreign=_my_consent("foreign_elder"),
        near=_my_consent("near_elder"),
        data=_nothing,
        status=303,
    ),
    _mine("my_copy", data=_nothing),
]
