"""From an application to the refund: seven weeks of an elder, her daughter and eight people who work for them.

Once in the ordinary layout by the daughter, once in elder mode on a phone by the elder herself. Whoever works clicks
the same in both, but for the counter and the sheet of the assessors, which stand in the first alone. The steps are in
`home_steps_waiting.py` and `home_steps_living.py`, the world and its clock in `home_world.py`.
"""

from types import SimpleNamespace

import pytest

from tests.browser import home_steps_living as living
from tests.browser import home_steps_waiting as waiting
from tests.browser.home_people import Journey
from tests.browser.home_world import Clock, build_home_world


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Every page asks it for the time; sessions live by the real one."""
    made = Clock()
    monkeypatch.setattr("yinling.core.web.timezone", SimpleNamespace(now=made.now))
    return made


@pytest.mark.parametrize("elder", [False, True], ids=["daughter", "elder"])
def test_from_the_application_to_the_refund(site, visit, clock, elder):
    j = Journey(build_home_world(site), visit, clock, elder=elder)
    number = waiting.apply_online(j)
    if not elder:
        waiting.apply_at_the_counter(j)
    waiting.verify(j)
    waiting.ask_for_the_assessment(j)
    waiting.assess(j)
    waiting.read_the_notice(j)
    waiting.look_up_the_place(j, number)
    waiting.offer(j)
    waiting.accept(j)
    living.move_in(j)
    living.sign_the_contract(j)
    living.share_with_the_family(j)
    living.plan_care(j)
    living.give_care(j)
    living.report_an_incident(j)
    if elder:
        living.say_no(j)
    living.bill_november(j)
    living.leave(j)
    living.settle(j)
    living.look_back(j)
