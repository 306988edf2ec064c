"""The web part of the settings: what stands around every page. Nothing here depends on the machine.

Static files are served from where they lie in the packages (whitenoise), with a stamp of their content
in their address; nothing is collected, and browsers keep them for a year.
"""

from __future__ import annotations

from pathlib import Path

WEB_APPS = ["django.contrib.messages", "django.contrib.staticfiles", "tongban.web"]

ROOT_URLCONF = "tongban.config.urls"
WSGI_APPLICATION = "tongban.config.wsgi.application"

MIDDLEWARE = [
    "tongban.web.frame.watched.WatchedMiddleware",
    "tongban.web.frame.kept.KeptMiddleware",
    "tongban.web.frame.packed.PackedMiddleware",
    "tongban.web.middleware.FrameMiddleware",
    "tongban.web.frame.programs.ProgramsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongban.web.frame.lasting.LastingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "tongban.web.written.loading.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongban.web.frame.context.frame",
            ],
        },
    },
]

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tongban.web.frame.static.StampedStaticStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 365 * 24 * 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGIN_URL = "sign_in"
AUTHENTICATION_BACKENDS = [
    "tongban.apps.people.remembered.Remembered",
    "django.contrib.auth.backends.ModelBackend",
]
"""Who a session stands for; and passwords, by whom sessions of earlier releases are still known."""
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.CommonPasswordValidator",
        "OPTIONS": {"password_list_path": Path(__file__).parents[1] / "apps" / "people" / "breached.txt.gz"},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
CSRF_FAILURE_VIEW = "tongban.web.frame.errors.expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
"""A message of what was done needs no place in the database."""

MESSAGE_TAGS = {20: "", 25: "kept", 30: "soon", 40: "late"}
"""The look of a message by its level (information, success, warning, error)."""

SESSION_ENGINE = "tongban.store.line.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

LARGEST_BODY = 120 * 2**20
"""Bytes of one request, photos and all. What one photo may weigh is said beside its field."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
"""Bytes of a request without its files: twenty fields of 100 kB."""
DATA_UPLOAD_MAX_NUMBER_FILES = 40

TONGBAN_COUNTY_NAME: dict[str, str] = {}
