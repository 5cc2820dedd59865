"""What the families of the first home see: items switched on, one refused, notes of the days, the menu; and what the
home still has to prove as a smart home."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO

from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context, account
from yinling.demo.residents import focus_places
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.registry.models import Place
from yinling.registry.operations.consents import grant_access
from yinling.residence.choices import SharedItem, StayKind
from yinling.residence.models import DayNote, FamilyShare, SmartHomeEvidence, Stay
from yinling.residence.models.family import Appetite, Meal, Mood, Sleep
from yinling.residence.operations.family_notes import set_menu
from yinling.residence.operations.sharing import Said, refuse_family, switch_items
from yinling.residence.operations.smart_homes import review_evidence, submit_evidence
from yinling.residence.queries.stays import list_residents
from yinling.rulebook import smart_homes

_SHARED = 30  # residents, the newest
_WORDS = (
    "上午在活动室下了两盘象棋，赢了一盘，很高兴。",
    "中午吃了一碗面条、半个苹果，下午晒了太阳。",
    "和同屋的老人聊天，说想孙子了。",
    "参加了手工课，剪了窗花。",
    "早上量血压正常，饭后在走廊散步二十分钟。",
    "",
    "",
)
_DISHES = {
    Meal.BREAKFAST: (
        "小米粥、花卷、煮鸡蛋、拌黄瓜",
        "豆浆、馒头、茶叶蛋、咸菜丝",
        "南瓜粥、发糕、蒸蛋羹、腐乳",
    ),
    Meal.LUNCH: (
        "米饭、清炖鲅鱼、炒油菜、紫菜蛋汤",
        "米饭、红烧鸡块、蒜蓉西兰花、豆腐汤",
        "韭菜鸡蛋水饺、拌海带丝",
    ),
    Meal.DINNER: ("疙瘩汤、葱油饼、炒土豆丝", "玉米粥、包子、凉拌菠菜", "鸡蛋面、酱牛肉、炒芹菜"),
}


def play_families(ctx: Context) -> str:
    if not Account.objects.filter(username="home1").exists():
        return "没有"  # in the tiny cities of tests
    place = focus_places(ctx)[0]
    play = _Families(ctx, place)
    play.shown_family()
    play.share()
    play.notes()
    play.menu()
    play.proofs()
    return f"{FamilyShare.objects.values('stay').distinct().count()} 位住养老年人向家属开放，每日情况 {DayNote.objects.count()} 条"


class _Families:
    def __init__(self, ctx: Context, place: Place) -> None:
        self.ctx, self.place, self.rng = ctx, place, ctx.rng(f"families {place.name}")
        self.manager = account("home1")
        self.carers = [account("huliyuan"), account("huliyuan2")]
        found = list_residents(place, ctx.at).filter(kind=StayKind.LONG)
        self.residents: Sequence[Stay] = [s for s in found if not s.absences.filter(until=None).exists()]

    def shown_family(self) -> None:
        """The family account sees one resident beside the elder who has an account."""
        family = Account.objects.filter(role=Role.FAMILY).order_by("pk").first()
        stay = self._shown()
        if family is None or stay is None:
            return
        at = self.ctx.moment(self.day(60))
        grant_access(
            person=stay.person,
            account=family,
            relation="子女",
            ground="本人授权书（机构协助办理）",
            by=None,
            at=at,
        )

    def share(self) -> None:
        """Most show everything but the bills; some show less; one refuses what the home had switched on."""
        shown = self._shown()
        chosen = [s for s in self.residents[-_SHARED:] if shown is None or s.pk != shown.pk]
        at = self.ctx.moment(self.day(20))
        for n, stay in enumerate([*([shown] if shown else []), *chosen]):
            if stay.since > at:
                continue
            items = list(SharedItem)
            if n:
                items = [i for i in items if i != SharedItem.BILLS and self.rng.random() < 0.85]
            said = Said(ConsentGiver.SELF, ConsentForm.WRITTEN if n % 3 else ConsentForm.ORAL, "护士长")
            switch_items(stay=stay, items=items, said=said, by=self.manager, at=at)
            if n in (4, 9):
                item = SharedItem.INCIDENTS if n == 4 else None
                said = Said(ConsentGiver.SELF, ConsentForm.ORAL, "护士长")
                refuse_family(
                    person=stay.person, item=item, said=said, by=self.manager, at=self.ctx.moment(self.day(8))
                )

    def notes(self) -> None:
        rows = []
        shown = self._shown()
        for stay in dict.fromkeys([*([shown] if shown else []), *self.residents[-60:]]):
            for ago in range(8, 0, -1):
                on = self.day(ago)
                if stay.since >= self.ctx.moment(on, 0) or (self.rng.random() < 0.25 and stay != shown):
                    continue
                rows.append(
                    DayNote(
                        stay=stay,
                        on=on,
                        mood=self.rng.choices(list(Mood), (40, 45, 12, 3))[0],
                        appetite=self.rng.choices(list(Appetite), (45, 38, 14, 3))[0],
                        sleep=self.rng.choices(list(Sleep), (60, 30, 10))[0],
                        text=self.rng.choice(_WORDS),
                        noted_by=self.carers[self.rng.random() < 0.4],
                        noted_at=self.ctx.moment(on, 20, self.rng.randrange(60)),
                    )
                )
        DayNote.objects.bulk_create(rows, batch_size=1_000)

    def menu(self) -> None:
        days = [self.day(ago) for ago in range(3, -7, -1)]
        dishes = {(day, meal): _DISHES[meal][n % 3] for n, day in enumerate(days) for meal in Meal}
        set_menu(place=self.place, dishes=dishes, by=self.manager, at=self.ctx.at)

    def proofs(self) -> None:
        """Of what a smart home has to prove: some accepted, one sent back, one that waits."""
        standard = smart_homes.in_force(self.ctx.as_of)
        known = set(SmartHomeEvidence.objects.filter(place=self.place).values_list("item", flat=True))
        left = [key for key in standard.required if key not in known]
        for n, key in enumerate(left[:4]):
            start = self.day(100 - 20 * n)
            proof = submit_evidence(
                place=self.place,
                item=key,
                content=BytesIO("这是演示用的佐证，没有真实内容。".encode()),
                filename="演示佐证.txt",
                valid_from=start,
                valid_to=start + timedelta(days=30 * standard.by_key[key].months),
                by=self.manager,
                at=self.ctx.moment(self.day(30 - 5 * n)),
            )
            if n == 3:
                continue
            reason = "" if n < 2 else "截图看不清设备编号，请补拍"
            at = self.ctx.moment(self.day(28 - 5 * n))
            review_evidence(evidence=proof, accept=n < 2, reason=reason, by=account("huancui"), at=at)

    def day(self, ago: int) -> date:
        return self.ctx.as_of - timedelta(days=ago)

    def _shown(self) -> Stay | None:
        """The newest who has bills and lived here over the last months."""
        billed = [s for s in self.residents if s.bills.filter(state="issued").exists()]
        return billed[-1] if billed else None
