"""The addresses of all versions of the API."""

from __future__ import annotations

from django.urls import path, re_path
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView

from tongban.api.receipts import take_receipt
from tongban.api.straight import Straight
from tongban.api.v1.door import no_route

_PAGE = RedirectView.as_view(pattern_name="programs")
"""Whoever opens the bare address wants to read, not to call."""

urlpatterns = [
    path("", _PAGE),
    path("receipts/<slug:channel>/", take_receipt, name="receipts"),
    Straight(RoutePattern("v1/"), "tongban.api.v1.urls"),
    re_path("", no_route),
]
