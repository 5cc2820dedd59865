"""An incident is told to the family's accounts to which incidents are open, and says nothing of itself."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from tests.residence.stays import HOUR, bed, elder, home, moved_in
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import Account, Notice
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.registry.models import PersonAccess
from yinling.residence.care_choices import IncidentKind, Severity, ToldHow
from yinling.residence.choices import SharedItem
from yinling.residence.operations.care.incidents import Told, report_incident, tell_family
from yinling.residence.operations.sharing import ONLINE, Said, lift_refusal, refuse_family, switch_items

pytestmark = pytest.mark.django_db
SAID = Said(ConsentGiver.SELF, ConsentForm.WRITTEN)


def entrust(account: Account, person, relation: str, **more) -> PersonAccess:
    more = {"ground": "窗口核验户口簿", "valid_from": date(2024, 1, 1), **more}
    return PersonAccess.objects.create(account=account, person=person, relation=relation, **more)


@pytest.fixture
def w(world):
    world.person = elder(world)
    world.stay = moved_in(world.person, bed(home(world)))
    world.son, world.own = world.accounts[Role.FAMILY], world.accounts[Role.ELDER]
    world.access = entrust(world.son, world.person, "儿子")
    entrust(world.own, world.person, "本人")
    return world


def share(w, *items, at=AT):
    switch_items(stay=w.stay, items=items or [SharedItem.INCIDENTS], said=SAID, by=None, at=at)


def fallen(w, *, at=AT + 2 * HOUR):
    return report_incident(
        stay=w.stay,
        kind=IncidentKind.FALL,
        severity=Severity.SLIGHT,
        happened_at=at - HOUR / 4,
        where="三楼东侧走廊",
        what="起身时滑倒，左腕肿胀",
        by=None,
        at=at,
    )


def told(w, incident, *, at=AT + 3 * HOUR):
    tell_family(incident=incident, told=Told("长子王某", ToldHow.PHONE, at), by=None, at=at)


def notices(account) -> list[Notice]:
    return list(Notice.objects.filter(account=account, key__endswith="family"))


def test_shared_is_told_once_and_says_nothing_of_it(w):
    share(w)
    made = fallen(w)
    told(w, made)
    (notice,) = notices(w.son)
    assert notice.title == f"{w.person.name}有一条意外情况通知，请查看"
    assert not notices(w.own)  # who was there needs no notice


@pytest.mark.parametrize("items", [[], [SharedItem.MEALS, SharedItem.BILLS]])
def test_what_is_not_shared_is_not_told(w, items):
    if items:
        share(w, *items)
    told(w, fallen(w))
    assert not Notice.objects.filter(key__endswith="family").exists()


@pytest.mark.parametrize("what", ["item", "everything", "account"])
def test_what_the_elder_refused_is_not_told(w, what):
    daughter = w.foreign[Role.FAMILY]
    entrust(daughter, w.person, "女儿")
    share(w)
    refuse_family(
        person=w.person,
        item=SharedItem.INCIDENTS if what == "item" else None,
        account=w.son if what == "account" else None,
        said=ONLINE,
        by=w.own,
        at=AT + HOUR,
    )
    told(w, fallen(w))
    assert not notices(w.son)
    assert len(notices(daughter)) == (1 if what == "account" else 0)


def test_an_access_that_has_ended_is_not_told(w):
    share(w)
    PersonAccess.objects.filter(pk=w.access.pk).update(valid_to=date(2024, 6, 1))
    told(w, fallen(w))
    assert not notices(w.son)


def test_opened_between_the_report_and_the_telling_is_told_then(w):
    share(w)
    refusal = refuse_family(
        person=w.person, item=SharedItem.INCIDENTS, account=None, said=ONLINE, by=w.own, at=AT + HOUR
    )
    made = fallen(w)
    assert not notices(w.son)
    lift_refusal(refusal=refusal, by=w.own, at=AT + 2 * HOUR + HOUR / 2)
    told(w, made)
    assert len(notices(w.son)) == 1


def test_the_notice_stands_on_the_own_pages_and_leads_to_the_home(w):
    w.stay.refresh_from_db()
    share(w, at=now() - timedelta(hours=2))
    fallen(w, at=now() - timedelta(minutes=30))
    (notice,) = notices(w.son)
    son = Client()
    son.force_login(w.son)
    file = reverse("registry:my_file", args=[w.person.pk])
    assert "新通知" in (shown := son.get(file).content.decode()) and notice.title in shown
    assert notice.title in son.get(reverse("shell:my_notices")).content.decode()
    followed = son.get(reverse("shell:my_notices") + f"?open={notice.pk}", follow=True)
    assert followed.redirect_chain[0][0] == reverse("residence:family", args=[w.person.pk]) + "#incidents"
    page = followed.content.decode()
    assert 'id="incidents"' in page and "三楼东侧走廊" in page
    assert "新通知" not in son.get(file).content.decode()  # read


def test_another_account_does_not_open_the_notice(w):
    share(w)
    fallen(w)
    (notice,) = notices(w.son)
    other = Client()
    other.force_login(w.own)
    assert other.get(reverse("shell:my_notices") + f"?open={notice.pk}").status_code == 404
    assert notice.title not in other.get(reverse("shell:my_notices")).content.decode()
