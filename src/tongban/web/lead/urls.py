"""The addresses of the lead pages, all below ``/lead/``."""

from __future__ import annotations

from django.urls import path

from tongban.web.lead import boards, clusters, hot, joint, measures, pages

urlpatterns = [
    path("", pages.overview_page, name="lead"),
    path("hot/", hot.hot_page, name="lead_hot"),
    path("hot/<str:number>/", hot.hotspot_page, name="lead_hotspot"),
    path("hot/<str:number>/<slug:step>/", hot.measure_all, name="lead_measure_all"),
    path("hot/<str:number>/joint/<slug:way>/", joint.joint_page, name="lead_joint"),
    path("together/", clusters.clusters_page, name="lead_clusters"),
    path("boards/", boards.boards, name="lead_boards"),
    path("boards/<str:key>/", boards.board, name="lead_boards_of"),
    path("boards/<str:key>/<str:period>/", boards.board, name="lead_board"),
    path("boards/<str:key>/<str:period>/<str:unit>/<str:item>/", boards.point, name="lead_point"),
    path("cases/", pages.cases_page, name="lead_cases"),
    path("cases/<str:number>/<slug:step>/", measures.measure, name="lead_measure"),
]
