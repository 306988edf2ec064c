"""The addresses of the lead pages, all below ``/lead/``."""

from __future__ import annotations

from django.urls import path

from tongban.web.lead import measures, pages

urlpatterns = [
    path("", pages.overview_page, name="lead"),
    path("cases/", pages.cases_page, name="lead_cases"),
    path("cases/<str:number>/<slug:step>/", measures.measure, name="lead_measure"),
]
