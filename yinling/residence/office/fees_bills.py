"""Bills of a home: overview, the month's run, one bill."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires, send_export
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month
from yinling.registry.models import Place
from yinling.registry.office.choosing import chosen, key
from yinling.residence.office.fees_prices import crumbs, seen_home
from yinling.residence.operations.bills import ask_bill_run, issue_bill, issue_bills, make_bill, run_bills
from yinling.residence.operations.fee_exports import export_bills
from yinling.residence.queries import bills as reads
from yinling.residence.queries import custody, prices
from yinling.residence.queries.entries import get_entry, get_source
from yinling.residence.tasks_fees import start_bill_run

SEE, MANAGE = Permission.VIEW_FEES, Permission.MANAGE_FEES
FILTERS = (("draft", "草稿"), ("open", "待付款"), ("overdue", "已逾期"), ("paid", "已付清"))
AT_ONCE = 40  # residents that are billed while the page waits; more go to a job


@requires(SEE)
def fees(request: HttpRequest) -> HttpResponse:
    """The homes in reach; straight to the home when there is one."""
    today, actor = localdate(request.now), request.user
    homes = custody.list_positions(actor=actor, today=today)
    if len(homes) == 1:
        return home_fees(request, homes[0].pk)
    context = {
        "homes": homes,
        "over": prices.list_over_cap(actor=actor, today=today),
        "to_decide": sum(1 for d in prices.list_declarations(actor=actor, state="declared")),
        "may_review": actor.may(Permission.REVIEW_PRICES),
    }
    return page(request, "residence/fees.html", context)


@requires(SEE)
def home_fees(request: HttpRequest, pk: int) -> HttpResponse:
    """A home's own page of fees: doors, and what waits."""
    place, today = seen_home(request, pk), localdate(request.now)
    month = _last_month(request)
    context = {
        "place": place,
        "month": month,
        "totals": reads.get_totals(actor=request.user, place=place, month=month, today=today),
        "position": custody.position_of(place.pk, custody.rules_on(today)),
        "breaches": custody.breaches_of(place, today),
        "due": len(custody.list_due(place, today)),
        "version": prices.version_now(place, today),
        "declaration": prices.get_declaration(place, today),
        "refunds": reads.count_open_refunds(actor=request.user, place=place),
        "crumbs": [*crumbs(place)[:1], (place.name, "")],
    }
    return page(request, "residence/home_fees.html", context)


@never_cache
@requires(SEE)
def home_bills(request: HttpRequest, pk: int) -> HttpResponse:
    place, today, month = seen_home(request, pk), localdate(request.now), _month(request)
    standing = chosen(request, "standing", [k for k, _ in FILTERS])
    rows, more = reads.list_bills(
        actor=request.user, place=place, month=month, standing=standing, today=today, after=key(request)
    )
    run, problems = reads.get_run(actor=request.user, place=place, month=month)
    context = {
        "place": place,
        "month": month,
        "month_options": [(str(m), m.label) for m in (Month.of(today).plus(-n) for n in range(13))],
        "rows": rows,
        "more": more,
        "standing": standing,
        "filters": FILTERS,
        "totals": reads.get_totals(actor=request.user, place=place, month=month, today=today),
        "run": run,
        "running": run is not None and run.state != "done",
        "problems": problems,
        "over": month.last_on < today,
        "may_manage": request.user.may(MANAGE),
        "crumbs": crumbs(place, ("账单", "")),
    }
    return page(request, "residence/home_bills.html", context)


@require_POST
@requires(MANAGE)
def home_bills_run(request: HttpRequest, pk: int) -> HttpResponse:
    place, month = seen_home(request, pk), _month(request)

    def act() -> None:
        run = ask_bill_run(place=place, month=month, by=request.user, at=request.now)
        if run.total > AT_ONCE:
            start_bill_run(run)
        else:
            run_bills(run=run, by=request.user, at=request.now)

    return after_act(
        request, act, to=_bills_url(place, month), said=f"{month.label}的账单已生成，请核对后开出。"
    )


