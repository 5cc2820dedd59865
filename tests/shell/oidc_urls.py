"""The addresses of an installation with a unified identity."""

from django.urls import include, path

from yinling.site import urls
from yinling.site.urls import handler400, handler403, handler404, handler500  # noqa: F401

urlpatterns = [
    *urls.urlpatterns,
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
