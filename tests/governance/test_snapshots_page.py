"""The page of frozen months: what is frozen stays provable, and tampering is told."""

import pytest
from django.urls import reverse

from tests.world import AT
from yinling.core.access.roles import Role
from yinling.governance.operations.snapshots import take_snapshot
from yinling.governance.queries.snapshots import folder_of
from yinling.kernel.periods import Month

MONTH = Month(2026, 9)


@pytest.fixture
def city(client, world):
    client.force_login(world.accounts[Role.CITY_BUREAU])
    return client


def test_an_intact_month_is_said_to_be_intact_and_a_touched_one_not(city, world, settings, tmp_path):
    settings.SNAPSHOTS_DIR = tmp_path
    take_snapshot(month=MONTH, by=world.accounts[Role.CITY_BUREAU], at=AT)
    verify = reverse("governance:verify_snapshot", kwargs={"month": str(MONTH)})
    assert "完好" in city.post(verify, follow=True).content.decode()

    touched = next((folder_of(MONTH) / "facts").glob("*.parquet"))
    touched.write_bytes(touched.read_bytes() + b"x")
    page = city.post(verify, follow=True).content.decode()
    assert "有问题" in page and touched.name in page


def test_a_month_is_frozen_from_the_page_and_no_longer_offered(city, settings, tmp_path):
    settings.SNAPSHOTS_DIR = tmp_path
    url = reverse("governance:snapshots")
    assert "还没有固化的月份" in city.get(url).content.decode()
    page = city.post(reverse("governance:take_snapshot"), {"month": str(MONTH)}, follow=True).content.decode()
    assert "2026年9月" in page and f'value="{MONTH}"' not in page


def test_nonsense_is_refused_in_words(city):
    page = city.post(reverse("governance:take_snapshot"), {"month": "soon"}, follow=True).content.decode()
    assert "不是月份" in page
