"""Editions for everybody: what stands behind a month, its file, the signed list, and the page that checks in the reader's own browser."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.apps.draws.reading import months
from tongban.apps.editions.reading import file_of, newest_list, page, released
from tongban.apps.proof.checkpoints import public_keys
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused
from tongban.web.public.checking import SCRIPTS, STYLE, source, words
from tongban.web.words import language_of, say

LINES = "application/x-ndjson"


@require_safe
def proof(request: HttpRequest, period: str) -> HttpResponse:
    """Everything behind the newest edition of a month, or behind ``?edition=``."""
    asked = request.GET.get("edition", "")[:6]
    found = page(period, int(asked) if asked.isascii() and asked.isdigit() else 0, language_of(request))
    if isinstance(found, Refused):
        return refused(request, found, 404)
    keys = [f"{id}={key}" for id, key in public_keys()]
    address = request.build_absolute_uri(reverse("edition_file", args=[period, found.this.edition]))
    command = f"tongban figure verify {address} --key {' --key '.join(keys)}"
    if any(each.edition == found.this.edition - 1 and each.has_file for each in found.all):
        before = reverse("edition_file", args=[period, found.this.edition - 1])
        command += f" --corrects {request.build_absolute_uri(before)}"
    language = language_of(request)
    left_out = [
        (say(f"edition.why.{code.rpartition('.')[2]}", language), titles) for code, titles in found.left_out
    ]
    values = {"page": found, "month": found.this.month, "command": command, "left_out": left_out}
    return render(request, "public/edition.html", values)


@require_safe
def edition_file(request: HttpRequest, period: str, edition: int) -> HttpResponse:
    """The file of an edition, to be kept and checked."""
    file = file_of(period, edition)
    if isinstance(file, Refused):
        status = {"edition.gone": 410, "edition.pending": 503}.get(file.code, 404)
        return refused(request, file, status, back=reverse("edition", args=[period]) if status == 410 else "")
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    mark = f'"{file.mark}{"" if packed else "-plain"}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark})
    content = file.content if packed else gzip.decompress(file.content)
    answer = HttpResponse(content, content_type=f"{LINES}; charset=utf-8", headers={"ETag": mark})
    if packed:
        answer["Content-Encoding"] = "gzip"
    answer["Content-Disposition"] = f'attachment; filename="figures-{period}-{edition}.ndjson"'
    answer["Vary"] = "Accept-Encoding"
    return answer


@require_safe
def editions_list(request: HttpRequest) -> HttpResponse:
    """The signed list of the newest edition of each month."""
    text = newest_list(datetime.now(UTC))
    if isinstance(text, Refused):
        return refused(request, text, 503)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Checks an edition or a sheet of lots on the reader's own machine; without JavaScript it says how to do it at a shell."""
    language = language_of(request)
    listed = [each for each in released(language) if each.has_file]
    sheets = [each for each in months(datetime.now(UTC)) if each.state == "published"]
    values = {"editions": listed, "sheets": sheets, "list": reverse("editions_list"), **_page(language)}
    return render(request, "public/check.html", values)


@require_safe
def check_file(request: HttpRequest) -> HttpResponse:
    """The same page as one file that needs no network: what it checks with stands in it."""
    language = language_of(request)
    whole: str = render_to_string("public/check_file.html", _page(language), request)
    whole = whole.replace("</head>", f"<style>\n{source(STYLE)}</style>\n</head>")
    scripts = "".join(f"<script>\n{source(name)}</script>\n" for name in SCRIPTS)
    whole = whole.replace("</body>", f"{scripts}</body>")
    answer = HttpResponse(whole, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="check-figures.html"'
    return answer


def _page(language: str) -> dict[str, object]:
    keys = "\n".join(f"{id}={key}" for id, key in public_keys())
    return {
        "keys": keys,
        "words": json.dumps(words(language), ensure_ascii=False),
        "language": language,
        "scripts": [f"tongban/{name}" for name in SCRIPTS],
        "today": moment(datetime.now(UTC), language),
    }
