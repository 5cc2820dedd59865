from django.urls import path

from yinling.shell import account, health, office, portal, system

app_name = "shell"
urlpatterns = [
    path("", portal.front, name="front"),
    path("about/", portal.about, name="about"),
    path("elder-mode/", portal.elder_mode, name="elder_mode"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("office/", office.home, name="home"),
    path("office/account/", account.account, name="account"),
    path("office/notices/", office.notices, name="notices"),
    path("office/system/", system.system, name="system"),
    path("office/system/jobs/<int:job_id>/retry/", system.system_retry, name="system_retry"),
]
