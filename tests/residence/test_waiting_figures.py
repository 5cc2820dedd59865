"""Every figure of the waiting list opens into exactly the rows that it counts."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.residence import waiting as make
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.kernel.periods import Month
from yinling.residence.operations.answering import answer_offer
from yinling.residence.operations.offering import offer_bed
from yinling.residence.queries.waiting_figures import figures_by_class, figures_by_home

pytestmark = pytest.mark.django_db
OCTOBER = Month.of(AT.date())
CELL = re.compile(r'<a class="drill" href="([^"]+)"[^>]*>([\d,]+)</a>')
TILE = re.compile(r'<p class="stat__value"><a href="([^"]+)">([\d,]+)<')
DAYS = re.compile(r'data-label="等待天数" class="number"><a[^>]*>[^<]*</a>')


@pytest.fixture
def course(world):
    """Two districts: homes wished for across the border, offers under way, accepted and refused, an old application."""
    home, other = make.public_home(world, beds=4), make.public_home(world, name="环翠区敬老院", beds=3)
    foreign = make.public_home(world, name="荣成市社会福利院", foreign=True, beds=2)
    for n in range(3):
        make.waiting(make.elder(world, n, kinds=["low_income"] if n else []), home, at=AT)
    make.waiting(make.elder(world, 3), at=AT)
    make.waiting(make.elder(world, 4, division=world.foreign_village, name="于远方"), home, at=AT)
    make.waiting(make.elder(world, 5), foreign, at=AT - timedelta(days=40))
    make.apply(make.elder(world, 6), other, at=AT)
    taken = [offer_bed(bed=bed, by=None, at=AT + timedelta(hours=1)) for bed in make.beds_of(home)[:3]]
    taken.append(offer_bed(bed=make.beds_of(foreign)[0], by=None, at=AT + timedelta(hours=1)))
    for offer, accept in zip(taken, (True, False, True, True), strict=True):
        answer_offer(offer=offer, accept=accept, channel="phone", by=None, at=AT + timedelta(hours=2))
    return world


def signed_in(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def listed(client: Client, href: str) -> int:
    """Rows of all pages of a list, which also says how many they are."""
    found = 0
    url = said = unescape(href)
    while url:
        page = client.get(url).content.decode()
        body = page[page.index("<tbody>") : page.index("</tbody>")] if "<tbody>" in page else ""
        found += body.count("<tr")
        said = re.search(r"共 ([\d,]+) 人", page)[1]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = unescape(following[1]) if following else ""
    assert int(said) == found, href
    return found


@pytest.mark.parametrize(
    "role", [Role.CITY_BUREAU, Role.DISTRICT_BUREAU, Role.TOWN_OFFICER, Role.VILLAGE_WORKER]
)
def test_every_number_opens_into_its_rows(course, role, monkeypatch):
    monkeypatch.setattr("yinling.residence.queries.waiting.PAGE", 2)
    monkeypatch.setattr("yinling.residence.queries.waiting_offers.PAGE", 2)
    client = signed_in(course.accounts[role])
    page = client.get(reverse("residence:waiting_figures"), {"month": str(OCTOBER)}).content.decode()
    page = DAYS.sub("", page)
    numbers = [*TILE.findall(page), *CELL.findall(page)]
    assert len(TILE.findall(page)) == 4 and len(numbers) > 8
    for href, number in numbers:
        assert listed(client, href) == int(number), href


def test_the_district_counts_its_own_people_and_its_own_homes(course):
    actor = course.accounts[Role.DISTRICT_BUREAU]
    by_class = figures_by_class(actor=actor, month=OCTOBER, at=AT)
    by_home = {row.name: row for row in figures_by_home(actor=actor, month=OCTOBER)}
    assert sum(row.applied for row in by_class) == 5 and by_class[-1].key == "none"
    home = by_home["环翠区社会福利院"]
    assert (home.applied, home.offered, home.accepted, home.refused, home.waited) == (3, 3, 2, 1, 0)
    assert "荣成市社会福利院" not in by_home
    whole = figures_by_class(actor=None, month=OCTOBER, at=AT)
    assert sum(row.applied for row in whole) == 6 and sum(row.offered for row in whole) == 4


def test_people_of_another_district_are_masked_in_the_list_of_offers(course):
    client = signed_in(course.foreign[Role.DISTRICT_BUREAU])
    shown = client.get(reverse("residence:waiting_offers"), {"whose": "homes"}).content.decode()
    assert "荣成市社会福利院" in shown and "环翠区社会福利院" not in shown
    assert not re.search(r"王[甲乙丙丁戊己庚]", shown)
