from django.urls import include, path

urlpatterns = [
    path("", include("yinling.shell.urls")),
    path("", include("yinling.registry.urls")),
    path("", include("yinling.governance.urls")),
]
