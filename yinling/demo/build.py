"""Run the steps in order, each in its own transaction, each once: an interrupted demo goes on where it was."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from yinling.demo.context import Context
from yinling.demo.models import DemoRun
from yinling.demo.steps import (
    assessments,
    care,
    dispatch,
    duplicates,
    elders,
    families,
    fees,
    home_services,
    places,
    policies,
    prices,
    reference,
    residents,
    stays,
    values,
    waiting,
)
from yinling.kernel.errors import DomainError


class AnotherCityStands(DomainError):
    """The database holds a city of another scale, seed or date."""


@dataclass(frozen=True)
class Step:
    """`run` makes its part and says in a line what it made. Its name in the record never changes.

    With `own_transactions` its acts commit one by one, and it must be able to go on where it was. After
    `many_rows` the database looks at what it holds, so that the next step's queries are planned for it.
    """

    name: str
    title: str
    run: Callable[[Context], str]
    own_transactions: bool = False
    many_rows: bool = False


STEPS: tuple[Step, ...] = (
    Step("reference", "区划和单位", reference.load_reference),
    Step("accounts", "演示账号", reference.make_accounts),
    Step("documents", "读取两份政策文件", policies.read_documents),
    Step("tasks", "确认读取结果，建立责任清单", policies.confirm_and_make_tasks, many_rows=True),
    Step("operators", "运营单位", places.register_operators),
    Step("places", "机构、设施和床位", places.make_places, many_rows=True),
    Step("staff", "从业人员和证书", places.make_staff, many_rows=True),
    Step("home_services", "上门服务和智慧养老院", home_services.make_home_services),
    Step("recognitions", "老年协会和友好社区", places.make_recognitions),
    Step("elders", "老年人档案", elders.make_elders, many_rows=True),
    Step("public_accounts", "老年人和家属的演示账号", reference.make_public_accounts),
    Step("home_care_beds", "家庭养老床位", elders.open_home_care_beds),
    Step("assessors", "评估员", residents.register_assessors),
    Step("residents", "在住老年人、评估和房间", residents.move_in_residents, many_rows=True),
    Step("prices", "价目、普惠价格和合同", prices.publish_all),
    Step("fees", "押金、账单和收款", fees.play_fees, many_rows=True),
    Step("stays", "入住、请假、调床、退住和退费", stays.play_stays),
    Step("waiting", "公办养老机构轮候", waiting.play_waiting, many_rows=True),
    Step("assessments", "能力评估", assessments.play_assessments),
    Step("care", "照护", care.play_care, many_rows=True),
    Step("families", "家属查看、食谱和智慧养老院佐证", families.play_families),
    Step("duplicates", "疑似重复的档案", duplicates.enter_people_twice),
    Step("indicators", "计算近 24 个月的指标", values.compute_indicators, many_rows=True),
    Step("rounds", "月调度", dispatch.play_rounds),
    Step("snapshots", "固化快照", values.take_snapshots, own_transactions=True),
    Step("bulletins", "月调度通报和季度通报", values.write_bulletins, own_transactions=True),
)


def start(*, scale: str, seed: int, as_of: date, people: int, asked: frozenset[str], at: datetime) -> DemoRun:
    """The record of the city that stands or is to be built. `asked` are the options given by hand: only
    these can contradict what stands. Raises AnotherCityStands."""
    run, _ = DemoRun.objects.get_or_create(
        id=1, defaults={"scale": scale, "seed": seed, "as_of": as_of, "people": people, "started_at": at}
    )
    given = {"scale": scale, "seed": seed, "as_of": as_of}
    different = [k for k in sorted(asked) if getattr(run, k) != given[k]]
    if different:
        raise AnotherCityStands(
            f"这个数据库里已有一座演示城市：规模 {run.scale}，种子 {run.seed}，数据日期 {run.as_of}。"
            "不会覆盖它。要建另一座，请先运行 make clean 清空 var/（原有数据会删除），"
            "或设置环境变量 YINLING_VAR 指向另一个目录。"
        )
    return run


def run_step(run: DemoRun, step: Step, ctx: Context) -> str | None:
    """What the step made, None when it had been done before."""
    if step.name in run.done:
        return None
    with nullcontext() if step.own_transactions else transaction.atomic():
        said = step.run(ctx)
        run.done = [*run.done, step.name]
        run.save(update_fields=["done"])
    if step.many_rows:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return said
