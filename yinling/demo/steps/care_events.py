"""What happened in the first home: incidents and who was told, a drill, and shifts handed over."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from yinling.demo.context import Context, account
from yinling.registry.models import Place
from yinling.residence.care_choices import IncidentKind, Severity, ToldHow
from yinling.residence.models import Stay
from yinling.residence.operations.care.handovers import hand_over, receive_handover
from yinling.residence.operations.care.incidents import (
    Told,
    close_incident,
    follow_up,
    report_incident,
    tell_bureau,
    tell_family,
)
from yinling.residence.operations.care.searches import end_search, start_search, take_step
from yinling.rulebook import care as rulebook

_INCIDENTS = (  # days ago, kind, severity, where, what, what was done, how far
    (
        24,
        IncidentKind.FALL,
        Severity.SERIOUS,
        "二楼卫生间",
        "如厕起身时滑倒，右侧臀部着地，意识清楚。",
        "未搬动，护士查体后送医，拍片无骨折。",
        "closed",
    ),
    (
        17,
        IncidentKind.SCALD,
        Severity.SLIGHT,
        "一楼餐厅",
        "端汤时洒出，左手背发红。",
        "冷水冲十五分钟，涂药。",
        "closed",
    ),
    (
        12,
        IncidentKind.BED_FALL,
        Severity.SEVERE,
        "三楼 305 房间",
        "夜间翻身坠床，额部出血。",
        "压迫止血，拨打 120 送医。",
        "closed",
    ),
    (
        6,
        IncidentKind.CHOKING,
        Severity.SERIOUS,
        "二楼餐厅",
        "吃汤圆时呛咳，面色发紫。",
        "立即海姆立克急救，异物排出，吸氧观察。",
        "told",
    ),
    (
        2,
        IncidentKind.PRESSURE,
        Severity.SLIGHT,
        "二楼 208 房间",
        "翻身时见骶尾部皮肤发红，压之不褪色。",
        "解除受压，每两小时翻身，加气垫。",
        "told",
    ),
    (
        1,
        IncidentKind.FALL,
        Severity.SLIGHT,
        "三楼走廊",
        "散步时绊到助行器摔倒，手掌擦伤。",
        "清洗消毒，量血压正常。",
        "reported",
    ),
)
_CLOSING = "原因：夜间光线暗、地面有水渍。改进：加装扶手和夜灯，巡视改为每小时一次，已对全体护理员培训。"
_SHIFTS = (("day", 15), ("evening", 23), ("night", 31))  # and the hour after its midnight at which it ends


class CareEvents:
    def __init__(self, ctx: Context, place: Place, residents: Sequence[Stay]) -> None:
        self.ctx, self.place = ctx, place
        self.rng = ctx.rng(f"care events {place.name}")
        since = ctx.moment(ctx.as_of - timedelta(days=30))
        self.present = [
            s for s in residents if s.since < since and not s.absences.filter(until=None).exists()
        ]
        self.manager = account("home1")
        self.carers = [account("huliyuan"), account("huliyuan2")]

    def all(self) -> None:
        for who, what in zip(self.present[3::5], _INCIDENTS, strict=False):
            self.incident(who, *what)
        self.drill()
        self.shifts()

    def incident(
        self,
        stay: Stay,
        ago: int,
        kind: IncidentKind,
        severity: Severity,
        where: str,
        what: str,
        done: str,
        then: str,
    ) -> None:
        happened = self.moment(ago, 14)
        row = report_incident(
            stay=stay,
            kind=kind,
            severity=severity,
            happened_at=happened,
            where=where,
            what=what,
            done=done,
            by=self.carers[0],
            at=happened + timedelta(minutes=20),
        )
        if then == "reported":
            return
        told = Told("长子", ToldHow.PHONE, happened + timedelta(minutes=30))
        at = happened + timedelta(minutes=40)
        tell_family(incident=row, told=told, text="说明经过和处理，家属表示理解", by=self.carers[0], at=at)
        follow_up(
            incident=row,
            text="次日查看，精神好，无新的不适。",
            by=self.carers[1],
            at=min(happened + timedelta(hours=20), self.ctx.at),
        )
        if severity == Severity.SEVERE:
            report = Told("区民政局养老科", ToldHow.PHONE, happened + timedelta(minutes=70))
            tell_bureau(incident=row, told=report, by=self.manager, at=happened + timedelta(minutes=75))
        if then == "closed":
            close_incident(
                incident=row, conclusion=_CLOSING, by=self.manager, at=happened + timedelta(days=3)
            )

    def drill(self) -> None:
        stay, start = self.present[0], self.moment(15, 10)
        row = start_search(
            stay=stay,
            last_seen_at=start - timedelta(minutes=10),
            last_seen_where="一楼花园",
            wearing="蓝色外套、灰色帽子",
            drill=True,
            by=self.carers[0],
            at=start,
        )
        for n, step in enumerate(rulebook.load().search_steps[:3]):
            take_step(
                search=row,
                code=step.code,
                note="演练",
                by=self.carers[0],
                at=start + timedelta(minutes=4 + 5 * n),
            )
        end_search(
            search=row,
            found_where="东侧楼梯间",
            condition="演练结束，一切正常",
            by=self.carers[0],
            at=start + timedelta(minutes=18),
        )

    def shifts(self) -> None:
        """Handed over by one and taken over by the other; the evening's waits for who comes."""
        ended = [
            (shift, self.day(ago), self.moment(ago, 0) + timedelta(hours=hour))
            for ago in (3, 2, 1)
            for shift, hour in _SHIFTS
        ]
        ended = [row for row in ended if row[2] <= self.ctx.at]
        for n, (shift, on, until) in enumerate(ended):
            giver, taker = self.carers[n % 2], self.carers[(n + 1) % 2]
            note = "各房间已巡视，防滑垫已换。" if n % 3 == 0 else ""
            row = hand_over(place=self.place, shift=shift, on=on, note=note, by=giver, at=until)
            if n < len(ended) - 1:
                receive_handover(handover=row, by=taker, at=min(until + timedelta(minutes=10), self.ctx.at))

    def day(self, ago: int) -> date:
        return self.ctx.as_of - timedelta(days=ago)

    def moment(self, ago: int, hour: int) -> datetime:
        return self.ctx.moment(self.day(ago), hour)
