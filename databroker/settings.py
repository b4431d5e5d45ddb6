"""One settings file, driven by the environment (docs/configuration.md). Apps are named as strings only."""

import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from databroker import env

BASE_DIR: Path = env.BASE_DIR
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
BIND = env.text("BIND", "127.0.0.1")

DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"), alias="UPLOAD_FOLDER")).resolve()


def _secret_key() -> str:
    key = env.text("SECRET_KEY")
    if key or not DEBUG:
        # Without a key outside DEBUG the process gets a throw-away one and check databroker.E001 refuses to serve.
        return key or "unset-" + secrets.token_urlsafe(48)
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


SECRET_KEY = _secret_key()
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000")
SITE_NAME = env.text("SITE_NAME", "DataBroker")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_FAILURE_VIEW = "databroker.pages.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "databroker.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "csp",
    "corsheaders",
    "django_htmx",
    "django_q",
    "drf_spectacular",
    "rest_framework",
    "template_partials",
    "databroker",
    "suppliers",
    "refinery",
    "marketplace",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "databroker.middleware.OwnErrorPages",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "databroker.middleware.ActorMiddleware",
    "databroker.middleware.DomainErrors",
]

ROOT_URLCONF = "databroker.urls"
WSGI_APPLICATION = "databroker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "databroker.context_processors.site",
            ],
        },
    },
]

# Database: SQLite with write-ahead log and immediate transactions, or whatever DATABASE_URL names.
_database = env.database(DATA_DIR / "db.sqlite3")
if str(_database["ENGINE"]).endswith("sqlite3"):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA secure_delete=ON;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;",
    }
    # Process tests and live servers share one database file; an in-memory one would not be shared.
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who may log in, and how.
AUTH_USER_MODEL = "databroker.User"
AUTHENTICATION_BACKENDS = ["databroker.authentication.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "databroker.authentication.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "databroker.forms.SignupDetailsForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = env.text("EMAIL_VERIFICATION", "mandatory" if env.text("EMAIL_URL") else "optional")
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_SESSION_REMEMBER = True

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False

# Bytes: originals through django-storages, artefacts and staging always on this machine's disk.
USE_CLOUD_STORAGE = env.flag("USE_CLOUD_STORAGE")
STORE_ROOT = DATA_DIR / "store"
_originals: dict[str, object] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(STORE_ROOT)},
}
if USE_CLOUD_STORAGE:
    _originals = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("AWS_S3_BUCKET"),
            "access_key": env.text("AWS_ACCESS_KEY"),
            "secret_key": env.text("AWS_SECRET_KEY"),
            "endpoint_url": env.text("AWS_S3_ENDPOINT_URL") or None,
            "querystring_auth": True,
            "file_overwrite": True,
        },
    }
STORAGES = {
    "default": _originals,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "databroker.static_files.Storage"
    },
}

# Limits, in bytes. The first four hold for a single record, CONTAINER for a file of many records and for a request.
LIMITS = {
    "text": env.number("LIMIT_TEXT_BYTES", 100 * 1024**2),
    "image": env.number("LIMIT_IMAGE_BYTES", 50 * 1024**2),
    "audio": env.number("LIMIT_AUDIO_BYTES", 500 * 1024**2),
    "video": env.number("LIMIT_VIDEO_BYTES", 2 * 1024**3),
    "container": env.number("LIMIT_CONTAINER_BYTES", 5 * 1024**3),
}
LIMIT_FILES_PER_REQUEST = env.number("LIMIT_FILES_PER_REQUEST", 1000)
DATA_UPLOAD_MAX_NUMBER_FILES = LIMIT_FILES_PER_REQUEST
DATA_UPLOAD_MAX_NUMBER_FIELDS = LIMIT_FILES_PER_REQUEST + 100
MINIMUM_FREE_BYTES = env.number("MINIMUM_FREE_BYTES", 512 * 1024**2)

# Background work. One supervision lasts one window; the queue must wait three windows and a task for it.
SUPERVISION_WINDOW_SECONDS = env.number("SUPERVISION_WINDOW_SECONDS", 120)
ENGINE_TASK_SECONDS = 60
ENGINE_WORKERS = env.number("ENGINE_WORKERS", 2)
_queue_timeout = 3 * SUPERVISION_WINDOW_SECONDS + ENGINE_TASK_SECONDS
Q_CLUSTER = {
    "name": "databroker",
    "label": "Queue",
    "orm": "default",
    "workers": env.number("QUEUE_WORKERS", 2),
    "queue_limit": env.number("QUEUE_WORKERS", 2),
    "bulk": 1,
    "timeout": _queue_timeout,
    "retry": 2 * _queue_timeout + 60,
    "max_attempts": 1,
    "ack_failures": True,
    "recycle": 50,
    "poll": 0.5,
    "save_limit": 1000,
    "catch_up": False,
}
# name, task, minutes between two runs
SCHEDULES = [
    ("refinery: sweep runs", "refinery.tasks.sweep_runs", 1),
    ("marketplace: expire orders", "marketplace.tasks.expire_orders", 5),
    ("databroker: sweep staging", "databroker.tasks.sweep_staging", 60),
]

# Marketplace.
LISTING_REVIEW = env.flag("LISTING_REVIEW")
PLATFORM_FEE_BASIS_POINTS = env.number("PLATFORM_FEE_BASIS_POINTS", 1500)
DEFAULT_CURRENCY = env.text("DEFAULT_CURRENCY", "USD")
ORDER_EXPIRY_MINUTES = env.number("ORDER_EXPIRY_MINUTES", 60)
DOWNLOAD_TOKEN_MAX_DAYS = 7
# Cards go through Stripe Checkout once a key is set.
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE")
INVOICE_DAYS = env.number("INVOICE_DAYS", 30)

for _name, _value in env.email().items():
    globals()[_name] = _value
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "databroker.api.authentication.TokenAuthentication",
        "databroker.api.authentication.SessionActorAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.FormParser"],
    "DEFAULT_PAGINATION_CLASS": "databroker.api.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"token": env.text("TOKEN_RATE", "10/min")},
    "EXCEPTION_HANDLER": "databroker.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "DataBroker API",
    "DESCRIPTION": "Bring data, refine it, package it, sell it. Errors are application/problem+json (RFC 9457).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "VersionState": "suppliers.states.VersionState",
        "RunState": "refinery.states.RunState",
        "PackageState": "refinery.states.PackageState",
        "ListingState": "marketplace.states.ListingState",
        "OrderState": "marketplace.states.OrderState",
        "EntitlementState": "marketplace.states.EntitlementState",
        "PaymentMethod": "marketplace.states.PaymentMethod",
    },
}
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/(api|dl)/.*$"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_https = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31536000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "databroker.log.ScrubTokens"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["scrub"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
