"""Settings: everything that differs between installations comes from the environment."""

import os
import sys
from pathlib import Path

import dj_database_url

from yinling.site.embedded import embedded_database_url, installation_secret, keyring_file

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("YINLING_VAR", ROOT / "var"))

SECRET_KEY = os.environ.get("SECRET_KEY") or installation_secret(VAR, "django")
# Keys of personal data, see core/sealing/keyring.py: in the environment, or in a file made at the first start.
FIELD_KEYS = os.environ.get("FIELD_KEYS", "")
if not FIELD_KEYS and os.environ.get("FIELD_KEY"):
    FIELD_KEYS = f"1:aes:{os.environ['FIELD_KEY']}"
FIELD_KEYRING = "" if FIELD_KEYS else keyring_file(VAR)
DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "yinling.core",
    "yinling.registry",
    "yinling.assessment",
    "yinling.residence",
    "yinling.governance",
    "yinling.shell",
    "yinling.demo",
]
MIDDLEWARE = [
    "yinling.core.logs.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "yinling.core.machines.middleware.MachineMiddleware",
    "yinling.core.bodies.BodyLimitMiddleware",  # before the CSRF check, which reads the body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yinling.shell.sessions.SessionRulesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yinling.shell.headers.HeadersMiddleware",
    "yinling.core.middleware.DomainErrorMiddleware",
]
ROOT_URLCONF = "yinling.site.urls"
WSGI_APPLICATION = "yinling.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "yinling.site.jinja.environment"},
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}},
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or embedded_database_url(VAR),
        conn_max_age=600,
        conn_health_checks=True,  # a connection that the server closed is made anew, not shown as an error
        disable_server_side_cursors=os.environ.get("PGBOUNCER") == "1",
    )
}
# A server that does not answer is said within seconds, by /readyz too, and not after the kernel's two minutes.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
if os.environ.get("PGBOUNCER") != "1":  # only for the cursors of core/ready.py
    DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 1)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTHENTICATION_BACKENDS = ["yinling.core.signing.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "yinling.core.passwords.RulesValidator"},  # length and kinds of characters, from the rulebook
    {"NAME": "yinling.core.passwords.NotTheUsernameValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "yinling.shell.errors.csrf_failure"
LOGIN_URL = "shell:login"
PUBLIC_LOGIN_URL = "registry:sign_in"  # where elders and families sign in
LOGIN_REDIRECT_URL = "shell:home"
LOGOUT_REDIRECT_URL = "shell:front"
SESSION_ENGINE = "yinling.core.session_store"
SESSION_COOKIE_AGE = (
    8 * 3600
)  # how long a browser keeps the cookie; idle and absolute limits: rulebook/sign_in.yaml
# Roles that must set up a second factor before they may do anything; a demo city, which shows its passwords
# at the door, asks nobody to. "none" asks nobody.
REQUIRE_SECOND_FACTOR = os.environ.get("REQUIRE_SECOND_FACTOR", "administrator,auditor,city_bureau").split(
    ","
)
PHONE_GATEWAY = os.environ.get("PHONE_GATEWAY", "")  # a class that sends codes; see core/phone_gateway.py
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))  # how many stand in front and name the visitor

# django-allauth: its models and algorithms; its pages are not mounted (docs/adr/0015-signing-in.md).
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "yinling.core.second_factor.SealingAdapter"
SOCIALACCOUNT_ADAPTER = "yinling.shell.unified.UnifiedIdentityAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ONLY = False
OIDC_NAME = os.environ.get("OIDC_NAME", "统一身份认证")
OIDC_CLAIM = os.environ.get("OIDC_CLAIM", "preferred_username")  # which claim names the account
OIDC = (
    {
        "provider_id": "city",
        "name": OIDC_NAME,
        "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
        "secret": os.environ.get("OIDC_SECRET", ""),
        "settings": {"server_url": os.environ["OIDC_URL"]},
    }
    if os.environ.get("OIDC_URL")
    else None
)
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC] if OIDC else [], "OAUTH_PKCE_ENABLED": True}}
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
HTTPS = os.environ.get("HTTPS") == "1"  # the public address; TLS ends at the proxy in front
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # monitors and balancers ask without TLS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # the proxy must set it itself
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # preloading HSTS binds the whole domain: the city's to decide
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG or os.environ.get("YINLING_TEST") == "1":
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    WHITENOISE_USE_FINDERS = True
# Ends of the audit trail, kept outside the database: best on storage that its keepers cannot write.
AUDIT_DIR = Path(os.environ.get("AUDIT_DIR", VAR / "audit"))
FILES_DIR = Path(os.environ.get("FILES_DIR", VAR / "files"))  # shared by all machines of an installation
SNAPSHOTS_DIR = Path(os.environ.get("SNAPSHOTS_DIR", VAR / "snapshots"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
UPLOAD_MAX_MB = int(os.environ.get("UPLOAD_MAX_MB", "512"))  # a list of people, Excel or CSV
UPLOAD_KEEP_DAYS = int(os.environ.get("UPLOAD_KEEP_DAYS", "90"))  # how long its file stays, sealed
MAX_BODY_BYTES = 25 * 1024 * 1024  # of a request; pages that take more say so with `takes_upload`

SERVICE_PHONE = os.environ.get("SERVICE_PHONE", "12345")
SITE_NAME = os.environ.get("SITE_NAME", "威海市养老服务综合管理平台")
MAP_GEOJSON = os.environ.get("MAP_GEOJSON", "")  # a site's own outlines; without one the map is a schematic

# One line of JSON a record on stderr. At a desk only what went wrong; a service's log has every request.
LOG_LEVEL = os.environ.get("LOG_LEVEL") or ("WARNING" if sys.stderr.isatty() else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "yinling.core.logs.formatter.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "yinling": {"level": LOG_LEVEL},
        "procrastinate.worker": {"level": LOG_LEVEL},
        # Refused pages are in the request's own line; Django's would name the raw path. Nothing is mailed.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": True},
    },
}
