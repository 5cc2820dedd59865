"""Files that may be of one person 疑似重复: the review queue, a pair side by side, merging and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PairSource, PairState
from yinling.registry.merging.fields import CHOOSABLE, DOCUMENT
from yinling.registry.models import DuplicatePair, Merge, Person
from yinling.registry.office.choosing import chosen, chosen_division
from yinling.registry.operations.duplicates import decide_pair, merge_people, unmerge_people
from yinling.registry.queries import duplicates as reads
from yinling.registry.queries.divisions import division_options


@requires(Permission.MERGE_PEOPLE)
def duplicates(request: HttpRequest) -> HttpResponse:
    filters = reads.PairFilters(
        division=chosen_division(request),
        state=chosen(request, "state", [*PairState.values, "all"], PairState.OPEN),
        strength=chosen(request, "strength", reads.STRENGTHS),
        source=chosen(request, "source", PairSource),
    )
    found = reads.list_pairs(
        actor=request.user, filters=filters, after=request.GET.get("after", "").replace("\x00", "")[:60]
    )
    context = {
        "page": found,
        "filters": filters,
        "divisions": division_options(request.user, filters.division),
        "states": [*PairState.choices, ("all", "全部")],
        "state_labels": dict(PairState.choices),
        "strengths": list(reads.STRENGTHS.items()),
        "strength_labels": reads.STRENGTHS,
        "sources": PairSource.choices,
    }
    return page(request, "registry/duplicates.html", context)


@never_cache
@requires(Permission.MERGE_PEOPLE)
def duplicate_pair(request: HttpRequest, pk: int) -> HttpResponse:
    return _pair_page(request, _pair(request, pk))


@require_POST
@requires(Permission.MERGE_PEOPLE)
def duplicate_decide(request: HttpRequest, pk: int) -> HttpResponse:
    pair = _pair(request, pk)
    wanted = request.POST.get("state", "")
    state = PairState(wanted) if wanted in PairState.values else PairState.LATER

    def act() -> None:
        reason = request.POST.get("reason", "").replace("\x00", "")
        decide_pair(pair=pair, state=state, reason=reason, by=request.user, at=request.now)

    following = reads.next_open_pair(actor=request.user, pair=pair)
    here = reverse("registry:duplicate_pair", args=[pk])
    to = reverse("registry:duplicate_pair", args=[following]) if following else reverse("registry:duplicates")
    reason_given = len(request.POST.get("reason", "").strip()) >= 2
    said = f"已记为“{state.label}”。" + ("下面是下一对。" if following else "没有待核对的了。")
    return after_act(request, act, to=to if reason_given else here, said=said)


@require_POST
@requires(Permission.MERGE_PEOPLE)
def duplicate_merge(request: HttpRequest, pk: int) -> HttpResponse:
    pair = _pair(request, pk)
    keep_left = request.POST.get("kept") != "right"
    kept, gone = (pair.left, pair.right) if keep_left else (pair.right, pair.left)
    gone_side = "right" if keep_left else "left"
    choices = {
        c.name: "gone" for c in (*CHOOSABLE, DOCUMENT) if request.POST.get(f"take_{c.name}") == gone_side
    }
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        merge_people(kept=kept, gone=gone, choices=choices, reason=reason, by=request.user, at=request.now)
    except DomainError as error:
        return _pair_page(request, _pair(request, pk), refused=error.message)
    messages.success(
        request, f"档案 {gone.file_number} 已并入这份档案。如有错误，可在下面的“合并记录”里撤销。"
    )
    return HttpResponseRedirect(reverse("registry:person", args=[kept.pk]), status=303)


@require_POST
@requires(Permission.MERGE_PEOPLE)
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    merge = get_object_or_404(Merge.objects.visible_to(request.user), pk=pk)

    def act() -> None:
        reason = request.POST.get("reason", "").replace("\x00", "")
        unmerge_people(merge=merge, reason=reason, by=request.user, at=request.now)

    to = reverse("registry:person", args=[merge.kept_id])
    return after_act(request, act, to=to, said="已撤销合并，两份档案恢复原样。")


def stub(request: HttpRequest, row: Person) -> HttpResponse:
    """A merged file leads to the one that was kept; if that lies outside the reader's scope, it only says so."""
    kept = reads.kept_file(row)
    if kept.pk != row.pk and Person.objects.visible_to(request.user).filter(pk=kept.pk).exists():
        messages.info(request, f"档案 {row.file_number} 已并入这份档案，原来的内容都在这里。")
        return HttpResponseRedirect(reverse("registry:person", args=[kept.pk]))
    return page(request, "registry/merged.html", {"person": row})


def _pair(request: HttpRequest, pk: int) -> DuplicatePair:
    seen = DuplicatePair.objects.visible_to(request.user).select_related(
        "decided_by",
        "left__division__parent",
        "right__division__parent",
        "left__hukou_division",
        "right__hukou_division",
    )
    return get_object_or_404(seen, pk=pk)


def _pair_page(request: HttpRequest, pair: DuplicatePair, refused: str = "") -> HttpResponse:
    left, right = reads.get_side(pair.left), reads.get_side(pair.right)
    # The file in which there is more is kept, or else the older one.
    kept = "right" if (right.facts, -right.person.pk) > (left.facts, -left.person.pk) else "left"
    given = request.POST
    taken = {name: given.get(f"take_{name}") for name in [c.name for c in (*CHOOSABLE, DOCUMENT)]}
    context = {
        "pair": pair,
        "left": left,
        "right": right,
        "kept": given.get("kept", kept),
        "taken": taken,
        "reason": given.get("reason", ""),
        "lines": reads.compare_files(pair.left, pair.right, localdate(request.now)),
        "speaks_for": [e for e in pair.evidence if e["kind"] != "different"],
        "speaks_against": [e for e in pair.evidence if e["kind"] == "different"],
        "strength": reads.STRENGTHS[reads.strength_of(pair.weight)],
        "state": PairState(pair.state).label,
        "open": pair.state in (PairState.OPEN, PairState.LATER)
        and "merged" not in (pair.left.state, pair.right.state),
        "following": reads.next_open_pair(actor=request.user, pair=pair),
        "refused": refused,
    }
    return page(request, "registry/duplicate_pair.html", context, status=422 if refused else 200)


urlpatterns = [
    path("office/people/duplicates/", duplicates, name="duplicates"),
    path("office/people/duplicates/<int:pk>/", duplicate_pair, name="duplicate_pair"),
    path("office/people/duplicates/<int:pk>/decide/", duplicate_decide, name="duplicate_decide"),
    path("office/people/duplicates/<int:pk>/merge/", duplicate_merge, name="duplicate_merge"),
    path("office/people/merges/<int:pk>/undo/", merge_undo, name="merge_undo"),
]
