"""From an application to the refund: seven weeks of an elder, her daughter and eight people who work for them.

Once in the ordinary layout by the daughter, once in elder mode on a phone by the elder herself; whoever works does
the same in both. The steps are in `home_steps.py`, the world and its clock in `home_world.py`.
"""

from types import SimpleNamespace

import pytest

from tests.browser import home_steps as steps
from tests.browser.home_world import Clock, build_home_world


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Every page asks it for the time; sessions live by the real one."""
    made = Clock()
    monkeypatch.setattr("yinling.core.web.timezone", SimpleNamespace(now=made.now))
    return made


@pytest.mark.parametrize("elder", [False, True], ids=["daughter", "elder"])
def test_from_the_application_to_the_refund(site, visit, clock, elder):
    j = steps.Journey(build_home_world(site), visit, clock, elder=elder)
    number = steps.apply_online(j)
    steps.apply_at_the_counter(j)
    steps.verify(j)
    steps.ask_for_the_assessment(j)
    steps.assess(j)
    steps.read_the_notice(j)
    steps.look_up_the_place(j, number)
    steps.offer(j)
    steps.accept(j)
    steps.move_in(j)
    steps.sign_the_contract(j)
    steps.share_with_the_family(j)
    steps.plan_care(j)
    steps.give_care(j)
    steps.report_an_incident(j)
    steps.bill_november(j)
    steps.leave(j)
    steps.settle(j)
    steps.count(j)
