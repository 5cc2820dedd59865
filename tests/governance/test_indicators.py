from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.http import Http404
from django.utils.timezone import localdate

from tests.governance.indicator_rows import build, place
from tests.world import AT
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.choices import DivisionLevel
from yinling.engines.indicators.assessing import Origin, State
from yinling.engines.indicators.compiling import Part
from yinling.engines.indicators.status import Status
from yinling.governance.models import Figure, IndicatorValue, LocalTarget
from yinling.governance.operations.indicators import compute_month
from yinling.governance.queries import indicators as q
from yinling.governance.queries.live import MonthNotBegun, as_of, compute_live
from yinling.kernel.periods import Month
from yinling.registry.choices import PlaceKind
from yinling.registry.models import Place
from yinling.rulebook import facts
from yinling.rulebook import indicators as rulebook

OCTOBER = Month(2026, 10)
NOVEMBER_2 = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def rows(world):
    return build(world)


def row(world, key, division=None, month=OCTOBER):
    return q.get_row(key, actor=None, month=month, division=division or world.city)


def test_the_database_views_are_the_documented_ones(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'facts' AND left(table_name, 1) <> '_' ORDER BY table_name, ordinal_position"
        )
        found = {}
        for view, column, type_ in cursor.fetchall():
            found.setdefault(view, []).append((column, type_.replace("bigint", "integer")))
    documented = {v.id: [(c.name, str(c.type)) for c in v.columns] for v in facts.load().values()}
    assert found == documented


def test_values_show_the_state_at_the_end_of_the_month(world, rows):
    totals = compute_live(rulebook.load().values(), date(2026, 10, 31))
    city = {key: (a[""].numerator, a[""].denominator) for key, a in totals.items()}
    assert city["nursing-beds"] == (2, 4)
    assert city["socialised-homes"] == (2, 3)
    assert city["smart-fire"] == (2, 3)
    assert city["homes-offering-home-visits"] == (1, 3)  # by visits, not by what was filed
    assert city["home-visits-delivered"] == (2, None)
    assert city["home-occupancy"] == (0, 4) and city["home-residents"] == (0, None)
    assert city["destitute-homes-two-star"] == (0, 1)  # its star ended in June
    assert city["certified-care-workers"] == (2, 3)  # one expired, but is a long-term carer
    assert city["long-term-carers"] == (1, 3)
    assert city["professionals-certified"] == (1, 1)
    assert city["street-centres"] == (1, 1) and city["town-centres"] == (0, 2)
    assert city["meal-sites"] == (2, None)
    assert city["hospice-beds"] == (21, None)
    assert city["medical-care-combined-added"] == (1, None)
    assert city["elder-associations"] == (1, 3)
    assert city["elders-60"] == (2, None) and city["elders-80"] == (1, None)
    assert city["elders-disabled"] == (1, None)
    assert city["home-care-beds"] == (1, None)
    assert totals["hospice-wards"]["371002"].numerator == 1
    assert totals["nursing-beds"]["371082"].numerator == 1
    assert "371002" in totals["nursing-beds"] and "371002001" in totals["nursing-beds"]


def test_an_earlier_day_shows_what_held_then(world, rows):
    def at(day, key):
        return compute_live([rulebook.load()[key]], day)[key][""].numerator

    assert at(date(2026, 4, 30), "nursing-beds") == 2 and at(date(2026, 10, 30), "nursing-beds") == 3
    assert at(date(2026, 5, 31), "destitute-homes-two-star") == 1
    assert at(date(2025, 12, 31), "care-homes") == 4 and at(date(2026, 10, 4), "elders-60") == 3
    assert at(date(2019, 12, 31), "elders-60") == 0


def test_the_date_does_not_leak_out_of_its_block(world, rows):
    with connection.cursor() as cursor:
        with as_of(date(2020, 1, 1)):
            cursor.execute("SELECT facts.as_of()")
            assert cursor.fetchone() == (date(2020, 1, 1),)
        cursor.execute("SELECT facts.as_of()")
        assert cursor.fetchone() == (localdate(),)  # the day here, whatever the session's time zone


