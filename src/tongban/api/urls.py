"""The addresses of all versions of the API."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from tongban.api.receipts import take_receipt

_PAGE = RedirectView.as_view(pattern_name="programs")
"""Whoever opens the bare address wants to read, not to call."""

urlpatterns = [
    path("", _PAGE),
    path("receipts/<slug:channel>/", take_receipt, name="receipts"),
    path("v1/", include("tongban.api.v1.urls")),
]
