from django.urls import path

from yinling.shell import account, office, portal

app_name = "shell"
urlpatterns = [
    path("", portal.front, name="front"),
    path("about/", portal.about, name="about"),
    path("elder-mode/", portal.elder_mode, name="elder_mode"),
    path("healthz", portal.healthz, name="healthz"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("office/", office.home, name="home"),
    path("office/account/", account.account, name="account"),
    path("office/notices/", office.notices, name="notices"),
]
