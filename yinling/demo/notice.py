"""What the site says of the demo city: the banner on every page, the accounts on the sign-in page."""

from yinling.core.access.roles import ROLES
from yinling.demo.accounts import PASSWORD, SHOWN
from yinling.demo.models import DemoRun
from yinling.shell.context import DemoAccount, DemoCity


def demo_city() -> DemoCity | None:
    """None when the database holds no demo city."""
    run = DemoRun.objects.values("as_of", "scale").first()
    if run is None:
        return None
    accounts = tuple(DemoAccount(s.username, PASSWORD, ROLES[s.role].label, s.note) for s in SHOWN)
    return DemoCity(run["as_of"], run["scale"], accounts)
