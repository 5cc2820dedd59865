"""Parameters of the duplicate linkage, with their origin in the head of the file beside this one."""

from functools import cache
from pathlib import Path

import yaml

from yinling.kernel.linkage import Parameters


@cache
def load() -> Parameters:
    """As fitted; read once."""
    return Parameters(**yaml.safe_load(Path(__file__).with_name("linkage.yaml").read_text(encoding="utf-8")))
