"""Watching the program: health, measurements for Prometheus, log lines and traces; none of them tells of anybody."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.apps.doctor import ready
from tongban.apps.observing import begin, lines, parts
from tongban.apps.observing.figures import MEASURED
from tongban.apps.observing.state import STATE
from tongban.apps.office import office
from tongban.web.frame import watched

pytestmark = pytest.mark.database
__all__ = ["county", "desk"]

TOKEN = "a token of sixteen or more"
PLANTED = ("阿依古丽", "13912345678", "11010519491231002X", "水井边第三户", "not-to-be-kept")


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Everything on, as if the operator had asked for it."""
    monkeypatch.setattr(settings, "TONGBAN_METRICS_TOKEN", TOKEN)
    monkeypatch.setattr(settings, "TONGBAN_LOG", "json")
    begin.stop()
    yield
    begin.stop()


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged meanwhile, by every logger there is, as it stands on standard error."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(lines.JsonLines())
    handler.addFilter(lines.OnlyOurs())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def told(client: Client) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_process_says_that_it_lives_and_the_installation_whether_it_is_ready(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(headers={"Host": "10.0.0.7"})
    assert client.get("/health/live", headers={"Accept-Language": "en"}).content == b"Alive.\n"
    ready.forget()
    monkeypatch.setattr(ready, "tables_current", lambda: True)
    answer = client.get("/health/ready?format=json")
    assert answer.status_code == 503 and answer.json() == {"state": "unready", "wrong": ["worker"]}
    assert "没人做" in client.get("/health/ready").content.decode()
    office().rows("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id", [])
    ready.forget()
    assert client.get("/health/ready", headers={"Accept": "application/json"}).json()["state"] == "ready"
    for name, says, code in (("nearly_full", True, "disk"), ("tables_current", False, "tables")):
        with monkeypatch.context() as broken:
            broken.setattr(ready, name, lambda *_, says=says: says)
            ready.forget()
            assert client.get("/health/ready?format=json").json()["wrong"] == [code]
    ready.forget()


def test_measurements_are_for_whoever_was_named_and_for_nobody_else(
    desk: Desk, watching: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    monkeypatch.setattr(settings, "TONGBAN_METRICS_NETWORKS", ("10.8.0.0/16",))
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="10.8.3.4").status_code == 200
    forged = client.get("/metrics", REMOTE_ADDR="10.8.3.4", headers={"X-Forwarded-For": "1.2.3.4"})
    assert forged.status_code == 403, "a proxy that was not named hides who asks"
    monkeypatch.setattr(settings, "TONGBAN_METRICS_NETWORKS", ())
    monkeypatch.setattr(settings, "TONGBAN_METRICS_TOKEN", "")
    assert client.get("/metrics").status_code == 404


def test_a_step_is_measured_by_route_and_part_and_a_refusal_by_its_code(desk: Desk, watching: None) -> None:
    client = Client()
    assert client.get("/open/trust/").status_code == 200
    client.get(reverse("desk_case", args=["260000005522471"]))
    begin.watching()
    number = desk.dispatched()
    from tongban.apps.casework.take import take

    take(number, "approve", {}, desk.acting(desk.handler))
    page = told(client)
    assert 'route="/open/trust/",status="200"' in page.replace('method="GET",', "")
    assert 'tongban_part_seconds_count{part="append"}' in page and 'part="decide"' in page
    assert re.search(r'tongban_refusals_total\{code="[a-z_.]+"\} 1.0', page)
    assert "tongban_database_up 1.0" in page and 'tongban_reader_lag_events{reader="follow"}' in page
    assert "260000005522471" not in page


def test_the_log_of_a_journey_names_nobody(desk: Desk, watching: None, written: io.StringIO) -> None:
    name, phone, card, words, query = PLANTED
    client = Client()
    client.get(f"/services/?q={query}")
    client.post("/", {"body": f"{name}住{words}，电话{phone}，证件{card}"})
    client.get(f"/follow/?number=260000005522471&phone={phone}")
    client.post("/sign-in/", {"username": phone, "password": query})
    client.post("/api/v1/cases", {"answers": {"phone": phone}}, content_type="application/json")
    client.get(f"/no/such/{query}/")
    number = desk.register(f"{words}的路灯坏了。", phone=phone)
    from django.contrib.auth.models import User

    client.force_login(User.objects.get(username=desk.clerk))
    client.get(reverse("desk_case", args=[number.replace(" ", "")]))
    client.get(
        "/", headers={"host": f"h{phone}.invalid_"}
    )  # no host can be called so; Django tells its log of it
    logging.getLogger("tongban.web").error("database away at %s: %s", f"/desk/{number}/", phone)
    logging.getLogger("a.library").error(f"could not send to {phone}")
    try:
        raise ValueError(f"{name} {phone}")
    except ValueError:
        logging.getLogger("tongban.web").exception("it failed")
    text = written.getvalue()
    assert [each for each in (*PLANTED, number, number.replace(" ", ""), desk.clerk) if each in text] == []
    said = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in said if line["event"] == "request"]
    assert len(requests) >= 6 and all({"route", "status", "ms", "request"} <= set(line) for line in requests)
    assert all(set(line) <= {"at", "level", "logger", "event", "request", *lines.FIELDS} for line in said)
    known = [line["who"] for line in requests if "who" in line]
    assert known and all(re.fullmatch(r"[0-9a-f]{8}", each) for each in known)
    assert lines.who("1", "s", datetime(2026, 1, 1, tzinfo=UTC)) != lines.who(
        "1", "s", datetime(2026, 1, 2, tzinfo=UTC)
    )