def test_parts_add_up_to_the_whole(world, rows):
    compute_month(month=OCTOBER, by=None, at=NOVEMBER_2)
    for key in ("care-home-beds", "elders-60", "meal-sites", "nursing-beds", "elder-associations"):
        parts = q.by_division(key, actor=None, month=OCTOBER, division=world.city)
        assert sum(p.numerator for p in parts) == row(world, key).numerator
        towns = q.by_division(key, actor=None, month=OCTOBER, division=world.city, level=DivisionLevel.TOWN)
        assert sum(t.numerator for t in towns) == row(world, key).numerator
        villages = q.by_division(key, actor=None, month=OCTOBER, division=world.town)
        assert sum(v.numerator for v in villages) == row(world, key, world.town).numerator


def test_computing_twice_changes_nothing_and_a_correction_replaces(world, rows):
    count = compute_month(month=OCTOBER, by=None, at=NOVEMBER_2)
    before = set(IndicatorValue.objects.values_list("indicator_id", "division", "numerator", "denominator"))
    assert compute_month(month=OCTOBER, by=None, at=NOVEMBER_2) == count == IndicatorValue.objects.count()
    assert before == set(
        IndicatorValue.objects.values_list("indicator_id", "division", "numerator", "denominator")
    )
    Place.objects.filter(pk=rows.closed.pk).update(valid_to=None)
    IndicatorValue.objects.filter(indicator_id="care-homes").update(indicator_id="no-longer-defined")
    compute_month(month=OCTOBER, by=None, at=NOVEMBER_2)
    assert row(world, "care-homes").value == 4
    assert not IndicatorValue.objects.filter(indicator_id="no-longer-defined").exists()


def test_a_month_that_has_not_begun_is_refused_and_so_is_a_district(world, rows):
    with pytest.raises(MonthNotBegun):
        compute_month(month=Month(2026, 12), by=None, at=NOVEMBER_2)
    with pytest.raises(NotPermitted):
        compute_month(month=OCTOBER, by=world.accounts[Role.DISTRICT_BUREAU], at=NOVEMBER_2)


def test_the_board_has_every_indicator_with_its_standing(world, rows):
    compute_month(month=OCTOBER, by=None, at=NOVEMBER_2)
    board = {r.id: r for r in q.board(actor=world.accounts[Role.LEADER], month=OCTOBER, division=world.city)}
    assert len(board) == 48
    beds = board["nursing-beds"]
    assert (beds.value, beds.status, beds.state) == (Decimal("50.00"), Status.OVERDUE, State.COMPUTED)
    assert beds.target.value == 60 and beds.target.by == date(2024, 12, 31)
    assert board["street-centres"].status is Status.MET
    assert board["internet-nursing-hospitals"].value_text == "0.00%"
    assert board["tcm-rehabilitation"].status is Status.NO_DATA  # 0 of 0
    assert board["monthly-visits"].status is Status.NO_DATA and board["monthly-visits"].value is None
    assert board["rental-points"].status is Status.BEHIND
    assert len(q.board(actor=None, month=OCTOBER, division=world.city, with_context=True)) == 59


def test_where_each_district_must_reach_it_the_city_counts_districts(world, rows):
    compute_month(month=OCTOBER, by=None, at=NOVEMBER_2)
    wards = row(world, "hospice-wards")
    assert (wards.districts_met, wards.districts_bound, wards.status) == (1, 2, Status.OVERDUE)
    assert row(world, "hospice-beds", world.huancui).status is Status.MET
    assert row(world, "hospice-beds", world.rongcheng).status is Status.OVERDUE
    assert row(world, "age-friendly-communities-per-district", world.huancui).status is Status.MET
    assert row(world, "hospice-beds", world.town).status is None


