"""Issue 4 in the demo city: homes with residents, assessments, the waiting list, money and care, all consistent."""

from collections import Counter
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.db.models import Count, F, Sum

from tests.demo.test_city import AS_OF, build, tiny
from yinling.assessment.models import Assessment, AssessmentRequest, Assessor, ResultAcceptance
from yinling.core.models import Account, LedgerLine
from yinling.demo import accounts
from yinling.demo.context import Context, divisions_by_code
from yinling.demo.residents import People, list_homes
from yinling.demo.steps import assessments, care, families, fees, prices, reference, residents, stays, waiting
from yinling.demo.steps.home_services import make_home_services
from yinling.governance.models import IndicatorValue
from yinling.governance.operations.indicators import compute_month
from yinling.kernel.periods import Month
from yinling.registry.models import Person, PersonAccess
from yinling.residence.models import (
    Absence,
    Application,
    Bill,
    CarePlan,
    CareTask,
    FamilyShare,
    HomeStanding,
    Incident,
    MedicationRound,
    Occupancy,
    Offer,
    PriceDeclaration,
    Publication,
    QueuePlace,
    Receipt,
    Refund,
    RiskProtection,
    ShiftHandover,
    Skip,
    Stay,
    VitalSign,
)

_STEPS = (
    reference.make_public_accounts,
    make_home_services,
    residents.register_assessors,
    residents.move_in_residents,
    prices.publish_all,
    fees.play_fees,
    stays.play_stays,
    waiting.play_waiting,
    assessments.play_assessments,
    care.play_care,
    families.play_families,
)


def homes(people: int = 700, every: int = 8) -> Context:
    ctx = Context("small", 7, AS_OF, people, every=every)
    build(ctx)
    _somebody_in_the_village_of_the_accounts(ctx)
    for step in _STEPS:
        step(ctx)
    return ctx


def _somebody_in_the_village_of_the_accounts(ctx: Context) -> None:
    """A city this tiny leaves most villages empty."""
    village = divisions_by_code()[accounts.PUBLIC_VILLAGE]
    old = Person.objects.filter(state="active", born_on__lt=date(ctx.as_of.year - 70, 1, 1))
    one = old.filter(categories=None).order_by("id").first()
    Person.objects.filter(pk=one.pk).update(division=village, division_path=village.path)


def states(rows, field: str = "state") -> set[str]:
    return {state for state, n in Counter(rows.values_list(field, flat=True)).items() if n}


def test_every_state_of_every_page_has_something_to_show(db):
    ctx = homes()
    assert {"appointed", "underway", "signed", "superseded", "replaced", "upheld", "cancelled"} <= states(
        Assessment.objects
    )
    assert {"asked", "accepted", "refused", "done", "withdrawn"} <= states(AssessmentRequest.objects)
    assert states(Assessment.objects, "instrument") == {"gbt42195-2022", "ltci37-2021"}
    assert Assessment.objects.filter(state="signed", valid_until__lte=AS_OF).exists()
    assert ResultAcceptance.objects.filter(withdrawn_at=None).exists() and Assessor.objects.count() == 4

    assert {"queued", "applied", "assessing", "admitted"} <= states(Application.objects)
    assert {"open", "used", "refused"} <= states(Offer.objects)  # a small city has expired ones too
    assert Offer.objects.filter(state="open", answer_by__lt=AS_OF).exists()
    assert {"approved", "proposed"} <= states(Skip.objects)
    assert not Skip.objects.filter(decided_by=F("proposed_by")).exists()
    assert Publication.objects.count() == 2 and Publication.objects.filter(objections__answer="").count() <= 1

    assert {"long", "trial"} <= states(Stay.objects.filter(until=None), "kind")
    assert {"departed", "died"} <= states(Stay.objects, "end")
    assert {"leave", "hospital"} <= states(Absence.objects.filter(until=None), "kind")
    assert {"issued", "draft"} <= states(Bill.objects) and Receipt.objects.filter(kind="deposit").exists()
    assert Refund.objects.exists() and {"approved", "declared"} <= states(PriceDeclaration.objects)
    assert HomeStanding.objects.exists()

    assert {"active", "draft"} <= states(CarePlan.objects)
    assert {"due", "done", "missed"} <= states(CareTask.objects)
    assert {"handed", "received"} <= states(ShiftHandover.objects)
    assert Incident.objects.exists() and MedicationRound.objects.filter(state="closed").exists()
    kinds = RiskProtection.objects.values("stay").annotate(n=Count("kind", distinct=True))
    assert set(kinds.values_list("n", flat=True)) == {9} and VitalSign.objects.exists()
    assert FamilyShare.objects.exists()
    _holds_together(ctx)
    _accounts_reach_something()
    _indicators_follow(ctx)


