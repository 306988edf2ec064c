"""The committed description fits the code, is valid, and knows every route."""

from __future__ import annotations

import re

import yaml
from described import FILE, description
from openapi_spec_validator import OpenAPIV31SpecValidator

from tongban.api.v1.openapi import written
from tongban.api.v1.routes import ROUTES
from tongban.api.v1.urls import urlpatterns


def test_the_committed_file_is_what_the_code_says() -> None:
    again = "python -m tongban.api.v1.openapi docs/reference/openapi.yaml"
    assert FILE.read_text(encoding="utf-8") == written(), f"make it anew: {again}"


def test_the_file_is_valid_openapi() -> None:
    assert description()["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(yaml.safe_load(FILE.read_text(encoding="utf-8"))).iter_errors()) == []


def test_every_route_is_in_the_file_and_nothing_else() -> None:
    named = {(route.method.lower(), route.path) for route in ROUTES}
    said = {(method, path) for path, each in description()["paths"].items() for method in each}
    assert said == named


def test_every_address_is_served_by_a_route_of_the_table() -> None:
    served = {str(pattern.pattern) for pattern in urlpatterns[:-1]}
    wanted = {re.sub(r"{(\w+)}", r"<str:\1>", route.path).lstrip("/") for route in ROUTES}
    assert served == wanted


def test_every_route_says_what_it_does_and_has_a_name_of_its_own() -> None:
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names))
    assert [route.name for route in ROUTES if not route.says.endswith(".") and not route.more] == []


def test_nothing_that_acts_goes_without_a_bound_for_strangers() -> None:
    """Messages alone may come faster: they are many counties' and signed, and all of a county's come from one address."""
    most = {"take_message": 600}
    free = [
        route.name
        for route in ROUTES
        if route.method == "POST" and route.bound.stranger.most > most.get(route.name, 60)
    ]
    assert free == []


def test_whatever_reads_a_body_says_which_faults_it_has() -> None:
    for path, each in description()["paths"].items():
        for method, operation in each.items():
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                assert {"400", "413", "415", "422"} <= set(operation["responses"]), (method, path)
