"""What the web server runs: ``granian --interface wsgi tongban.config.wsgi:application``."""

from __future__ import annotations

import gc
import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tongban.config import settings
from tongban.config.afterwards import Afterwards

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")

SELDOM = (20_000, 20, 20)
"""Objects after which Python looks for garbage among the newest, and after how many of these looks among the older ones."""


def _make_ready() -> None:
    """What the first reader of a page would wait for: practices, words, templates, models and the libraries that count."""
    from tongban.apps.disclosure.ahead import read_ahead
    from tongban.apps.dispatch.offering import make_ready
    from tongban.web.frame.compiled import compile_templates

    read_ahead()
    compile_templates()
    make_ready()
    # What was read stays for good: it need not be looked through for garbage again and again.
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _front() -> WSGIApplication:
    """Django's handler, and what stands before it, whose layers want Django set up."""
    pages = get_wsgi_application()
    from tongban.config.front import Front

    return Front(pages)


afterwards = Afterwards(_front(), _make_ready)
application = afterwards
get_resolver().url_patterns  # noqa: B018 - the pages are loaded now, not when the first reader is waiting
if settings.ENVIRONMENT.proxies:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    # Behind a proxy that ends TLS the pages must know the reader's own address and that it was HTTPS.
    application = wrap_wsgi_with_proxy_headers(afterwards, trusted_hosts=list(settings.ENVIRONMENT.proxies))