def test_in_a_full_size_city_a_bed_had_one_at_a_time(db):
    """Of a small one only the homes looked at closely have former residents; beds are given away late there too."""
    ctx = Context("city", 7, AS_OF, 20_000, every=40)
    build(ctx)
    now, past = residents.draw_stays(ctx, People(ctx), list_homes(ctx))
    in_bed: dict[int, list[tuple[date, date]]] = {}
    for stay in [*now, *past]:
        in_bed.setdefault(stay.bed.pk, []).append((stay.since, stay.until or date.max))
    assert past and any(len(lived) > 1 for lived in in_bed.values())
    for lived in in_bed.values():
        lived.sort()
        assert all(left < came for (_, left), (came, _) in pairwise(lived))


def _holds_together(ctx: Context) -> None:
    """The ledger balances, beds and stays tell the same, nobody waits who lives in a public home."""
    assert LedgerLine.objects.aggregate(s=Sum("amount"))["s"] == 0
    open_stays = Stay.objects.filter(until=None)
    using = Occupancy.objects.filter(until=None, kind="home")
    assert set(open_stays.values_list("pk", flat=True)) == set(using.values_list("stay_id", flat=True))
    assert not open_stays.exclude(person__living="institution").filter(person__state="active").exists()
    assert not open_stays.filter(assessment=None).exists()
    assert not open_stays.exclude(person__state="active").exists()
    queued = set(Application.objects.filter(state__in=["queued", "offered"]).values_list("pk", flat=True))
    assert queued == set(QueuePlace.objects.values_list("pk", flat=True))
    housed = open_stays.filter(place__ownership__in=["public", "public_built"]).exclude(kind="respite")
    waiting_now = Application.objects.filter(ended_at=None).exclude(state="trial")
    assert not waiting_now.filter(person__in=housed.values("person")).exists()
    assert not Stay.objects.filter(since__gt=ctx.at).exists()
    assert not Assessment.objects.filter(signed_at__gt=ctx.at).exists()


def _accounts_reach_something() -> None:
    home1 = Account.objects.get(username="home1")
    assert Stay.objects.visible_to(home1).filter(until=None).exists()
    assert Bill.objects.visible_to(home1).exists()
    assert CareTask.objects.visible_to(Account.objects.get(username="huliyuan")).exists()
    assert Assessment.objects.visible_to(Account.objects.get(username="pinggu")).exists()
    elder = PersonAccess.objects.get(relation="本人").account
    assert Application.objects.visible_to(elder).exists() and Assessment.objects.visible_to(elder).exists()
    family = Account.objects.get(role="family")
    assert FamilyShare.objects.filter(stay__in=Stay.objects.visible_to(family), until=None).exists()


def _indicators_follow(ctx: Context) -> None:
    """The figures of measure 1 come from rows and agree with them."""
    month = Month.of(ctx.as_of)
    compute_month(month=month, by=None, at=ctx.at)
    values = {
        v.indicator_id: v for v in IndicatorValue.objects.filter(month=month.first_on, division__level="city")
    }
    assert values["home-residents"].numerator == Stay.objects.filter(until=None).count()
    assert values["residents-respite"].numerator == Stay.objects.filter(until=None, kind="respite").count()
    assert values["waiting-applicants"].numerator > 0 and values["home-visits-delivered"].numerator > 0
    of_measure_1 = (
        "nursing-beds",
        "home-occupancy",
        "destitute-in-homes",
        "disabled-destitute-in-homes",
        "socialised-homes",
        "homes-offering-home-visits",
    )
    for indicator in of_measure_1:
        assert 0 <= values[indicator].numerator <= values[indicator].denominator, indicator
        # A city this tiny may have nobody who is both destitute and disabled.
        assert values[indicator].numerator or indicator == "disabled-destitute-in-homes", indicator


def test_the_same_seed_moves_in_the_same_people(db):
    seen = []
    for _ in range(2):
        with transaction.atomic():
            ctx = tiny()
            build(ctx)
            reference.make_public_accounts(ctx)
            residents.register_assessors(ctx)
            residents.move_in_residents(ctx)
            rows = Stay.objects.values_list("person__name", "place__name", "since", "until", "funded")
            seen.append(sorted(map(str, rows)))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_nobody_is_entered_after_the_citys_own_day(db):
    ctx = tiny()
    build(ctx)
    residents.register_assessors(ctx)
    residents.move_in_residents(ctx)
    assert date(2019, 6, 1) <= min(s.date() for s in Stay.objects.values_list("since", flat=True))
    assert not Person.objects.filter(registered_on__gt=AS_OF).exists()
