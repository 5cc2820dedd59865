"""Sessions in the database, as Django keeps them; read by one ready statement, since every request reads one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from yinling.core.ready import ready_cursor


class SessionStore(db.SessionStore):
    """What stands in the session now: a session that was ended, here or elsewhere, is empty at once."""

    def load(self) -> dict[str, Any]:
        with ready_cursor() as cursor:
            cursor.execute(
                "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
