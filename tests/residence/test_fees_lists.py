"""Lists of money in the order in which somebody must act, and none of them cut without a word."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.residence import fees as make
from tests.residence.fees import DECEMBER_1
from yinling.core.access.roles import Role
from yinling.residence.models import Refund
from yinling.residence.models.fees.money import RefundCause
from yinling.residence.operations.refunds import ask_refund
from yinling.residence.queries import custody, refunds

pytestmark = pytest.mark.django_db


def test_homes_with_something_wrong_come_first_then_those_with_money_then_the_rest(world):
    empty, holding, wrong = (make.home(world, 2, name=name) for name in ("甲院", "乙院", "丙院"))
    for number, place in enumerate((holding, wrong), 1):
        make.pay(make.resident(world, place, number), amount_fen=50_000)
    rows = custody.list_positions(actor=world.accounts[Role.DISTRICT_BUREAU], today=date(2026, 12, 1))
    ours = [r.pk for r in rows if r.pk in (empty.pk, holding.pk, wrong.pk)]
    assert ours[-1] == empty.pk and len(ours) == 3
    client = Client()
    client.force_login(world.accounts[Role.DISTRICT_BUREAU])
    shown = client.get(reverse("residence:fees")).content.decode()
    assert shown.index("乙院") < shown.index("甲院") and shown.index("丙院") < shown.index("甲院")
    assert "甲院" not in client.get(reverse("residence:custody")).content.decode()


def test_refunds_are_all_to_be_reached_page_by_page(world, monkeypatch):
    monkeypatch.setattr(refunds, "PAGE", 2)
    place, today = make.home(world, 6), date(2026, 12, 1)
    for number in range(1, 6):
        stay = make.resident(world, place, number)
        make.pay(stay, amount_fen=50_000)
        ask_refund(stay=stay, cause=RefundCause.ASKED, reason="取回", by=None, at=DECEMBER_1)
    made = list(Refund.objects.order_by("pk"))
    Refund.objects.filter(pk__in=[made[0].pk, made[3].pk]).update(
        state="refused", decision="不符", decided_at=DECEMBER_1
    )
    Refund.objects.filter(pk=made[4].pk).update(due_on=date(2026, 11, 30))
    actor, seen, after = world.accounts[Role.DISTRICT_BUREAU], [], 0
    while True:
        shown = refunds.list_refunds(actor=actor, today=today, after=after)
        assert shown.count == 5 and len(shown.rows) <= 2
        seen += [row.refund.pk for row in shown.rows]
        if not (after := shown.next_after):
            break
    assert seen == [made[4].pk, made[1].pk, made[2].pk, made[3].pk, made[0].pk]
    client = Client()
    client.force_login(actor)
    page = client.get(reverse("residence:refunds")).content.decode()
    assert "共 5 笔" in page and "下一页" in page
