"""What the web server runs: ``granian --interface wsgi tongban.config.wsgi:application``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tongban.config import settings
from tongban.config.afterwards import Afterwards

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")


def _make_ready() -> None:
    from tongban.apps.dispatch.offering import make_ready

    make_ready()


application = Afterwards(get_wsgi_application(), _make_ready)
get_resolver().url_patterns  # noqa: B018 - the pages are loaded now, not when the first reader is waiting
if settings.ENVIRONMENT.proxies:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    # Behind a proxy that ends TLS the pages must know the reader's own address and that it was HTTPS.
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=list(settings.ENVIRONMENT.proxies))