@require_POST
@requires(MANAGE)
def home_bills_issue(request: HttpRequest, pk: int) -> HttpResponse:
    place, month = seen_home(request, pk), _month(request)

    def act() -> None:
        _, refused = issue_bills(place=place, month=month, by=request.user, at=request.now)
        if refused:
            raise SomeNotIssued(f"有 {len(refused)} 份没有开出：{refused[0]}")

    return after_act(request, act, to=_bills_url(place, month), said="草稿已全部开出。")


@requires(SEE)
def home_bills_export(request: HttpRequest, pk: int) -> HttpResponse:
    place, month = seen_home(request, pk), _month(request)
    export = export_bills(place=place, month=month, by=request.user, at=request.now)
    return send_export(export)


@never_cache
@requires(SEE)
def bill(request: HttpRequest, pk: int) -> HttpResponse:
    row = reads.get_bill(actor=request.user, pk=pk)
    if row is None:
        raise Http404
    month = Month.of(row.month)
    context = {
        **reads.bill_view(row, localdate(request.now)),
        "stay": row.stay,
        "crumbs": crumbs(row.place, ("账单", _bills_url(row.place, month)), (row.stay.person.name, "")),
        "may_manage": request.user.may(MANAGE),
    }
    return page(request, "residence/bill.html", context)


@require_POST
@requires(MANAGE)
def bill_issue(request: HttpRequest, pk: int) -> HttpResponse:
    row = reads.get_bill(actor=request.user, pk=pk)
    if row is None:
        raise Http404
    return after_act(
        request,
        lambda: issue_bill(bill=row, by=request.user, at=request.now),
        to=reverse("residence:bill", args=[row.pk]),
        said="账单已开出。",
    )


@require_POST
@requires(MANAGE)
def bill_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """What has changed since: a renewed draft, or a supplement."""
    row = reads.get_bill(actor=request.user, pk=pk)
    if row is None:
        raise Http404
    month = Month.of(row.month)

    def act() -> None:
        if make_bill(stay=row.stay, month=month, by=request.user, at=request.now) is None:
            raise NothingChanged("没有变动，账单不用更新。")

    to = reverse("residence:stay_fees", args=[row.stay_id])
    return after_act(request, act, to=to, said="已按最新情况生成，请核对后开出。")


@never_cache
@requires(SEE)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a yuan comes from: the entry, its sides, the days of service."""
    found = get_entry(actor=request.user, pk=pk)
    if found is None:
        raise Http404
    context = {"entry": found[0], "lines": found[1], "source": get_source(found[0])}
    return page(request, "residence/entry.html", context)


class SomeNotIssued(DomainError):
    """Some drafts could not be issued; the others were."""


class NothingChanged(DomainError):
    """The bill says what the rows say."""


def _month(request: HttpRequest) -> Month:
    try:
        return Month.parse(request.GET.get("month", "") or request.POST.get("month", ""))
    except DomainError:
        return _last_month(request)


def _last_month(request: HttpRequest) -> Month:
    return Month.of(localdate(request.now)).plus(-1)


def _bills_url(place: Place, month: Month) -> str:
    return f"{reverse('residence:home_bills', args=[place.pk])}?month={month}"


urlpatterns = [
    path("office/fees/", fees, name="fees"),
    path("office/fees/homes/<int:pk>/", home_fees, name="home_fees"),
    path("office/fees/homes/<int:pk>/bills/", home_bills, name="home_bills"),
    path("office/fees/homes/<int:pk>/bills/run/", home_bills_run, name="home_bills_run"),
    path("office/fees/homes/<int:pk>/bills/issue/", home_bills_issue, name="home_bills_issue"),
    path("office/fees/homes/<int:pk>/bills/export/", home_bills_export, name="home_bills_export"),
    path("office/fees/entries/<int:pk>/", entry, name="entry"),
    path("office/fees/bills/<int:pk>/", bill, name="bill"),
    path("office/fees/bills/<int:pk>/issue/", bill_issue, name="bill_issue"),
    path("office/fees/bills/<int:pk>/renew/", bill_renew, name="bill_renew"),
]
