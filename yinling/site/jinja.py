"""The one template environment. Rooms add filters and globals through `yinling.shell.templating`."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from yinling.shell.templating import install

_PACKAGE = Path(__file__).resolve().parent.parent


def environment(**options: Any) -> Environment:
    """Templates of every room by path: `governance/cockpit.html` lies in governance/templates/governance/."""
    options["loader"] = FileSystemLoader(sorted(str(p) for p in _PACKAGE.glob("*/templates")))
    options["undefined"] = StrictUndefined
    options["trim_blocks"] = options["lstrip_blocks"] = True
    env = Environment(**options)
    install(env)
    return env
