"""Which result holds: what rooms above ask before they admit, pay or plan."""

from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.timezone import localdate

from yinling.assessment.choices import AssessmentState
from yinling.assessment.models import Assessment, ResultAcceptance
from yinling.core.models import Account
from yinling.registry.models import Person


def valid_result(person: Person | int, purpose: str, at: datetime) -> Assessment | None:
    """The result that holds for the purpose at that time: its own, else one accepted (采信) for it.

    Look at `.instrument` before reading `.level`: levels of two instruments do not compare.
    """
    day = localdate(at)
    holding = _results(person, at).filter(valid_from__lte=day, valid_until__gt=day)
    return _own_or_accepted(holding, purpose, at)


def latest_result(person: Person | int, purpose: str, at: datetime) -> Assessment | None:
    """As valid_result, whether it still holds or has run out."""
    return _own_or_accepted(_results(person, at), purpose, at)


def was_accepted_for(assessment: Assessment, purpose: str, at: datetime) -> ResultAcceptance | None:
    """The decision by which the result serves the purpose; None for its own purpose or none at all."""
    return assessment.acceptances.filter(_standing(at), purpose=purpose).first()


def list_results(*, person: Person, actor: Account) -> list[Assessment]:
    """Every conclusion about the person that the actor may see, the newest first; `itemised`: with its answers."""
    seen = Assessment.objects.visible_to(actor).filter(person=person, signed_at__isnull=False)
    seen = seen.annotate(itemised=ExpressionWrapper(~Q(answers={}), BooleanField()))
    return list(seen.defer("answers", "particulars", "traces").order_by("-signed_at", "-pk")[:50])


def _results(person: Person | int, at: datetime) -> QuerySet[Assessment]:
    """Conclusions of that time in force, but for those that only confirm another."""
    pk = person if isinstance(person, int) else person.pk
    found = Assessment.objects.filter(person_id=pk, signed_at__lte=at).exclude(state=AssessmentState.UPHELD)
    return found.filter(Q(ended_at=None) | Q(ended_at__gt=at)).order_by("-signed_at", "-pk")


def _own_or_accepted(found: QuerySet[Assessment], purpose: str, at: datetime) -> Assessment | None:
    own = found.filter(purpose=purpose).first()
    if own is not None:
        return own
    decisions = ResultAcceptance.objects.filter(_standing(at), purpose=purpose)
    return found.filter(pk__in=decisions.values("assessment")).first()


def _standing(at: datetime) -> Q:
    return Q(accepted_at__lte=at) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))
