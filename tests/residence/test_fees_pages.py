"""Pages of fees: how often they ask, who sees the books, what a file says."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.residence import fees as make
from tests.residence.fees import DECEMBER_1, NOVEMBER
from tests.world import account
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent, LedgerAccount
from yinling.residence.models.fees.money import ReceiptKind, RefundCause
from yinling.residence.operations.fee_exports import export_bills
from yinling.residence.operations.refunds import ask_refund
from yinling.residence.queries.entries import get_entry

pytestmark = pytest.mark.django_db
HOME = ("home_fees", "home_bills", "home_prices", "home_custody")
ALL = ("fees", "custody", "refunds", "declarations", "public_price_list")


def charged(world, place, number):
    """A resident with a bill partly paid, a deposit outside custody and a refund asked for."""
    stay = make.resident(world, place, number)
    bill = make.billed(stay)
    make.pay(stay, ReceiptKind.BILL, 10_000, bill=bill)
    make.pay(stay, amount_fen=50_000)
    ask_refund(stay=stay, cause=RefundCause.ASKED, reason="取回", by=None, at=DECEMBER_1)
    return stay


def browser(who):
    client = Client()
    client.force_login(who)
    return client


def test_no_page_asks_more_often_for_more_residents_and_homes(world):
    place = make.home(world, 8)
    first = charged(world, place, 1)
    staff, bureau = (browser(world.accounts[r]) for r in (Role.INSTITUTION_MANAGER, Role.DISTRICT_BUREAU))
    pages = [(staff, reverse(f"residence:{name}", args=[place.pk]) + "?month=2026-11") for name in HOME]
    pages += [(bureau, reverse(f"residence:{name}")) for name in ALL]
    pages.append((staff, reverse("residence:stay_fees", args=[first.pk])))

    def asked():
        found = []
        for client, url in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200, url
            found.append(len(captured))
        return found

    asked()
    few = asked()
    for number in range(2, 7):
        charged(world, place, number)
    for n in range(3):
        charged(world, make.home(world, 14, name=f"环翠福寿{n}分院"), 10 + n)
    for (_, url), before, after in zip(pages, few, asked(), strict=True):
        assert after <= before + 1, f"{url}: {before} -> {after}"  # a last page has no further one to ask for


def test_the_books_of_a_home_are_seen_by_it_and_its_supervisors_only(world):
    stay = make.resident(world, make.home(world))
    entry = make.pay(stay).entry
    near = account("near_manager", Role.INSTITUTION_MANAGER, world.near_operator, world.town)
    for role in (Role.INSTITUTION_MANAGER, Role.DISTRICT_BUREAU, Role.CITY_BUREAU):
        assert get_entry(actor=world.accounts[role], pk=entry.pk) is not None
    for other in (near, world.foreign[Role.INSTITUTION_MANAGER], world.foreign[Role.DISTRICT_BUREAU]):
        assert get_entry(actor=other, pk=entry.pk) is None
        assert not LedgerAccount.objects.visible_to(other).exists()
    shown = browser(world.accounts[Role.INSTITUTION_MANAGER]).get(reverse("residence:entry", args=[entry.pk]))
    assert reverse("residence:stay_fees", args=[stay.pk]) in shown.content.decode()
    assert browser(near).get(reverse("residence:entry", args=[entry.pk])).status_code == 404
    carer = browser(world.accounts[Role.CARE_WORKER])
    assert carer.get(reverse("residence:entry", args=[entry.pk])).status_code == 403


def test_a_file_of_bills_runs_no_formula_says_whose_copy_it_is_and_is_noted(world):
    place = make.home(world)
    stay = make.resident(world, place)
    type(stay.person).objects.filter(pk=stay.person_id).update(name="=HYPERLINK(1)")
    make.billed(stay)
    by = world.accounts[Role.INSTITUTION_MANAGER]
    made = export_bills(place=place, month=NOVEMBER, by=by, at=DECEMBER_1)
    book = openpyxl.load_workbook(BytesIO(made.data))
    cells = [cell for row in book["账单"].iter_rows() for cell in row if cell.value is not None]
    (named,) = [c for c in cells if c.value == "=HYPERLINK(1)"]
    assert named.number_format == "@" and "<f>" not in str(made.data)
    assert any(by.full_name in str(c.value) and "不得外传" in str(c.value) for c in cells)
    assert AuditEvent.objects.filter(act="export_bills", verb="export").count() == 1
    assert sum(c.value for c in cells if isinstance(c.value, float | int) and c.value > 1000) == 4400
    assert date(2026, 12, 11).isoformat() in {str(c.value) for c in cells}
