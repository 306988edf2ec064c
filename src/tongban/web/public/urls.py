"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path

from tongban.web.public import pages

urlpatterns = [
    path("figures/", pages.figures, name="figures"),
    path("figures/<str:period>/", pages.figures, name="figures_of"),
    path("cases/", pages.cases, name="cases"),
    path("cases/<uuid:id>/", pages.case, name="public_case"),
    path("cards/", pages.cases, {"what": "cards"}, name="cards"),
    path("cards/<uuid:id>/", pages.case, {"what": "cards"}, name="public_card"),
    path("trust/", pages.trust, name="trust"),
    path("trust/checkpoint.txt", pages.note, name="checkpoint"),
]
