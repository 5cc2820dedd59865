from django.conf import settings
from django.urls import include, path

from yinling.site import api

urlpatterns = [
    path("", include("yinling.shell.urls")),
    path("", include("yinling.registry.urls")),
    path("", include("yinling.assessment.urls")),
    path("", include("yinling.residence.urls")),
    path("", include("yinling.governance.urls")),
    path("api/v1/", api.urls),
]

if settings.OIDC:
    urlpatterns.append(path("", include("allauth.socialaccount.providers.openid_connect.urls")))

handler400 = "yinling.shell.errors.bad_request"
handler403 = "yinling.shell.errors.forbidden"
handler404 = "yinling.shell.errors.not_found"
handler500 = "yinling.shell.errors.server_error"
