"""Who has to report what in a monthly dispatch.

A unit reports when it leads an open task, when the rulebook names it as the source of a `reported`
indicator, or when it is the civil-affairs bureau of a district that such an indicator binds, be it by the
document itself or by a local target (区市细化指标).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yinling.core.access.permissions import Permission
from yinling.core.access.roles import ROLES
from yinling.core.choices import DivisionLevel, OrganisationKind
from yinling.core.models import Account, Division, Organisation
from yinling.governance.choices import TaskState, UnitRole
from yinling.governance.models import LocalTarget, Task, TaskUnit
from yinling.kernel.indicators import Indicator, IndicatorKind
from yinling.rulebook import indicators as rulebook


@dataclass(frozen=True)
class FigureDuty:
    """One figure that a unit owes each month: a ratio has a denominator, a milestone is 0 or 1."""

    indicator: Indicator
    division_id: int
    division_name: str

    @property
    def indicator_id(self) -> str:
        return self.indicator.id

    @property
    def is_ratio(self) -> bool:
        return self.indicator.kind is IndicatorKind.RATIO

    @property
    def key(self) -> str:
        """Names the figure in forms and drafts."""
        return f"{self.indicator.id}|{self.division_id}"


def open_tasks() -> QuerySet[Task]:
    """Tasks still to be reported on."""
    return Task.objects.reportable().exclude(state=TaskState.DONE)


def line_duties() -> dict[int, list[int]]:
    """Organisation id → ids of the tasks it reports on."""
    duties: dict[int, dict[int, None]] = defaultdict(dict)
    for organisation, task in (
        TaskUnit.objects.filter(role=UnitRole.LEAD, task__in=open_tasks())
        .order_by("task_id")
        .values_list("organisation_id", "task_id")
    ):
        duties[organisation][task] = None
    bureaus = district_bureaus()
    by_indicator: dict[str, list[int]] = defaultdict(list)
    for task, indicator in open_tasks().exclude(indicator_id="").values_list("pk", "indicator_id"):
        by_indicator[indicator].append(task)
    for indicator, division in LocalTarget.objects.values_list("indicator_id", "division_id").distinct():
        for task in by_indicator.get(indicator, []):
            if division in bureaus:
                duties[bureaus[division]][task] = None
    return {organisation: sorted(tasks) for organisation, tasks in duties.items()}


def figure_duties() -> dict[int, list[FigureDuty]]:
    """Organisation id → the figures it reports, the city's by the named unit, local ones by the district."""
    duties: dict[int, list[FigureDuty]] = defaultdict(list)
    reported = {i.id: i for i in rulebook.load().values() if i.reported_by}
    named = organisations_by_name(i.reported_by for i in reported.values())
    for indicator in reported.values():
        if (unit := named.get(indicator.reported_by)) is not None:
            duties[unit.pk].append(FigureDuty(indicator, unit.division_id, unit.division.name))
    bureaus = district_bureaus()
    for indicator_id, division in sorted(_local_figures(reported), key=lambda pair: (pair[0], pair[1].pk)):
        if division.pk in bureaus:
            duties[bureaus[division.pk]].append(
                FigureDuty(reported[indicator_id], division.pk, division.name)
            )
    return dict(duties)


def _local_figures(reported: dict[str, Indicator]) -> set[tuple[str, Division]]:
    """Indicator and district, where a local target or the document itself binds the district."""
    districts = {d.pk: d for d in Division.objects.filter(level=DivisionLevel.DISTRICT)}
    refined = LocalTarget.objects.filter(indicator_id__in=reported, division__in=districts)
    local = {(i, districts[d]) for i, d in refined.values_list("indicator_id", "division_id")}
    for indicator in reported.values():
        for target in indicator.targets:
            local |= {(indicator.id, d) for d in districts.values() if target.binds(d.nbs_code or "")}
    return local


def figure_duties_of(organisation: Organisation) -> list[FigureDuty]:
    return figure_duties().get(organisation.pk, [])


def district_bureaus() -> dict[int, int]:
    """District division id → the organisation that answers for it: its bureau, else its government."""
    kinds = [OrganisationKind.DISTRICT_GOVERNMENT, OrganisationKind.DISTRICT_BUREAU]
    rows = Organisation.objects.filter(kind__in=kinds, division__level=DivisionLevel.DISTRICT).values_list(
        "kind", "division_id", "pk"
    )
    ordered = sorted(rows, key=lambda row: (kinds.index(row[0]), -row[2]))  # a bureau, the oldest, wins
    return {division: organisation for _, division, organisation in ordered}


def organisations_by_name(names: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by their name or by an alias that documents use."""
    wanted = set(names)
    found: dict[str, Organisation] = {}
    for unit in Organisation.objects.filter(
        Q(name__in=wanted) | Q(aliases__overlap=list(wanted))
    ).select_related("division"):
        for name in (*unit.aliases, unit.name):
            if name in wanted and (name not in found or name == unit.name):
                found[name] = unit
    return found


def reporters_of(organisation_ids: Iterable[int]) -> dict[int, list[int]]:
    """Organisation id → ids of its active accounts that may fill a report."""
    roles = [role for role, spec in ROLES.items() if Permission.FILL_REPORT in spec.permissions]
    found: dict[int, list[int]] = defaultdict(list)
    for organisation, account in Account.objects.filter(
        organisation__in=organisation_ids, role__in=roles, is_active=True
    ).values_list("organisation_id", "pk"):
        found[organisation].append(account)
    return dict(found)


def city() -> Division:
    return Division.objects.get(level=DivisionLevel.CITY)
