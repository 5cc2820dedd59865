"""Notices inside the platform. A key is sent to an account once, whoever asks again and however often."""

from collections.abc import Iterable
from datetime import datetime

from yinling.core.models import Account, Notice


def notify(*, accounts: Iterable[Account | int], key: str, title: str, url: str = "", at: datetime) -> int:
    """Give each account (or account id) the notice `key` unless it has it already; returns how many are new."""
    ids = {getattr(a, "pk", a) for a in accounts}
    had = set(Notice.objects.filter(account__in=ids, key=key).values_list("account_id", flat=True))
    Notice.objects.bulk_create(
        [
            Notice(account_id=i, key=key[:120], title=title[:120], url=url, sent_at=at)
            for i in sorted(ids - had)
        ],
        ignore_conflicts=True,  # another worker may send the same reminder at this moment
    )
    return len(ids - had)
