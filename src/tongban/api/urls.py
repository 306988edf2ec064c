"""The addresses of all versions of the API."""

from __future__ import annotations

from django.urls import include, path

from tongban.api.receipts import take_receipt

urlpatterns = [
    path("receipts/<slug:channel>/", take_receipt, name="receipts"),
    path("v1/", include("tongban.api.v1.urls")),
]
