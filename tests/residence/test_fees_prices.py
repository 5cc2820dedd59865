"""Price lists in versions, prices declared within caps, contracts and their changes."""

from datetime import date
from functools import partial

import pytest

from tests.residence import fees as make
from tests.residence.fees import AWAY, DECEMBER_1, ITEMS, noon
from tests.world import TODAY
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.kernel.errors import ReasonMissing
from yinling.registry.choices import BedKind
from yinling.residence.fees.amounts import BadAmount
from yinling.residence.models.fees.declarations import AidKind
from yinling.residence.models.fees.prices import FeeItem, PricePer, Whereabouts
from yinling.residence.operations import contracts, declarations, prices
from yinling.residence.operations.declarations import AidInput
from yinling.residence.operations.prices import AwayInput, ItemInput
from yinling.residence.queries import prices as reads

pytestmark = pytest.mark.django_db
AID = AidInput(AidKind.CONSTRUCTION, "区民政局 2024 年建设补助", 2024, 50_000_000)


def test_versions_follow_each_other_and_everybody_sees_which_holds(world, client):
    place = make.home(world)
    make.prices(place, date(2026, 8, 1), note="涨价")
    later = make.prices(place, date(2027, 1, 1))
    assert [v.state for v in reads.list_price_versions(place, TODAY)] == ["later", "now", "before"]
    with pytest.raises(prices.PricesOverlap):
        make.prices(place, date(2027, 1, 1))
    with pytest.raises(prices.PricesOverlap):
        make.prices(place, date(2026, 9, 1))
    prices.withdraw_prices(version=later, reason="不涨了", by=None, at=noon(2026, 10, 1))
    make.prices(place, date(2027, 1, 1))
    with pytest.raises(prices.PricesInForce):
        prices.withdraw_prices(
            version=reads.version_now(place, TODAY).version, reason="x", by=None, at=noon(2026, 10, 1)
        )
    page = client.get(f"/homes/{place.pk}/prices/").content.decode()
    assert "1,500.00 元/月" in page and "请假从第 4 天起，护理费按 50% 收" in page


def test_prices_are_not_dated_back_into_billed_months(world):
    place = make.home(world)
    make.billed(make.resident(world, place))
    with pytest.raises(prices.PricesOverlap, match="2026年11月的账单"):
        make.prices(place, date(2026, 11, 15), at=DECEMBER_1)
    make.prices(place, date(2026, 12, 1), at=DECEMBER_1)


@pytest.mark.parametrize(
    ("items", "away", "error"),
    [
        ((), (), prices.PricesIncomplete),
        (ITEMS[2:], (), prices.PricesIncomplete),
        ((*ITEMS, ITEMS[0]), (), prices.PricesIncomplete),
        ((ItemInput(FeeItem.BED, "nursing", PricePer.MONTH, 0),), (), BadAmount),
        ((ItemInput(FeeItem.BED, "nursing", PricePer.MONTH, -5),), (), BadAmount),
        ((ItemInput(FeeItem.BED, "nursing", PricePer.MONTH, 10**9),), (), BadAmount),
        ((ItemInput(FeeItem.BED, "sofa", PricePer.MONTH, 100),), (), prices.PricesIncomplete),
        (ITEMS, (AWAY[0], AWAY[0]), prices.PricesIncomplete),
        (ITEMS, (AwayInput(Whereabouts.LEAVE, FeeItem.CARE, 1, 101),), prices.PricesIncomplete),
        (ITEMS, (AwayInput(Whereabouts.LEAVE, FeeItem.CARE, 0, 50),), prices.PricesIncomplete),
    ],
)
def test_what_is_no_price_list_is_refused(world, items, away, error):
    place = make.make.home(world)
    with pytest.raises(error):
        make.prices(place, items=items, away=away)
    assert not place.price_versions.exists()


def test_residents_are_told_in_time_and_keep_a_price_for_what_they_use(world):
    place, manager = make.home(world), world.accounts[Role.INSTITUTION_MANAGER]
    make.resident(world, place)
    given = {"place": place, "items": ITEMS, "away": (), "by": manager, "at": noon(2026, 10, 20)}
    with pytest.raises(prices.PriceNoticeMissing):
        prices.publish_prices(valid_from=date(2026, 11, 1), **given)
    with pytest.raises(prices.PricesIncomplete, match="level-3"):
        prices.publish_prices(valid_from=date(2027, 1, 1), **given | {"items": ITEMS[:2]})
    prices.publish_prices(valid_from=date(2026, 12, 1), **given)


def test_whose_home_it_is_not_publishes_nothing(world):
    place = make.make.home(world)
    given = {"place": place, "valid_from": date(2027, 1, 1), "items": ITEMS, "at": noon(2026, 10, 20)}
    with pytest.raises(OutOfScope):
        prices.publish_prices(**given, by=world.foreign[Role.INSTITUTION_MANAGER])
    with pytest.raises(NotPermitted):
        prices.publish_prices(**given, by=world.accounts[Role.DISTRICT_BUREAU])


