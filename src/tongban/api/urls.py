"""The addresses of all versions of the API."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("v1/", include("tongban.api.v1.urls"))]
