"""Load the units of the rulebook; register operators and committees."""

from datetime import datetime

from django.db import IntegrityError, transaction

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb, OrganisationKind
from yinling.core.models import Account, Division, Organisation
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import CreditCode
from yinling.rulebook import organisations


class OrganisationAlreadyThere(DomainError):
    """Another unit has this name or credit code."""


@transaction.atomic
def load_organisations(*, by: Account | None, at: datetime) -> int:
    """Add the units of the rulebook that are missing, keep aliases up to date; returns how many changed."""
    require(by, Permission.MANAGE_ACCOUNTS)
    by_code = {d.nbs_code: d for d in Division.objects.exclude(level="village")}
    known = {o.name: o for o in Organisation.objects.exclude(kind=OrganisationKind.OPERATOR)}
    changed = 0
    for row in organisations.load():
        unit = known.get(row.name)
        if unit is None:
            division = by_code[row.division]
            known[row.name] = Organisation.objects.create(
                name=row.name,
                kind=row.kind,
                aliases=list(row.aliases),
                division=division,
                division_path=division.path,
                parent=known.get(row.parent) if row.parent else None,
            )
            changed += 1
        elif set(row.aliases) - set(unit.aliases):
            unit.aliases = sorted({*unit.aliases, *row.aliases})
            unit.save(update_fields=["aliases"])
            changed += 1
    if changed:
        record(
            by=by,
            at=at,
            verb=AuditVerb.CREATE,
            act="load_organisations",
            subject=known["市民政局"],
            after={"新增或更新": changed},
        )
    return changed


@transaction.atomic
def register_organisation(
    *,
    name: str,
    kind: OrganisationKind,
    division: Division,
    credit_code: str = "",
    aliases: tuple[str, ...] = (),
    parent: Organisation | None = None,
    by: Account | None,
    at: datetime,
) -> Organisation:
    """Register a unit, such as an operator of services. Raises OrganisationAlreadyThere, BadCreditCode."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, division.path)
    code = CreditCode.parse(credit_code).value if credit_code else None
    try:
        with transaction.atomic():
            unit = Organisation.objects.create(
                name=name.strip(),
                kind=kind,
                credit_code=code,
                aliases=list(aliases),
                division=division,
                division_path=division.path,
                parent=parent,
            )
    except IntegrityError:
        raise OrganisationAlreadyThere(
            f"已有名为“{name}”或统一社会信用代码相同的单位。请先查找已有单位，不要重复登记。"
        ) from None
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="register_organisation",
        subject=unit,
        after={"名称": unit.name, "类别": unit.kind},
    )
    return unit
