"""The addresses of Open311: the format is the end of the name. What is no address answers as an error of the standard too."""

from __future__ import annotations

from django.urls import re_path

from tongban.api.open311 import views
from tongban.api.open311.door import door, no_address

_FORM = r"\.(?P<form>xml|json)$"

urlpatterns = [
    re_path(rf"^(?:v2/)?discovery{_FORM}", door(GET=views.discovery), name="open311_discovery"),
    re_path(rf"^v2/services{_FORM}", door(GET=views.services), name="open311_services"),
    re_path(rf"^v2/services/(?P<code>[^/]+){_FORM}", door(GET=views.definition), name="open311_definition"),
    re_path(rf"^v2/requests{_FORM}", door(GET=views.requests, POST=views.send), name="open311_requests"),
    re_path(rf"^v2/requests/(?P<name>[^/]+){_FORM}", door(GET=views.request_of), name="open311_request"),
    re_path(rf"^v2/tokens/(?P<token>[^/]+){_FORM}", door(GET=views.token_of), name="open311_token"),
    re_path("", no_address),
]
