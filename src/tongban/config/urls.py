"""Every address of an installation: the pages, the API, and the pages for when something fails."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("tongban.api.urls") is not None:
    # Before the pages: each of their addresses would be tried first for every case that a program brings.
    urlpatterns.append(path("api/", include("tongban.api.urls")))
    urlpatterns.append(path("open311/", include("tongban.api.open311.urls")))
urlpatterns.append(path("", include("tongban.web.urls")))

handler400 = "tongban.web.frame.errors.bad_request"
handler403 = "tongban.web.frame.errors.forbidden"
handler404 = "tongban.web.frame.errors.not_found"
handler500 = "tongban.web.frame.errors.server_error"
