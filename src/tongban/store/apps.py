"""The one Django app that owns all tables."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "tongban.store"
    label = "store"
