"""Traces and metrics for OpenTelemetry, where the operator asks for them and the extra ``telemetry`` is installed: request, load, decide, append, sweep, job.

They go by OTLP over HTTP to the address of ``OTEL_EXPORTER_OTLP_ENDPOINT``. A span bears the name of its part, the route and the
status: nothing of a case, of a person or of an address.
"""

from __future__ import annotations

import os
from typing import Any, cast

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SCOPE = "tongban"


class Traces:
    """A watcher that makes a span of each part and counts its time. Made in each process by itself: what sends them runs in a thread that
    no fork takes along."""

    def __init__(self, exporter: Any = None, reader: Any = None) -> None:
        self.exporter, self.reader = exporter, reader
        self._made: tuple[int, _Own] | None = None

    def own(self) -> _Own:
        """This process's own."""
        if self._made is None or self._made[0] != os.getpid():
            self._made = (os.getpid(), _Own(self.exporter, self.reader))
        return self._made[1]

    def end(self) -> None:
        """Send what has not gone yet."""
        if self._made is not None and self._made[0] == os.getpid():
            self._made[1].end()
            self._made = None

    def began(self, part: str) -> object:
        entered = self.own().tracer.start_as_current_span(part)
        return entered, entered.__enter__()

    def ended(self, part: str, begun: object, seconds: float, fault: str) -> None:
        from opentelemetry.trace import StatusCode

        entered, span = cast("tuple[Any, Any]", begun)
        if fault:
            span.set_status(StatusCode.ERROR, fault)
        entered.__exit__(None, None, None)
        self.own().seconds.record(seconds, {"part": part})

    def refused(self, code: str) -> None:
        from opentelemetry import trace

        trace.get_current_span().add_event("refused", {"code": code})
        self.own().refusals.add(1, {"code": code})

    def answered(self, begun: object, route: str, method: str, status: int) -> None:
        _, span = cast("tuple[Any, Any]", begun)
        span.update_name(f"{method} {route}")
        span.set_attribute("http.route", route)
        span.set_attribute("http.request.method", method)
        span.set_attribute("http.response.status_code", status)


class _Own:
    """What one process sends by."""

    def __init__(self, exporter: Any, reader: Any) -> None:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            exporter = OTLPSpanExporter()
        if reader is None:
            from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

            reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        named = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", SCOPE)})
        self._spans = TracerProvider(resource=named)
        self._spans.add_span_processor(BatchSpanProcessor(exporter))
        self._meters = MeterProvider(metric_readers=[reader], resource=named)
        self.tracer = self._spans.get_tracer(SCOPE)
        meter = self._meters.get_meter(SCOPE)
        self.seconds = meter.create_histogram("tongban.part.seconds", "s", "Seconds of a part")
        self.refusals = meter.create_counter("tongban.refusals", "1", "Refusals by code")

    def end(self) -> None:
        self._spans.shutdown()
        self._meters.shutdown()


def wanted() -> bool:
    return bool(os.environ.get(ENDPOINT))
