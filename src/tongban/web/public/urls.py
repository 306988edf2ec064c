"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path

from tongban.web.public import boards, draws, journeys, letters, pages

urlpatterns = [
    path("figures/", pages.figures, name="figures"),
    path("figures/<str:period>/", pages.figures, name="figures_of"),
    *(path(f"{tab.url}/", pages.cases, {"tab": tab}, name=tab.url) for tab in pages.TABS),
    *(path(f"{tab.url}/<uuid:id>/", pages.case, {"tab": tab}, name=tab.one) for tab in pages.TABS),
    path("boards/", boards.boards, name="boards"),
    path("boards/<str:key>/", boards.board, name="boards_of"),
    path("boards/<str:key>/<str:period>/", boards.board, name="board_of"),
    path("compare/", journeys.comparisons, name="compare"),
    path("compare/<str:key>/", journeys.compared, name="compared"),
    path("letters/<str:number>/<str:check>/", letters.letter, name="letter"),
    path("draws/", draws.draws, name="draws"),
    path("draws/<str:commitment>.ndjson", draws.draw_sheet, name="draw_sheet"),
    path("trust/", pages.trust, name="trust"),
    path("trust/checkpoint.txt", pages.note, name="checkpoint"),
]
