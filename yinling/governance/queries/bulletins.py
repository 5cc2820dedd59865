"""Bulletins for pages: published ones are for all who see the cockpit, drafts for those who publish."""

from django.db.models import QuerySet

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.governance.models import Bulletin


def list_bulletins(*, actor: Account) -> QuerySet[Bulletin]:
    """What the actor may read, the newest month first. A bulletin speaks of the whole city, in totals only."""
    found = Bulletin.objects.select_related("snapshot", "file", "written_by", "published_by")
    if not actor.may(Permission.PUBLISH_BULLETIN):
        found = found.filter(published_at__isnull=False)
    return found.order_by("-snapshot__month", "kind")
