"""`yinling demo`: a believable synthetic city from an empty database, then the site."""

import argparse
import os
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from yinling.core.access.roles import ROLES
from yinling.demo.accounts import PASSWORD, SHOWN
from yinling.demo.build import STEPS, Step, run_step, start
from yinling.demo.context import SCALES, Context
from yinling.demo.models import DemoRun
from yinling.kernel.errors import DomainError

EARLIEST = date(2024, 7, 1)  # the files begin in 2019, and two years of trend lie behind every date


class Command(BaseCommand):
    help = "建立一座合成的演示城市（全部为演示数据），然后启动网站"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--scale", choices=list(SCALES), help="small：约 1%% 的老年人（默认）；city：793,416 人"
        )
        parser.add_argument("--seed", type=int, help="随机种子（默认 1）；同一种子得到同一座城市")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="数据日期（默认今天）"
        )
        parser.add_argument("--no-serve", action="store_true", help="只建城市，不启动网站")
        parser.add_argument("--port", type=int, default=8000, help="网站端口（默认 8000）")
        parser.add_argument("--people", type=int, help=argparse.SUPPRESS)  # for tests: a tiny city
        parser.add_argument("--every", type=int, default=1, help=argparse.SUPPRESS)

    def handle(self, **options: Any) -> None:
        console = Console(file=self.stdout._out, highlight=False, soft_wrap=True)
        began = timezone.now()
        try:
            run = self._run(console, options)
        except DomainError as error:
            raise CommandError(error.message) from None
        seconds = (timezone.now() - began).total_seconds()
        _farewell(console, run, seconds, options["port"], serve=not options["no_serve"])
        if not options["no_serve"]:
            _serve(options["port"])

    def _run(self, console: Console, options: dict[str, Any]) -> DemoRun:
        today = timezone.localdate()
        as_of = options["as_of"] or today
        if not EARLIEST <= as_of <= today:
            raise CommandError(f"数据日期应在 {EARLIEST} 至今天（{today}）之间。")
        console.print("[bold]银龄演示城市[/]：全部人员、机构和数字均为合成的演示数据。\n")
        console.print("● 数据库")
        call_command("migrate", verbosity=0, interactive=False)
        scale = options["scale"] or "small"
        run = start(
            scale=scale,
            seed=options["seed"] if options["seed"] is not None else 1,
            as_of=as_of,
            people=options["people"] or SCALES[scale],
            asked=frozenset(k for k in ("scale", "seed", "as_of") if options[k] is not None),
            at=timezone.now(),
        )
        console.print(f"  规模 {run.scale}，种子 {run.seed}，数据日期 {run.as_of}")
        for step in STEPS:
            _step(console, run, step, options["every"])
        return run


def _step(console: Console, run: DemoRun, step: Step, every: int) -> None:
    began = timezone.now()
    with Progress(
        SpinnerColumn(),
        TextColumn(step.title),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        refresh_per_second=4,
    ) as progress:
        bar = progress.add_task(step.title, total=None, start=True, visible=step.name not in run.done)

        def tell(done: int, total: int) -> None:
            if done % 50 == 0 or done == total:
                progress.update(bar, completed=done, total=total)

        ctx = Context(run.scale, run.seed, run.as_of, run.people, every, min(os.cpu_count() or 1, 2), tell)
        said = run_step(run, step, ctx)
    if said is None:
        console.print(f"● {step.title}：已有")
        return
    seconds = (timezone.now() - began).total_seconds()
    console.print(f"● {step.title}（{seconds:.1f} 秒）\n  {said}")


def _farewell(console: Console, run: DemoRun, seconds: float, port: int, *, serve: bool) -> None:
    console.print(f"\n用时 {seconds:.1f} 秒。演示数据，不代表任何真实的人、机构或数字。")
    if run.scale != "city":
        console.print("按人计的指标（如家庭养老床位）只有全市的约 1%；机构、设施和床位是全量。")
    console.print(f"\n演示账号（密码都是 {PASSWORD}）：")
    for shown in SHOWN:
        console.print(f"  {shown.username:<12}{ROLES[shown.role].label}：{shown.note}")
    if serve:
        console.print(f"\n网址 http://127.0.0.1:{port}/   （Ctrl+C 停止）")
    else:
        console.print(f"\n启动网站：make serve，网址 http://127.0.0.1:{port}/")


def _serve(port: int) -> None:
    connections.close_all()
    call_command("serve", port=port)
