import re
from pathlib import Path

from yinling.core.audit.wording import act_table

PACKAGE = Path(__file__).resolve().parent.parent.parent / "yinling"


def test_every_act_in_the_audit_trail_has_its_words():
    acts = {act for p in PACKAGE.rglob("*.py") for act in re.findall(r'\bact="([a-z_]+)"', p.read_text())}
    assert acts - set(act_table()) == set()
