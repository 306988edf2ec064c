"""Open data: the page, its files, its catalogue for programs."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from tongban.apps.flow.publishing import explained, offered
from tongban.apps.publication.opendata import (
    COLUMNS,
    FORMATS,
    LANGUAGES,
    SHEETS,
    data_file,
    dictionary,
    dictionary_json,
    months_gone,
    months_offered,
)
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused
from tongban.web.frame.files import download
from tongban.web.public.county import county_of
from tongban.web.words import language_of, say

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Which files there are, and what stands in them; the indicators of the practice that is asked for (``?practice=``), for those of
    all make a page that a telephone waits for."""
    language, now = language_of(request), datetime.now(UTC)
    entries = dictionary(language, now)
    counts = Counter((entry.practice, entry.practice_title) for entry in entries)
    asked = request.GET.get("practice", "")
    values = {
        "months": months_offered(language, now),
        "gone": months_gone(language, now),
        "sheets": SHEETS,
        "formats": tuple(FORMATS),
        "columns": [
            (
                sheet,
                [(each.name, each.sort, say(f"opendata.column.{each.name}", language)) for each in columns],
            )
            for sheet, columns in COLUMNS.items()
        ],
        "practices": [(id, title, n) for (id, title), n in counts.items()],
        "asked": asked,
        "entries": [entry for entry in entries if entry.practice == asked],
        "licence": LICENCE,
        "logs": offered(language),
        "logs_say": explained(language),
    }
    return render(request, "public/data.html", values)


@require_safe
@conditional_page
def data_of(request: HttpRequest, period: str, sheet: str, form: str) -> HttpResponse:
    """One file."""
    found = data_file(period, sheet, form, datetime.now(UTC))
    if isinstance(found, Refused):
        return refused(request, found, 404)
    return download(found.content, found.kind, found.name)


@require_safe
@conditional_page
def dictionary_file(request: HttpRequest) -> HttpResponse:
    """Columns and definitions as data, in both languages."""
    del request  # the same for everybody
    return HttpResponse(dictionary_json(datetime.now(UTC)), content_type="application/json")


@require_safe
@conditional_page
def catalog(request: HttpRequest) -> HttpResponse:
    """What there is, as other catalogues read it: DCAT 3 in JSON-LD, a dataset a sheet, a distribution a month and form; and
    the released editions."""
    months = months_offered("en", datetime.now(UTC))
    listed = [each.period for each in months]

    def at(name: str, *args: str | int) -> str:
        return request.build_absolute_uri(reverse(name, args=args))

    def both(key: str) -> list[dict[str, str]]:
        return [{"@language": language, "@value": say(key, language)} for language in LANGUAGES]

    publisher = {
        "@type": "foaf:Organization",
        "foaf:name": [{"@language": language, "@value": county_of(language)} for language in LANGUAGES],
    }
    datasets = [
        {
            "@type": "dcat:Dataset",
            "@id": f"{at('data')}#{sheet}",
            "dct:title": both(f"opendata.sheet.{sheet}"),
            "dct:description": both("opendata.lead"),
            "dct:publisher": publisher,
            "dct:license": {"@id": LICENCE},
            "dct:accrualPeriodicity": {"@id": MONTHLY},
            "dct:conformsTo": {"@id": at("data_dictionary")},
            "dcat:landingPage": {"@id": at("data")},
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dct:title": f"{sheet} {period} {form}",
                    "dcat:mediaType": kind.partition(";")[0],
                    "dcat:downloadURL": {"@id": at("data_of", period, sheet, form)},
                }
                for period in listed
                for form, kind in FORMATS.items()
            ],
        }
        for sheet in SHEETS
    ]
    datasets.append(
        {
            "@type": "dcat:Dataset",
            "@id": f"{at('data')}#editions",
            "dct:title": both("opendata.editions"),
            "dct:description": both("opendata.editions.says"),
            "dct:publisher": publisher,
            "dct:license": {"@id": LICENCE},
            "dcat:landingPage": {"@id": at("check")},
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dct:title": f"{each.period} edition {each.edition}",
                    "dcat:mediaType": "application/x-ndjson",
                    "dcat:downloadURL": {"@id": at("edition_file", each.period, each.edition)},
                }
                for each in months
            ],
        }
    )
    found = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@type": "dcat:Catalog",
        "@id": at("catalog"),
        "dct:title": both("publication.title"),
        "dct:publisher": publisher,
        "dct:license": {"@id": LICENCE},
        "dcat:dataset": datasets,
    }
    return HttpResponse(json.dumps(found, ensure_ascii=False, indent=1), content_type="application/ld+json")
