"""Acts that are safe to ask for again: `Idempotency-Key` names one, and it is done once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, models, transaction

from yinling.core.machines.problems import Refused
from yinling.core.models import Account, ApiRequest
from yinling.core.sealing import digest

KEPT = timedelta(days=7)
_CLAIM = """
INSERT INTO core_apirequest (account_id, token, fingerprint, asked_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (account_id, token) DO NOTHING RETURNING id
"""


def done_once(
    *, account: Account, token: str, content: str, act: Callable[[], models.Model], at: datetime
) -> tuple[int, bool]:
    """Do the act unless `token` did it before; returns its row's id, and whether it was done now.

    The token is claimed in the transaction of the act: who asks at the same moment waits for the first to
    commit, and one that failed leaves the token free. Raises Refused when the token named another content.
    """
    if not token:
        return act().pk, True
    seal = [account.pk, digest("api request", token), digest("api request", content), at]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, seal)
            claimed = cursor.fetchone()
        if claimed:
            made = act()
            ApiRequest.objects.filter(pk=claimed[0]).update(subject_id=made.pk)
            ApiRequest.objects.filter(account=account, asked_at__lt=at - KEPT).delete()
            return made.pk, True
    earlier = ApiRequest.objects.get(account=account, token=seal[1])
    if bytes(earlier.fingerprint) != seal[2]:
        raise Refused(
            422, "IdempotencyKeyReused", "这个 Idempotency-Key 已用于另一份内容。请为每次新的办理换一个。"
        )
    return earlier.subject_id, False
