"""Bulletins 通报: written from frozen months, published by a second person."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import ROLES
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.files import open_stored, store_bytes
from yinling.core.models import Account, Division
from yinling.core.notify import notify
from yinling.core.provenance import data_remark
from yinling.engines.indicators.assessing import State
from yinling.governance.bulletins.content import build_content
from yinling.governance.bulletins.periods import Period, parse_period
from yinling.governance.bulletins.text import compose
from yinling.governance.choices import BulletinKind, FigureState
from yinling.governance.models import Bulletin, Figure, Snapshot
from yinling.governance.operations.snapshots import take_snapshot
from yinling.governance.queries.duties import city
from yinling.governance.queries.month_ends import is_early
from yinling.governance.queries.snapshots import FrozenMonth, snapshot_values, verify_snapshot
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month


class PeriodNotBegun(DomainError):
    """The period's last month has not begun, so there is nothing to freeze."""


class BulletinAlreadyPublished(DomainError):
    """A published bulletin stays as it is."""


class PublishedByWriter(DomainError):
    """Whoever wrote a bulletin, and the system, do not publish it."""


class SnapshotNotIntact(DomainError):
    """The files behind the bulletin were touched."""


class SnapshotReplaced(DomainError):
    """The month was frozen again after the bulletin was written."""


class PeriodNotOver(DomainError):
    """A bulletin of a month that still runs is a preview and is not published."""


_EARLY = "原快照固化时本月尚未结束"


def freeze_period_end(*, month: Month, by: Account | None, at: datetime, reason: str = "") -> Snapshot:
    """The snapshot of `month`, taken when there is none. One that was taken while the month still ran is taken
    again once it is over; any other only with a `reason`. Raises what take_snapshot raises."""
    taken = Snapshot.objects.filter(month=month.first_on).first()
    if taken is not None and is_early(taken) and localdate(at) > month.last_on:
        reason = reason or _EARLY
    return take_snapshot(
        month=month, by=by, at=at, again=taken is not None and bool(reason.strip()), reason=reason
    )


def write_bulletin(
    *, kind: BulletinKind, period: str, refreeze_reason: str = "", by: Account | None, at: datetime
) -> Bulletin:
    """Write the bulletin of a month (`2026-10`) or quarter (`2026Q3`) from the frozen last month, which is
    frozen first when it is not, and again with a `refreeze_reason`. Writing again replaces one that is not
    yet published.

    Raises NotPermitted, BadPeriod, PeriodNotBegun, BulletinAlreadyPublished, and what take_snapshot raises.
    """
    require(by, Permission.PUBLISH_BULLETIN)
    asked = parse_period(BulletinKind(kind), period)
    if asked.month.first_on > localdate(at):
        raise PeriodNotBegun(
            f"{asked.label}的最后一个月（{asked.month.label}）还没有开始，不能生成通报。请选择已经开始的期间。"
        )
    _refuse_published(asked)
    # Not inside our own transaction: freezing wants one of its own, in which nothing moves.
    snapshot = freeze_period_end(month=asked.month, by=by, at=at, reason=refreeze_reason)
    content = _content(asked, at)
    with transaction.atomic():
        Snapshot.objects.select_for_update().get(pk=snapshot.pk)  # two writers: one after the other
        _refuse_published(asked)
        return _keep(asked, snapshot, content, by, at)


@transaction.atomic
def publish_bulletin(*, bulletin: Bulletin, by: Account, at: datetime) -> Bulletin:
    """Publish: the frozen verified figures of its month become `published`, units are told.

    Raises NotPermitted, BulletinAlreadyPublished, PublishedByWriter, PeriodNotOver, SnapshotReplaced,
    SnapshotNotIntact.
    """
    if by is None:
        raise PublishedByWriter("通报只能由发布人员本人发布，系统不能代为发布。")
    require(by, Permission.PUBLISH_BULLETIN)
    held = Bulletin.objects.select_for_update(of=("self",)).select_related("snapshot").get(pk=bulletin.pk)
    if held.published_at is not None:
        raise BulletinAlreadyPublished(f"{held.content['data']['label']}通报已经发布，不能重复发布。")
    if held.written_by_id == by.pk:
        raise PublishedByWriter("生成通报的人不能自己发布，请由另一位有权限的人员核对后发布。")
    month = Month.of(held.snapshot.month)
    if held.content["data"]["is_partial"]:
        raise PeriodNotOver(
            f"这份通报生成时{month.label}还没有结束，只能作预览。请在月末后重新生成，再核对发布。"
        )
    if held.content["data"]["manifest"] != held.snapshot.manifest_sha256:
        raise SnapshotReplaced(f"{month.label}的快照在生成通报之后重新固化过，请重新生成通报再发布。")
    found = verify_snapshot(month)
    if not found.is_intact:
        raise SnapshotNotIntact(
            f"{month.label}的快照有问题，不能发布：{'；'.join(found.messages)}。请联系系统管理员。"
        )
    held.published_at, held.published_by = at, by
    held.save(update_fields=["published_at", "published_by"])
    published = _publish_figures(snapshot_values(month), by, at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="publish_bulletin",
        subject=held,
        before={"published_at": None},
        after={"published_at": str(at), "figures": published},
        division_path=city().path,
    )
    _tell(held, at)
    return held