def test_a_district_is_held_to_its_own_share_of_the_target(world, rows):
    compute_month(month=OCTOBER, by=None, at=NOVEMBER_2)
    assert row(world, "meal-sites", world.huancui).target is None
    assert row(world, "nursing-beds", world.huancui).target.origin is Origin.REFERENCE
    LocalTarget.objects.create(
        indicator_id="meal-sites",
        deadline=date(2023, 12, 31),
        division=world.huancui,
        value=1,
        set_at=AT,
        set_by=world.accounts[Role.DISTRICT_BUREAU],
    )
    local = row(world, "meal-sites", world.huancui)
    assert (local.target.origin, local.target.value, local.status) == (Origin.LOCAL, 1, Status.MET)


def test_the_furthest_state_of_a_reported_figure_is_shown(world):
    def report(state, numerator, month=OCTOBER):
        Figure.objects.create(
            indicator_id="monthly-visits",
            month=month.first_on,
            division=world.city,
            state=state,
            numerator=numerator,
            denominator=200,
            set_at=AT,
        )

    report("reported", 190)
    report("published", 150, Month(2026, 9))
    assert row(world, "monthly-visits").state is State.REPORTED
    report("verified", 180)
    shown = row(world, "monthly-visits")
    assert (shown.state, shown.value, shown.previous) == (State.VERIFIED, Decimal("90.00"), Decimal("75.00"))
    assert shown.change == Decimal("15.00")
    points = q.trend("monthly-visits", actor=None, division=world.city, month=OCTOBER, months=3)
    assert [p.value for p in points] == [None, Decimal("75.00"), Decimal("90.00")]


@pytest.mark.parametrize("key", [k for k, i in rulebook.load().items() if i.is_computed])
def test_drilling_gives_the_very_rows_that_were_counted(world, rows, key):
    indicator = rulebook.load()[key]
    amounts = compute_live([indicator], date(2026, 10, 31))[key]
    for division in (world.city, world.huancui, world.foreign_town):
        code = "" if division == world.city else division.code
        amount = amounts.get(code)
        ask = {"actor": None, "month": OCTOBER, "division": division, "at": NOVEMBER_2}
        counted = q.drill(key, **ask)
        assert len(counted.rows) == (amount.numerator if amount else 0)
        if indicator.definition.denominator:
            missing = q.drill(key, part=Part.MISSING, **ask)
            assert len(counted.rows) + len(missing.rows) == (amount.denominator if amount else 0)
            assert not {r["id"] for r in counted.rows} & {r["id"] for r in missing.rows}


def test_a_drill_goes_page_by_page(world, rows):
    for _ in range(7):
        place(world.village, PlaceKind.MEAL_SITE, world.operator)
    seen, after = [], 0
    while after is not None:
        page = q.drill(
            "meal-sites", actor=None, month=OCTOBER, division=world.city, at=NOVEMBER_2, after=after, limit=4
        )
        seen += [r["id"] for r in page.rows]
        after = page.after
    assert len(seen) == len(set(seen)) == 9 and seen == sorted(seen)


def test_outside_the_scope_there_is_nothing(world, rows):
    actor = world.accounts[Role.DISTRICT_BUREAU]
    ask = {"actor": actor, "month": OCTOBER}
    for division in (world.city, world.rongcheng, world.foreign_town):
        with pytest.raises(Http404):
            q.board(division=division, **ask)
        with pytest.raises(Http404):
            q.drill("meal-sites", division=division, at=NOVEMBER_2, **ask)
        with pytest.raises(Http404):
            q.by_division("meal-sites", division=division, **ask)
        with pytest.raises(Http404):
            q.trend("meal-sites", division=division, **ask)
    own = q.drill("meal-sites", division=world.huancui, at=NOVEMBER_2, **ask)
    assert [r["id"] for r in own.rows] == [rows.meals[0].pk]
    with pytest.raises(Http404):
        q.get_indicator("no-such")
    with pytest.raises(q.NotComputed):
        q.drill("monthly-visits", actor=None, month=OCTOBER, division=world.city, at=NOVEMBER_2)
