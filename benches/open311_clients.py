"""Run by :mod:`benches.open311` in the environment of the clients, which knows nothing of this project: one JSON line for each thing asked."""

from __future__ import annotations

import itertools
import json
import sys
import types
from collections.abc import Callable
from functools import partial
from typing import Any

setattr(itertools, "ifilter", filter)  # noqa: B010 - three was written for Python 2
sys.modules.setdefault("relaxml", types.ModuleType("relaxml"))
sys.modules.setdefault("simplejson", json)  # the same, by another name
setattr(sys.modules["relaxml"], "xml", None)  # noqa: B010 - its XML is not read here: georeport reads that


def tell(what: str, found: str, wrong: str = "") -> None:
    print(json.dumps([what, found, wrong]), flush=True)


def tried(what: str, ask: Callable[[], Any], said: Callable[[Any], str]) -> Any:
    try:
        told = ask()
        tell(what, said(told))
        return told
    except Exception as fault:
        tell(what, "", f"{type(fault).__name__}: {fault}")
        return None


def many(told: Any) -> str:
    return f"{len(told)} entries" if isinstance(told, list) else "one"


def main() -> None:
    from georeport import GeoReport
    from three.core import Three

    base, key, trial, phone = sys.argv[1:5]
    for form in ("xml", "json"):
        reader = GeoReport(base, output_format=form)
        services = tried(f"georeport, {form}: services", reader.get_service_list, many)
        if services:
            code = services[0]["service_code"]
            tried(
                f"georeport, {form}: definition",
                partial(reader.get_service_definition, code),
                lambda told: told["service_code"],
            )
        tried(f"georeport, {form}: requests", reader.get_service_requests, many)
    sender = Three(base, api_key=key, format="json")
    services = tried("three: services", sender.services, many)
    tried("three: requests", lambda: sender.requests(count=5), many)
    tried(
        "three: discovery",
        lambda: sender.discovery(base.removesuffix("/v2") + "/discovery.json"),
        lambda told: f"{len(told)} bytes",
    )
    if not key or not services:
        return
    sent = {
        "address": "试报，不是真地址",
        "name": "Shi Bao",
        "phone": phone,
        "description": f"{trial} (three)",
    }
    made = tried(
        "three: post",
        lambda: sender.post(services[0]["service_code"], **sent),
        lambda told: told[0]["service_request_id"],
    )
    if made:
        name = made[0]["service_request_id"]
        tried(
            "three: what it sent", lambda: sender.request(name, api_key=key), lambda told: told[0]["status"]
        )
        tried("three: token", lambda: sender.token(name), lambda told: told[0]["service_request_id"])


main()
