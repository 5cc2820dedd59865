from django.urls import path

from yinling.shell import account, health, office, own_account, own_notices, portal, system

app_name = "shell"
urlpatterns = [
    path("", portal.front, name="front"),
    path("about/", portal.about, name="about"),
    path("elder-mode/", portal.elder_mode, name="elder_mode"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("login/", account.login, name="login"),
    path("login/code/", account.second_factor, name="second_factor"),
    path("stay/", account.stay, name="stay"),
    path("logout/", account.logout, name="logout"),
    path("office/", office.home, name="home"),
    path("office/account/", own_account.account, name="account"),
    path("office/account/sessions/", own_account.session_end, name="session_end"),
    path("office/account/code/", own_account.second_factor_set_up, name="second_factor_set_up"),
    path("office/account/code/remove/", own_account.second_factor_remove, name="second_factor_remove"),
    path("my/notices/", own_notices.my_notices, name="my_notices"),
    path("office/notices/", office.notices, name="notices"),
    path("office/system/", system.system, name="system"),
    path("office/system/jobs/<int:job_id>/retry/", system.system_retry, name="system_retry"),
]
