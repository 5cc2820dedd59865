"""Change the keys of personal data while the site is up, and retire old ones."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection, transaction

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, KeyVersion
from yinling.core.sealing import keyring as rings
from yinling.core.sealing import resealing
from yinling.core.sealing.holding import LOCK
from yinling.core.sealing.keyring import Key, Keyring
from yinling.core.sealing.providers import provider as provider_of
from yinling.core.sealing.registered import Progress, derived_tables, digest_columns
from yinling.kernel.errors import DomainError

# A process may go on for this long with what it sealed just before the current key changed.
GRACE = timedelta(hours=1)
# All processes have looked at the keyring again after this.
SETTLED_SECONDS = rings.LOOK_AGAIN_SECONDS + 0.5


class KeysBusy(DomainError):
    """A transaction that holds the current key did not end in time."""


class NoNewKey(DomainError):
    """The keys come from the environment, and it names no new one."""


class KeyStillUsed(DomainError):
    """Rows, running work, or the site itself still need the key version."""


class NoSuchKey(DomainError):
    """The version is not in the keyring."""


@dataclass
class Rotation:
    """What a rotation did: rows by table, and rows that it could not digest again."""

    version: int
    resumed: bool = False
    rows: dict[str, int] = field(default_factory=dict)
    conflicts: list[tuple[str, Any]] = field(default_factory=list)


def rotate_keys(
    *,
    provider: str | None = None,
    progress: Progress = lambda table, rows: None,
    by: Account | None,
    at: datetime,
) -> Rotation:
    """Add a key, make it the current one, seal everything again. An interrupted rotation is gone on with
    instead. Not in one transaction: each step is whole by itself, and the site works between any two.

    Raises KeysBusy, NoNewKey, ProviderMissing.
    """
    target = _unfinished()
    rotation = Rotation(target.version if target else 0, resumed=target is not None)
    if target is None:
        rotation.version = _begin(provider, by, at)
    _reseal_all(rotation, progress, at)
    finish_rotation(rotation=rotation, by=by, at=at)
    return rotation


def _unfinished() -> KeyVersion | None:
    current = KeyVersion.objects.filter(is_current=True).first()
    if current is None:
        return None
    ring = rings.reread()
    if rings.in_environment() and ring.current.version != current.version:
        return None  # a new key was put first: begin with it
    if any(key.version > current.version for key in ring.live):
        return None  # one was added and is not current yet
    rings.prefer(rings.key_of(current.version))
    if current.finished_at is None or resealing.is_outdated(current.version):
        return current
    return None


def _begin(provider: str | None, by: Account | None, at: datetime) -> int:
    ring = rings.reread()
    current = KeyVersion.objects.filter(is_current=True).first()
    known = current.version if current else _version_of_rows(ring)
    if rings.in_environment():
        if ring.current.version == known:
            raise NoNewKey(
                "密钥来自环境变量 FIELD_KEYS，本命令不能改。请先在所有进程的 FIELD_KEYS 末尾加上新密钥并重启，"
                "再把它移到最前并重启，然后重新运行本命令。"
            )
        new = ring.current
    else:
        waiting = [key for key in ring.live if key.version > known]  # added, but not yet made current
        new = waiting[0] if waiting else _add(ring, provider)
        time.sleep(SETTLED_SECONDS)  # every process can read what is sealed under it before anything is
    _make_current(new, known, by, at)
    return new.version


def _version_of_rows(ring: Keyring) -> int:
    """What a database without a rotation was sealed under: with a keyring file, the current key."""
    if not rings.in_environment():
        return ring.current.version
    others = [key.version for key in ring.live[1:] if resealing.rows_under(key.version)]
    return others[0] if others else ring.current.version


def _add(ring: Keyring, provider: str | None) -> Key:
    used = [*ring.keys, *KeyVersion.objects.values_list("version", flat=True)]
    if max(used) >= rings.MAX_VERSION:
        raise NoNewKey(f"密钥版本号已用到 {rings.MAX_VERSION}，不能再加。")
    chosen = provider_of(provider or ring.current.provider.name)
    new = Key(max(used) + 1, chosen, rings.new_secret())
    rings.write(Keyring([*ring.keys.values(), new]))
    return new


def _make_current(new: Key, known: int, by: Account | None, at: datetime) -> None:
    """Raises KeysBusy when writers held the old version for a minute."""
    for _ in range(30):
        try:
            with transaction.atomic():
                _lock_out_holders()
                _note_current(new, known, by, at)
            return
        except OperationalError:  # lock_timeout: let those who queued behind this go first
            time.sleep(1)
    raise KeysBusy("有批量导入等长时间的写入没有结束，一分钟内没能切换密钥。什么都没有改变，请稍后再运行。")


def _lock_out_holders() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL lock_timeout = 0")


def _note_current(new: Key, known: int, by: Account | None, at: datetime) -> None:
    ring = rings.reread()
    if new.version not in ring.keys:
        raise NoSuchKey(f"密钥环里没有第 {new.version} 版密钥。请检查密钥环文件。")
    old = ring.keys[known]
    KeyVersion.objects.get_or_create(
        version=known, defaults={"provider": old.provider.name, "added_at": at, "finished_at": at}
    )
    KeyVersion.objects.filter(is_current=True).update(is_current=False)
    KeyVersion.objects.update_or_create(
        version=new.version,
        defaults={"provider": new.provider.name, "is_current": True, "added_at": at, "finished_at": None},
    )
    row = KeyVersion.objects.get(pk=new.version)
    if not rings.in_environment():
        rest = [key for key in ring.keys.values() if key.version != new.version]
        rings.write(Keyring([ring.keys[new.version], *rest]))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="rotate_keys",
        subject=row,
        before={"现用版本": known},
        after={"现用版本": new.version, "算法": new.provider.name.upper()},
    )


def _reseal_all(rotation: Rotation, progress: Progress, at: datetime) -> None:
    rings.reread()
    rings.prefer(rings.key_of(rotation.version))
    conflicts = resealing.Conflicts()
    for table in resealing.sealed_tables():
        rotation.rows[table.label] = resealing.reseal_table(table, rotation.version, progress)
    for column in digest_columns():
        name = f"{column.model}.{column.column}"
        rotation.rows[name] = resealing.remake_digests(column, rotation.version, progress, conflicts)
    for derived in derived_tables():
        for _ in range(2):  # the first may only have gone on with an older run that was interrupted
            if derived.outdated(rotation.version):
                progress(derived.name, 0)
                derived.remake(at)
    rotation.conflicts = sorted(conflicts.rows)


@transaction.atomic
def finish_rotation(*, rotation: Rotation, by: Account | None, at: datetime) -> None:
    """Note that everything is under the new key, or how many rows could not be."""
    row = KeyVersion.objects.select_for_update().get(pk=rotation.version)
    if not rotation.conflicts:
        row.finished_at = at
        row.save(update_fields=["finished_at"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="finish_rotation",
        subject=row,
        after={
            "版本": row.version,
            "重新加密行数": sum(rotation.rows.values()),
            "冲突": len(rotation.conflicts),
        },
    )


@transaction.atomic
def retire_key(*, version: int, by: Account | None, at: datetime) -> str:
    """Take an old key's secret out of the keyring; what verifies old audit seals stays. Returns the entry
    that is left. Raises KeyStillUsed, NoSuchKey."""
    ring = rings.reread()
    key = ring.keys.get(version)
    if key is None or key.retired:
        raise NoSuchKey(f"密钥环里没有在用的第 {version} 版密钥。用 yinling keys status 查看。")
    current = KeyVersion.objects.select_for_update().filter(is_current=True).first()
    if version == ring.current.version or current is None or version == current.version:
        raise KeyStillUsed(f"第 {version} 版是现用密钥，不能停用。请先运行 yinling keys rotate。")
    _refuse_while_used(version, current, at)
    left = key.without_secret()
    row = KeyVersion.objects.get(pk=version)
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    record(by=by, at=at, verb=AuditVerb.DELETE, act="retire_key", subject=row, before={"版本": version})
    if not rings.in_environment():
        rings.write(Keyring([left if k.version == version else k for k in ring.keys.values()]))
        # The secret of version 1 may also lie where earlier installations kept it.
        older = Path(settings.FIELD_KEYRING).parent / "fields"
        if older.exists() and older.read_text().strip() == key.secret:
            older.unlink()
    return left.line()


def _refuse_while_used(version: int, current: KeyVersion, at: datetime) -> None:
    if at < current.added_at + GRACE:
        raise KeyStillUsed("新密钥启用还不到一小时，正在运行的导入可能还在用旧密钥。请稍后再停用。")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND xact_start < %s",
            [current.added_at + timedelta(seconds=10)],
        )
        if cursor.fetchone()[0]:
            raise KeyStillUsed("有在启用新密钥之前开始的事务还没有结束。请等它结束后再停用。")
    used = resealing.rows_under(version)
    used |= {d.name: 1 for d in derived_tables() if d.uses(version)}
    if used:
        named = "、".join(f"{_words(name)} {count} 行" for name, count in used.items())
        raise KeyStillUsed(
            f"还有数据用着第 {version} 版密钥：{named}。请再运行 yinling keys rotate；"
            "接口密钥要等它下一次使用，或换发。"
        )


def _words(name: str) -> str:
    parts = name.rsplit(".", 1)
    try:
        return str(apps.get_model(parts[0])._meta.verbose_name)
    except (LookupError, ValueError):
        return name
