from django.urls import include, path

urlpatterns = [
    path("", include("yinling.shell.urls")),
    path("", include("yinling.registry.urls")),
    path("", include("yinling.governance.urls")),
]

handler400 = "yinling.shell.errors.bad_request"
handler403 = "yinling.shell.errors.forbidden"
handler404 = "yinling.shell.errors.not_found"
handler500 = "yinling.shell.errors.server_error"