def declared(world, place, fen=140_000, valid_from=date(2026, 10, 1), approve=True):
    manager, district = (world.accounts[r] for r in (Role.INSTITUTION_MANAGER, Role.DISTRICT_BUREAU))
    row = declarations.declare_prices(
        place=place, valid_from=valid_from, aids=[AID], prices={BedKind.NURSING: fen}, by=manager,
        at=noon(2026, 10, 20),
    )  # fmt: skip
    if approve:
        declarations.decide_declaration(declaration=row, approve=True, by=district, at=noon(2026, 10, 20))
    return row


def test_a_price_above_its_cap_is_neither_declared_nor_published(world, client):
    place = make.home(world)
    with pytest.raises(declarations.DeclaredOverCap, match=r"上限 2,400\.00 元"):
        declared(world, place, 240_001)
    declared(world, place, 200_000)

    def over(fen, per=PricePer.MONTH):
        return (ItemInput(FeeItem.BED, "nursing", per, fen), *ITEMS[1:])

    for items, words in (
        (over(240_100), "超过普惠上限"),
        (over(200_100), "超过申报并核定"),
        (over(7_000, PricePer.DAY), "超过申报并核定"),
    ):
        with pytest.raises(prices.PriceOverCap, match=words):
            make.prices(place, date(2027, 1, 1), items=items)
    make.prices(place, date(2027, 1, 1), items=over(200_000))
    page = client.get(f"/homes/{place.pk}/prices/").content.decode()
    for words in ("2,400.00 元", "2,000.00 元", "1,500.00 元", "500,000.00 元", "演示默认值，不是政策规定"):
        assert words in page


def test_supervisors_see_which_published_price_is_above_what_was_approved(world):
    place = make.home(world)
    declared(world, place, 140_000)
    ((row, line),) = reads.list_over_cap(actor=world.accounts[Role.DISTRICT_BUREAU], today=TODAY)
    assert (row.place, line.published_fen, line.declared_fen) == (place, 150_000, 140_000)
    assert reads.list_over_cap(actor=world.foreign[Role.DISTRICT_BUREAU], today=TODAY) == []


def test_a_declaration_is_decided_once_by_supervisors(world):
    place, district = make.home(world), world.accounts[Role.DISTRICT_BUREAU]
    row = declared(world, place, approve=False)
    with pytest.raises(declarations.DeclarationOpen):
        declared(world, place, approve=False)
    decide = partial(
        declarations.decide_declaration, declaration=row, approve=False, by=district, at=noon(2026, 10, 21)
    )
    with pytest.raises(ReasonMissing):
        decide()
    with pytest.raises(NotPermitted):
        decide(by=world.accounts[Role.INSTITUTION_MANAGER])
    decide(decision="来源不清")
    with pytest.raises(declarations.DeclarationDecided):
        decide(approve=True)
    with pytest.raises(declarations.DeclarationIncomplete):
        declarations.declare_prices(
            place=place,
            valid_from=TODAY,
            aids=[],
            prices={BedKind.NURSING: 1},
            by=None,
            at=noon(2026, 10, 20),
        )


def test_a_deposit_is_not_agreed_above_its_cap(world):
    stay = make.resident(world, make.home(world), contract=False)
    with pytest.raises(
        contracts.DepositOverCap, match=r"上限 18,000\.00 元（月床位费 1,500\.00 元的 12 倍）"
    ):
        make.signed(stay, deposit_fen=12 * 150_000 + 1)
    assert make.signed(stay, deposit_fen=12 * 150_000).deposit_fen == 12 * 150_000


def test_a_stay_has_one_contract_and_its_changes_go_forward(world):
    stay = make.resident(world, make.home(world))
    with pytest.raises(contracts.ContractAlreadyMade):
        make.signed(stay)
    change = partial(
        contracts.change_contract, contract=stay.contract, valid_from=date(2026, 10, 1), care_level="level-4",
        meal_plan="", reason="评估", signed_on=date(2026, 9, 30), signed_by="邢", by=None, at=noon(2026, 10, 20),
    )  # fmt: skip
    for wrong in (
        {"care_level": "level-9"},
        {"meal_plan": "banquet"},
        {"reason": " "},
        {"care_level": "level-3", "meal_plan": "standard"},
    ):
        with pytest.raises(contracts.ContractIncomplete):
            change(**wrong)
    for wrong in ({"valid_from": date(2026, 6, 1)}, {"signed_on": date(2026, 12, 1)}):
        with pytest.raises(contracts.ContractDayWrong):
            change(**wrong)
    assert change().number == 2
    with pytest.raises(contracts.ContractDayWrong):
        change(care_level="level-3")
