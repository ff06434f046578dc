"""Settings, all from the environment, with defaults that are safe and work offline.

EVERYSITE_MODE is `demo` (loopback only, no second factor), `production` or `test`. Secrets come from files in
EVERYSITE_KEYS_DIR, never from values in the environment. Every setting is listed in docs/reference/settings.md.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

from everysite.base import secrets

ENV = os.environ
MODE = ENV.get("EVERYSITE_MODE", "demo")
if MODE not in ("demo", "production", "test"):
    raise ImproperlyConfigured(f"EVERYSITE_MODE is {MODE!r}. Use demo, production or test.")
LIVE = MODE == "production"
HOME = Path(ENV.get("EVERYSITE_HOME", "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
KEYS_DIR = Path(ENV.get("EVERYSITE_KEYS_DIR", HOME / "keys"))

_root = secrets.read(KEYS_DIR / "root") if LIVE else secrets.read_or_make(KEYS_DIR / "root")
EVERYSITE_KEYS = {
    name: secrets.derive(_root, name) for name in ("ledger", "message-id", "acknowledge", "release")
}
SECRET_KEY = secrets.derive(_root, "django").hex()
EVERYSITE_VAULT_KEY_FILE = str(ENV.get("EVERYSITE_VAULT_KEY_FILE", KEYS_DIR / "vault"))

DEBUG = False
ALLOWED_HOSTS = ENV.get("EVERYSITE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in ENV.get("EVERYSITE_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "everysite.base",
    "everysite.vault",
    "everysite.network",
    "everysite.capture",
    "everysite.deidentify",
    "everysite.learn",
    "everysite.tailor",
    "everysite.disseminate",
    "everysite.diffuse",
    "everysite.act",
    "everysite.measure",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "everysite.web.middleware.RequestReference",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "everysite.web.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "everysite.web.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "everysite.web.middleware.SecondFactor",
    "everysite.web.middleware.NotSaved",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "everysite.urls"
WSGI_APPLICATION = "everysite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "OPTIONS": {"environment": "everysite.web.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]


def _sqlite(name: Path) -> dict[str, object]:
    return {
        "ENGINE": "everysite.base.sqlite",
        "NAME": str(name),
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _postgresql(url: str) -> dict[str, object]:
    parts = urlparse(url)
    return {
        "ENGINE": "everysite.base.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


_url = ENV.get("EVERYSITE_DATABASE_URL", "")
DATABASES = {"default": _postgresql(_url) if _url else _sqlite(HOME / "everysite.sqlite3")}
if ENV.get("EVERYSITE_VAULT", "here") != "absent":
    VAULT_DIR = Path(ENV.get("EVERYSITE_VAULT_DIR", HOME / "vault"))
    VAULT_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    DATABASES["vault"] = _sqlite(VAULT_DIR / "vault.sqlite3")
    if not LIVE:
        secrets.read_or_make(Path(EVERYSITE_VAULT_KEY_FILE))
DATABASE_ROUTERS = ["everysite.vault.router.VaultRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "network.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email")},
    },
]
ACCOUNT_LOGIN_METHODS = {"email"} if LIVE else {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "everysite.web.signin.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if LIVE else "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = LIVE
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "6/15m/key,30/15m/ip", "reset_password": "3/h/key,30/h/ip"}
PASSWORD_RESET_TIMEOUT = 1800
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if LIVE else "http"
MFA_ADAPTER = "everysite.web.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 0
MFA_TRUST_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
SECOND_FACTOR_NEEDED = LIVE

SESSION_ENGINE = "everysite.network.sessions"
SESSION_COOKIE_NAME = "__Host-sid" if LIVE else "sid"
SESSION_COOKIE_AGE = 43_200
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LIVE
CSRF_COOKIE_NAME = "__Host-csrf" if LIVE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "everysite.web.errors.form_expired"
SECURE_SSL_REDIRECT = LIVE
SECURE_HSTS_SECONDS = 31_536_000 if LIVE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = LIVE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENV.get("EVERYSITE_BEHIND_PROXY") == "yes":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000  # a huddle register of the largest team needs more than Django's 1,000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

EVERYSITE_SMTP = ENV.get("EVERYSITE_SMTP", "127.0.0.1:8025")
EVERYSITE_SMTP_TLS = ENV.get("EVERYSITE_SMTP_TLS", "starttls" if LIVE else "none")
EVERYSITE_SMTP_USER = ENV.get("EVERYSITE_SMTP_USER", "")
EVERYSITE_SMTP_PASSWORD_FILE = ENV.get("EVERYSITE_SMTP_PASSWORD_FILE", "")
EMAIL_HOST, _, _port = EVERYSITE_SMTP.rpartition(":")
EMAIL_PORT = int(_port)
EMAIL_TIMEOUT = 30
EMAIL_USE_TLS = EVERYSITE_SMTP_TLS == "starttls"
EMAIL_USE_SSL = EVERYSITE_SMTP_TLS == "tls"
EMAIL_HOST_USER = EVERYSITE_SMTP_USER
if EVERYSITE_SMTP_PASSWORD_FILE:
    EMAIL_HOST_PASSWORD = secrets.read(Path(EVERYSITE_SMTP_PASSWORD_FILE), least=1).decode()

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = str(HOME / "static")
STATICFILES_DIRS = [Path(__file__).parent / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
EVERYSITE_FILES_DIR = str(HOME / "files")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "everysite.base.logs.JsonLines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": ENV.get("EVERYSITE_LOG_LEVEL", "WARNING")},
    "loggers": {
        "everysite": {"level": ENV.get("EVERYSITE_LOG_LEVEL", "INFO")},
        "django.server": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        "django": {"handlers": ["out"], "level": "WARNING", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