def _refuse_published(asked: Period) -> None:
    if Bulletin.objects.filter(kind=asked.kind, period=asked.key, published_at__isnull=False).exists():
        raise BulletinAlreadyPublished(
            f"{asked.label}通报已经发布，不能重新生成。如有更正，请在下一期通报中说明。"
        )


def _content(asked: Period, at: datetime) -> dict:
    """`data`, the figures, and `words`, what page and Word document show of them."""
    before = asked.before.month
    frozen_before = (
        snapshot_values(before) if Snapshot.objects.filter(month=before.first_on).exists() else None
    )
    data = build_content(asked, snapshot_values(asked.month), frozen_before)
    words = compose(
        data,
        issuer=f"{data['city']['name']}民政局",
        signed_on=localdate(at).isoformat(),
        remark=data_remark(),
    )
    return {"data": data, "words": words}


def _keep(asked: Period, snapshot: Snapshot, content: dict, by: Account | None, at: datetime) -> Bulletin:
    from yinling.governance.bulletins.letter import as_word  # draws charts, which is slow to import

    data = as_word(content["words"], made_at=at, digest=snapshot.manifest_sha256)
    path = city().path
    name = f"{content['words']['title'].replace(chr(10), '')}.docx"
    file = store_bytes(data, name=name, by=by, at=at, division_path=path)
    bulletin, created = Bulletin.objects.update_or_create(
        kind=asked.kind,
        period=asked.key,
        defaults={
            "snapshot": snapshot,
            "content": content,
            "file": file,
            "written_at": at,
            "written_by": by,
        },
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE if created else AuditVerb.CHANGE,
        act="write_bulletin",
        subject=bulletin,
        after={
            "kind": asked.kind,
            "period": asked.key,
            "manifest": snapshot.manifest_sha256,
            "file": file.sha256,
        },
        division_path=path,
    )
    return bulletin


@transaction.atomic
def download_bulletin(*, bulletin: Bulletin, by: Account, at: datetime) -> BinaryIO:
    """The Word file, to be closed by the caller; that it was taken is noted."""
    require(by, Permission.VIEW_COCKPIT)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="download_bulletin",
        subject=bulletin,
        after={"file": bulletin.file.name},
    )
    return open_stored(bulletin.file)


def _publish_figures(frozen: FrozenMonth, by: Account, at: datetime) -> int:
    """A `published` row beside each frozen verified figure of the month; one published before stays."""
    divisions = {d.code: d for d in Division.objects.filter(level__in=["city", "district", "town"])}
    made = 0
    for (indicator_id, code), readings in sorted(frozen.basis.readings.items()):
        for reading in readings:
            if reading.month != frozen.month or reading.state is not State.VERIFIED or code not in divisions:
                continue
            _, created = Figure.objects.get_or_create(
                indicator_id=indicator_id,
                month=frozen.month.first_on,
                division=divisions[code],
                state=FigureState.PUBLISHED,
                defaults={
                    "numerator": reading.amount.numerator,
                    "denominator": reading.amount.denominator,
                    "set_at": at,
                    "set_by": by,
                },
            )
            made += created
    return made


def _tell(bulletin: Bulletin, at: datetime) -> None:
    roles = [role for role, spec in ROLES.items() if Permission.FILL_REPORT in spec.permissions]
    notify(
        accounts=Account.objects.filter(role__in=roles, is_active=True).values_list("pk", flat=True),
        key=f"bulletin-{bulletin.pk}-published",
        title=f"{bulletin.content['data']['label']}养老服务重点任务落实情况通报已发布",
        url=f"/office/bulletins/{bulletin.pk}/",
        at=at,
    )
