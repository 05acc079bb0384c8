"""Settings: read from the environment, with defaults that run on a laptop. `docs/operate/settings.md` lists them."""

from pathlib import Path

import structlog

import rung
from rung.config.environment import (
    DATA_DIR,
    base_url,
    database,
    env,
    files_url,
    flag,
    former_secret_keys,
    log_level,
    mail_url,
    number,
    seconds,
    secret_key,
)
from rung.config.logs import harmless_logger
from rung.config.surroundings import allowed_hosts, dns_server, numbers, phone_region
from rung.core.rooms import ROOMS

DATA_DIR = DATA_DIR
SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = former_secret_keys()
DEBUG = flag("RUNG_DEBUG")
BASE_URL = base_url()
FILES_URL = files_url(BASE_URL)
ALLOWED_HOSTS = allowed_hosts(BASE_URL, FILES_URL)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
IS_SECURE = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    *(f"rung.{room}" for room, _floor in ROOMS),
    "rung.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "rung.config.files_host.FilesHost",
    "rung.config.static.StaticFiles",
    "rung.config.pressing.PressedPages",
    "rung.ui.middleware.SpokenLanguage",
    "rung.ui.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rung.config.instead.InWords",
]

ROOT_URLCONF = "rung.config.urls"
WSGI_APPLICATION = "rung.config.wsgi.application"
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "rung_cache",
        "TIMEOUT": 3600,
        # Wrong tries at signing in are counted here. Of the 300 lines that Django keeps by itself, whoever guesses at many
        # addresses would push out those that stand against guessing at one.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "outside"]}}

TEMPLATES = [
    {
        # Ours first, in Jinja2, found only in the rooms; the sign-in library keeps Django's templates.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "rooms",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "rung.ui.jinja.environment",
            "context_processors": ["rung.ui.pages.surroundings"],
        },
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

AUTH_USER_MODEL = "accounts.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rung.accounts.adapter.SeatsOnly"
ACCOUNT_FORMS = {
    "login": "rung.accounts.forms.SignInForm",
    "reset_password": "rung.accounts.forms.ForgottenForm",
    "reset_password_from_key": "rung.accounts.forms.ChosenForm",
    "change_password": "rung.accounts.forms.ChangedForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if flag("RUNG_BEHIND_PROXY") else 0
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "5/5m/key,20/5m/ip",
    "reset_password": "20/h/ip,5/h/key",
    # There and back are two, and a whole office may come from one address.
    "provider": "120/m/ip",
}
CSRF_FAILURE_VIEW = "rung.config.refusals.forbidden"
SESSION_ENGINE = "rung.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("RUNG_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
LOCALE_PATHS = [Path(rung.__file__).parent / "locale"]
# Those that our people may be written to in; the screens are in the one above.
MAIL_LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"), ("nl", "Nederlands")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
MEDIA_ROOT = DATA_DIR
STORAGES = {
    "default": {"BACKEND": "rung.touchpoints.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "rung.config.static.HashedOnSight"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

EMAIL_BACKEND = "rung.channels.email.backend.OutgoingBackend"
DEFAULT_FROM_EMAIL = env("RUNG_MAIL_FROM")
SMTP_URL = mail_url()
SENDING_HOST = env("RUNG_SENDING_HOST")
DNS_SERVER = dns_server()
SMIME_ANCHORS = env("RUNG_SMIME_ANCHORS")
OUTBOX_DIR = DATA_DIR / "outbox"
MAX_LETTER_BYTES = number("RUNG_MAX_LETTER_BYTES")
SMTP_LISTEN = env("RUNG_SMTP_LISTEN")
LMTP_LISTEN = env("RUNG_LMTP_LISTEN")
DOOR_CERTIFICATE = env("RUNG_DOOR_CERTIFICATE")
DOOR_KEY = env("RUNG_DOOR_KEY")
DOOR_PER_HOST = number("RUNG_DOOR_PER_HOST")
DOOR_MEMORY = number("RUNG_DOOR_MEMORY")
PHONE_REGION = phone_region()
NUMBERS = numbers()
NUMBERS_MEMORY = number("RUNG_NUMBERS_MEMORY")
IMAP_INTERVAL_S = seconds("RUNG_IMAP_INTERVAL")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": log_level()},
    "loggers": {
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # `refusals` says it in a line
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},
    },
}

structlog.configure(logger_factory=harmless_logger)
# Tracebacks without the values of variables: those are letters, names and passwords, and a log is read by many.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
