"""Care in the first home: plans, tasks of the last days, protections, medicines, measurements; many rows at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.db.models import F

from yinling.core.models import Account
from yinling.demo.context import Context, account
from yinling.demo.residents import focus_places
from yinling.demo.steps.care_events import CareEvents
from yinling.registry.models import Place
from yinling.residence.care_choices import DoseOutcome, RiskKind, TaskOutcome, TaskState
from yinling.residence.care_reading import is_unusual, suggested_risks, vital_kinds
from yinling.residence.care_rounds import rounds_due
from yinling.residence.models import (
    CarePlan,
    CareTask,
    MedicationLine,
    MedicationOrder,
    RiskProtection,
    Stay,
    VitalSign,
)
from yinling.residence.operations.care.labels import make_bed_labels
from yinling.residence.operations.care.medication import (
    OrderInput,
    add_order,
    close_round,
    open_round,
    record_dose,
)
from yinling.residence.operations.care.plans import approve_plan, draft_plan
from yinling.residence.operations.care.tasks import make_tasks
from yinling.residence.queries.stays import list_residents
from yinling.rulebook import care as rulebook

_DAYS = 4  # of care that lie behind
_PLANNED = 45  # residents with a plan, the newest
_MEDICINES = (
    ("苯磺酸氨氯地平片", "5 mg", "口服", ("08:00",), False),
    ("二甲双胍片", "0.5 g", "口服，餐中", ("08:00", "18:00"), False),
    ("阿托伐他汀钙片", "20 mg", "口服", ("20:00",), False),
    ("华法林钠片", "2.5 mg", "口服", ("20:00",), True),
    ("多奈哌齐片", "5 mg", "口服", ("20:00",), False),
    ("门冬胰岛素注射液", "6 单位", "餐前皮下注射", ("08:00", "18:00"), True),
)
_MISSED = (
    (TaskOutcome.REFUSED, "老人说今天不想洗"),
    (TaskOutcome.ASLEEP, ""),
    (TaskOutcome.UNWELL, "说头晕，已告知护士"),
    (TaskOutcome.SHORT, ""),
)


def play_care(ctx: Context) -> str:
    if not Account.objects.filter(username="home1").exists():
        return "没有"  # in the tiny cities of tests
    place = focus_places(ctx)[0]
    play = _Care(ctx, place)
    play.plan()
    play.work()
    play.protect()
    play.measure()
    play.medicate()
    make_bed_labels(place=place, by=play.manager, at=ctx.at)
    CareEvents(ctx, place, play.residents).all()
    plans, tasks = CarePlan.objects.count(), CareTask.objects.count()
    return (
        f"{place.name}：照护计划 {plans} 份，任务 {tasks:,} 项，用药医嘱 {MedicationOrder.objects.count()} 条"
    )


class _Care:
    def __init__(self, ctx: Context, place: Place) -> None:
        self.ctx, self.place = ctx, place
        self.rng = Random(f"{ctx.seed} care {place.name}")
        self.manager = account("home1")
        self.carers = [account("huliyuan"), account("huliyuan2")]
        found = list_residents(place, ctx.at).prefetch_related("absences")
        self.residents: Sequence[Stay] = list(found)

    def plan(self) -> None:
        """Plans in force; the newest few have a draft, or nothing yet."""
        at = self.ctx.moment(self.day(_DAYS + 1), 16)
        chosen = [s for s in self.residents if s.since < at][-_PLANNED:]
        for n, stay in enumerate(chosen):
            draft = draft_plan(stay=stay, by=self.manager, at=at)
            if n >= len(chosen) - 3 or not draft.items.exists():
                continue
            approve_plan(plan=draft, note="已与家属沟通", by=self.manager, at=at)

    def work(self) -> None:
        """Tasks of the last days done but for some; those of today and tomorrow are still to be done."""
        for ago in range(_DAYS, -2, -1):
            make_tasks(
                place=self.place, day=self.day(ago), by=None, at=self.ctx.moment(self.day(max(ago, 0)), 0, 5)
            )
        due = CareTask.objects.filter(stay__place=self.place, state=TaskState.DUE, until__lte=self.ctx.at)
        groups: dict[tuple[TaskOutcome | None, str, int, int], list[int]] = defaultdict(list)
        for pk in due.order_by("due_at", "stay__since", "item__position").values_list("pk", flat=True):
            groups[self._settled()].append(pk)
        for (outcome, note, minutes, carer), ids in groups.items():
            rows = CareTask.objects.filter(pk__in=ids)
            if outcome is None:
                rows.update(state=TaskState.UNFINISHED, settled_at=F("until"), note=note)
                continue
            done = outcome == TaskOutcome.DONE
            when = F("due_at") + timedelta(minutes=minutes)
            rows.update(
                state=TaskState.DONE if done else TaskState.MISSED,
                outcome=outcome,
                note=note,
                done_at=when,
                settled_at=when,
                settled_by=self.carers[carer],
            )

    def _settled(self) -> tuple[TaskOutcome | None, str, int, int]:
        """How one task ended, the remark, how many minutes late, and by which carer."""
        draw = self.rng.random()
        if draw < 0.012:
            return None, "到班次结束没有记录", 0, 0
        outcome, note = (TaskOutcome.DONE, "") if draw > 0.06 else self.rng.choice(_MISSED)
        return outcome, note, self.rng.choice((0, 5, 12, 20)), int(self.rng.random() < 0.4)

    def protect(self) -> None:
        """The nine protections of all but the newest, as the rules suggest them."""
        rules = {r.code: r for r in rulebook.load().risks}
        days = rulebook.load().review_days
        rows = []
        for stay in self.residents[:-4]:
            at = self.ctx.moment(self.day(self.rng.randrange(5, 80)), 10)
            at = max(at, stay.since + timedelta(hours=3))
            told = suggested_risks(stay, self.ctx.at)
            for kind in RiskKind:
                found = told.get(kind)
                level = found.level if found else "low"
                rows.append(
                    RiskProtection(
                        stay=stay,
                        division_path=stay.division_path,
                        kind=kind,
                        level=level,
                        suggested=found.level if found else "",
                        reasons=list(found.reasons) if found else [],
                        measures="；".join(rules[kind].measures) if level != "low" else "",
                        responsible=self.carers[0].full_name,
                        assessed_at=at,
                        assessed_by=self.manager,
                        review_on=at.date() + timedelta(days=days[level]),
                    )
                )
        RiskProtection.objects.bulk_create(rows, batch_size=1_000)

    def measure(self) -> None:
        kinds = vital_kinds()
        rows = []
        for stay in self.residents[-90:]:
            weak = self.rng.random() < 0.1
            for ago in range(5, 0, -1):
                at = self.ctx.moment(self.day(ago), 7, self.rng.randrange(60))
                if stay.since > at or _away(stay, at):
                    continue
                for code, value, second in _values(self.rng, weak):
                    rule = kinds[code]
                    rows.append(
                        VitalSign(
                            stay=stay,
                            division_path=stay.division_path,
                            kind=code,
                            value=value,
                            second=second,
                            unusual=is_unusual(rule, value, second),
                            taken_at=at,
                            entered_at=at + timedelta(minutes=4),
                            entered_by=self.carers[0],
                        )
                    )
        VitalSign.objects.bulk_create(rows, batch_size=1_000)

    def medicate(self) -> None:
        """Orders, and the rounds of the last two days closed; of the last one something was refused."""
        day = self.day(6)
        for stay in self.residents[-60::2]:
            for drug, dose, route, times, risky in self.rng.sample(_MEDICINES, self.rng.choice((1, 2))):
                given = OrderInput(
                    drug=drug,
                    dose=dose,
                    route=route,
                    times=[time.fromisoformat(t) for t in times],
                    since=day,
                    prescriber="王医师（演示）",
                    source="环翠区某社区卫生服务中心处方（演示）",
                    high_risk=risky,
                )
                add_order(stay=stay, order=given, by=self.manager, at=self.ctx.moment(day, 11))
        for ago in (2, 1):
            for due_at in rounds_due(self.place, self.day(ago)):
                self._round(due_at)

    def _round(self, due_at: datetime) -> None:
        at = due_at + timedelta(minutes=5)
        row = open_round(place=self.place, due_at=due_at, by=self.carers[0], at=at)
        lines = list(row.lines.filter(outcome="").order_by("stay__since", "order__drug"))
        for line in lines:
            if line.needs_check:
                line.checked_by, line.checked_at = self.carers[1], at
            line.outcome, line.recorded_by, line.recorded_at = DoseOutcome.GIVEN, self.carers[0], at
        fields = ["checked_by", "checked_at", "outcome", "recorded_by", "recorded_at"]
        MedicationLine.objects.bulk_update(lines, fields)
        if lines and self.rng.random() < 0.6:
            record_dose(line=lines[-1], outcome=DoseOutcome.REFUSED, note="说恶心", by=self.carers[0], at=at)
        close_round(round=row, by=self.carers[0], at=at + timedelta(minutes=30))

    def day(self, ago: int) -> date:
        return self.ctx.as_of - timedelta(days=ago)


def _away(stay: Stay, at: datetime) -> bool:
    return any(a.since <= at and (a.until is None or at < a.until) for a in stay.absences.all())


def _values(rng: Random, weak: bool) -> list[tuple[str, Decimal, Decimal | None]]:
    high = 168 if weak and rng.random() < 0.5 else rng.randrange(112, 138)
    return [
        (
            "temperature",
            Decimal(rng.randrange(362, 371)) / 10 + (Decimal("1.4") if weak and rng.random() < 0.2 else 0),
            None,
        ),
        ("pulse", Decimal(rng.randrange(64, 92)), None),
        ("pressure", Decimal(high), Decimal(rng.randrange(66, 86))),
    ]
