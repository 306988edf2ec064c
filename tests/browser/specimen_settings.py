"""The settings of the specimen: the product's own, its pages in the place of the product's, no database to be had."""

from __future__ import annotations

from tongban.config.settings import *  # noqa: F403

ROOT_URLCONF = "specimen_pages"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "/nowhere", "NAME": "nothing"}}
