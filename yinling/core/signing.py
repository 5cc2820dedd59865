"""Accounts as Django's sign-in knows them."""

from django.contrib.auth.backends import ModelBackend

from yinling.core.models import Account


class AccountBackend(ModelBackend):
    """Reads the account of a session with its unit and division, which every page names, in one query."""

    def get_user(self, user_id: int) -> Account | None:
        found = Account.objects.select_related("organisation", "division").filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None
