"""What the pages are told of the demo: that it is one, and who may sign in."""

from yinling.core.access.roles import ROLES
from yinling.demo.accounts import PASSWORD, SHOWN
from yinling.demo.models import DemoRun
from yinling.shell.context import DemoAccount, DemoCity


def demo_remark() -> str:
    """What every document made in this database says of its figures; nothing without a demo city."""
    return "演示数据，非真实情况" if DemoRun.objects.filter(pk=1).exists() else ""


def demo_city() -> DemoCity | None:
    """The city in this database, if a demo made it."""
    run = DemoRun.objects.filter(pk=1).values_list("as_of", "scale").first()
    if run is None:
        return None
    shown = tuple(DemoAccount(s.username, PASSWORD, ROLES[s.role].label, s.note) for s in SHOWN)
    return DemoCity(run[0], run[1], shown)
