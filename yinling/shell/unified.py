"""A city's unified identity by OpenID Connect: it says who somebody is; what they may do is decided here."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class UnifiedIdentityAdapter(DefaultSocialAccountAdapter):
    """Nobody signs up by it: an administrator opens the account first."""

    def is_open_for_signup(self, request, sociallogin):  # type: ignore[no-untyped-def]
        return False
