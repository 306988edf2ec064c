"""Whether the program lives, whether it is ready, and its measurements: for machines that watch it, and for whoever is called at night.

They stand before everything else of a request, so that they answer under any name and without a session.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tongban.web.words import choose, say

METRICS = "/metrics"
NAMED = "Bearer "


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """This process answers; it asks nothing else."""
    return _said(request, 200, "live", ())


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether pages and the work behind them go on, and which of the conditions does not hold: by fixed codes, no more."""
    from tongban.apps.doctor.ready import unready

    wrong = unready()
    return _said(request, 503 if wrong else 200, "unready" if wrong else "ready", wrong)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: only with the token, or from the networks, that the operator named. Without either there is no such page."""
    if not (settings.TONGBAN_METRICS_TOKEN or settings.TONGBAN_METRICS_NETWORKS):
        return HttpResponse(status=404)
    if not (_by_token(request) or _from_inside(request)):
        return HttpResponse(status=403)
    from tongban.apps.observing.begin import watching
    from tongban.apps.observing.figures import page
    from tongban.apps.observing.state import state

    figures = watching().figures
    if figures is None:
        return HttpResponse(status=404)
    answer = HttpResponse(page(figures.folder, state(Path(settings.TONGBAN_HOME))))
    answer.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _by_token(request: HttpRequest) -> bool:
    given = request.META.get("HTTP_AUTHORIZATION", "")
    wanted = settings.TONGBAN_METRICS_TOKEN
    return bool(wanted) and hmac.compare_digest(given.encode(), f"{NAMED}{wanted}".encode())


def _from_inside(request: HttpRequest) -> bool:
    """By the address of who asks. What a proxy passed on is believed only where the proxies were named: then it is that address already."""
    passed_on = any(
        request.META.get(name) for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
    )
    if passed_on and not settings.TONGBAN_PROXIES:
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ip_network(each) for each in settings.TONGBAN_METRICS_NETWORKS)


def _said(request: HttpRequest, status: int, state: str, wrong: tuple[str, ...]) -> HttpResponse:
    """In words for a person, as JSON for whoever asks for it."""
    if "json" in request.META.get("HTTP_ACCEPT", "") or request.GET.get("format") == "json":
        answer: HttpResponse = JsonResponse({"state": state, "wrong": list(wrong)}, status=status)
    else:
        language = choose(request.GET.get("lang", ""), "", request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        words = [say(f"health.{state}", language), *(say(f"health.{code}", language) for code in wrong)]
        answer = HttpResponse(
            "\n".join(words) + "\n", content_type="text/plain; charset=utf-8", status=status
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer


PAGES: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": live,
    "/health/ready": ready,
    METRICS: metrics,
}
