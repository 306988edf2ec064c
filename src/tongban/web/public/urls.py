"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path, re_path

from tongban.web.public import (
    able,
    beside,
    boards,
    data,
    data_logs,
    draws,
    editions,
    feeds,
    front,
    indicator,
    journeys,
    letters,
    pages,
    programs,
)

_ID = "(?P<{}>[a-z][a-z0-9_]{{0,49}})"
"""An id of a practice or of an indicator; it cannot be taken for a month."""

urlpatterns = [
    path("", front.front, name="open"),
    re_path(
        f"^figures/{_ID.format('practice')}/{_ID.format('name')}/$", indicator.indicator, name="indicator"
    ),
    path("figures/editions.txt", editions.editions_list, name="editions_list"),
    path("figures/<str:period>/proof/", editions.proof, name="edition"),
    path("figures/<str:period>/edition-<int:edition>.ndjson", editions.edition_file, name="edition_file"),
    path("check/", editions.check, name="check"),
    path("check/check-figures.html", editions.check_file, name="check_file"),
    path("figures/", pages.figures, name="figures"),
    path("figures/<str:period>/", pages.figures, name="figures_of"),
    *(path(f"{tab.url}/", pages.cases, {"tab": tab}, name=tab.url) for tab in pages.TABS),
    *(path(f"{tab.url}/<uuid:id>/", pages.case, {"tab": tab}, name=tab.one) for tab in pages.TABS),
    path("able/", able.able, name="able"),
    path("practices/", beside.practices, name="practices"),
    re_path(f"^practices/{_ID.format('practice')}/$", beside.side_by_side, name="side_by_side"),
    re_path(f"^practices/{_ID.format('practice')}/sheet\\.txt$", beside.sheet_file, name="sheet_file"),
    path("boards/", boards.boards, name="boards"),
    path("boards/<str:key>/", boards.board, name="boards_of"),
    path("boards/<str:key>/<str:period>/", boards.board, name="board_of"),
    path("compare/", journeys.comparisons, name="compare"),
    path("compare/<str:key>/", journeys.compared, name="compared"),
    path("letters/<str:number>/<str:check>/", letters.letter, name="letter"),
    path("draws/", draws.draws, name="draws"),
    path("draws/<str:commitment>.ndjson", draws.draw_sheet, name="draw_sheet"),
    path("data/", data.data, name="data"),
    path("data/catalog.jsonld", data.catalog, name="catalog"),
    path("data/dictionary.json", data.dictionary_file, name="data_dictionary"),
    path("data/<slug:period>/<slug:sheet>.<slug:form>", data.data_of, name="data_of"),
    re_path(
        f"^data/events/(?P<period>[0-9-]{{7}})/{_ID.format('practice')}\\.(?P<form>xes\\.gz|json\\.gz|csv)$",
        data_logs.log_of,
        name="data_log",
    ),
    path("feeds/<slug:name>.atom", feeds.feed, name="feed"),
    path("api/", programs.programs, name="programs"),
    path("trust/", pages.trust, name="trust"),
    path("trust/checkpoint.txt", pages.note, name="checkpoint"),
]