def test_the_line_of_what_was_refused_says_by_which_code_and_whose_it_was(
    desk: Desk, watching: None, written: io.StringIO
) -> None:
    """Whoever tries what they may not, or goes too far, is seen in the log by every door: what was tried, and by whom that day."""
    from django.contrib.auth.models import User

    client = Client()
    client.get("/api/v1/cases", headers={"authorization": "Bearer nonsense"})
    client.get("/api/v1/health", headers={"host": "evil.example"})
    client.get("/open311/v2/requests.json", {"api_key": "nonsense"})
    client.post("/", {"body": "一件事", "website": "https://spam.example"})
    client.force_login(User.objects.get(username=desk.handler))
    number = desk.register().replace(" ", "")
    client.post(reverse("desk_step", args=[number, "dispatch"]), {})
    said = [json.loads(line) for line in written.getvalue().splitlines()]
    requests = [line for line in said if line["event"] == "request" and line["status"] >= 400]
    codes = [line.get("code", "") for line in requests]
    assert codes[:4] == ["api.token", "api.host", "open311.key", "flood.not_a_person"], codes
    assert len(requests) == 5 and re.fullmatch(r"[0-9a-f]{8}", requests[4]["who"]), requests
    assert "spam" not in written.getvalue() and "evil" not in written.getvalue()


def test_traces_bear_the_parts_of_a_step_and_nothing_of_the_case(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from tongban.apps.observing.traces import Traces

    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    traces = Traces(spans, reader)
    begin.stop()
    begin.watching().traces = traces
    parts.watch(traces)
    try:
        desk.dispatched("阿依古丽家门口的井堵了。")
        Client().get("/open/trust/")
        assert reader.get_metrics_data() is not None
        traces.end()
    finally:
        begin.stop()
    found = {span.name for span in spans.get_finished_spans()}
    assert {"load", "decide", "append", "GET /open/trust/"} <= found
    assert "阿依古丽" not in str([span.to_json() for span in spans.get_finished_spans()])


def test_where_nobody_watches_a_part_costs_nothing() -> None:
    begin.stop()
    assert not parts.watched() and parts.part("append") is parts.part("load")


def test_dashboard_and_alerts_name_measurements_that_exist() -> None:
    folder = ROOT / "deploy" / "observability"
    dashboard = json.loads((folder / "grafana-dashboard.json").read_text(encoding="utf-8"))
    alerts = yaml.safe_load((folder / "alerts.yaml").read_text(encoding="utf-8"))
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in rules]
    named = {name for expr in asked for name in re.findall(r"tongban_[a-z_]+", expr)}
    bare = {re.sub(r"_(bucket|count|sum)$", "", name) if "_seconds_" in name else name for name in named}
    assert bare <= {*MEASURED, *STATE}
    assert {*MEASURED, *STATE} <= bare, "what is measured is also shown"


def test_the_route_of_an_address_is_as_it_is_written_in_the_program(rf: Any) -> None:
    request = rf.get("/static/x.css")
    assert watched.route_of(request) == watched.STATIC
    assert watched.route_of(rf.get("/nowhere")) == watched.UNKNOWN
    request.method = "BREW"
    assert watched.method_of(request) == watched.UNKNOWN
