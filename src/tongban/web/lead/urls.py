"""The addresses of the lead pages, all below ``/lead/``."""

from __future__ import annotations

from django.urls import path

from tongban.web.lead import (
    adjusted,
    boards,
    clusters,
    figures,
    flow,
    hot,
    joint,
    measures,
    more_figures,
    pages,
    publishing,
    signs,
    targets,
)

urlpatterns = [
    path("", pages.overview_page, name="lead"),
    path("hot/", hot.hot_page, name="lead_hot"),
    path("hot/<str:number>/", hot.hotspot_page, name="lead_hotspot"),
    path("hot/<str:number>/<slug:step>/", hot.measure_all, name="lead_measure_all"),
    path("hot/<str:number>/joint/<slug:way>/", joint.joint_page, name="lead_joint"),
    path("together/", clusters.clusters_page, name="lead_clusters"),
    path("signs/", signs.signs_page, name="lead_signs"),
    path("signs/<slug:practice>/<slug:sign>/<str:unit>/", signs.sign_page, name="lead_sign"),
    path("boards/", boards.boards, name="lead_boards"),
    path("boards/<str:key>/", boards.board, name="lead_boards_of"),
    path("boards/<str:key>/<str:period>/", boards.board, name="lead_board"),
    path("boards/<str:key>/<str:period>/<str:unit>/<str:item>/", boards.point, name="lead_point"),
    path("figures/", figures.overview, name="lead_figures"),
    path("figures/colours/", more_figures.colours, name="lead_colours"),
    path("figures/durations/", more_figures.how_long, name="lead_durations"),
    path("figures/durations/cases/", more_figures.long_cases, name="lead_durations_cases"),
    path("figures/effect/", more_figures.helped, name="lead_effect"),
    path("figures/wall/", more_figures.wall, name="lead_figures_wall"),
    path("figures/outlines.json", figures.outlines, name="lead_outlines"),
    path("figures/<str:key>/", figures.figure, name="lead_figure_of"),
    path("figures/<str:key>/<str:period>/", figures.figure, name="lead_figure"),
    path("figures/<str:key>/<str:period>/cases/", figures.cases, name="lead_figure_cases"),
    path("figures/<str:key>/<str:period>/adjusted/", adjusted.adjusted, name="lead_adjusted"),
    path("targets/", targets.targets_page, name="lead_targets"),
    path("targets/new/", targets.target_new, name="lead_target_new"),
    path("targets/<slug:target_id>/", targets.target_page, name="lead_target"),
    path("targets/<slug:target_id>/<slug:what>/", targets.target_say, name="lead_target_say"),
    path("flow/", flow.flow, name="lead_flow"),
    path("flow/cases/", flow.cases, name="lead_flow_cases"),
    path("publish/", publishing.publish_page, name="lead_publish"),
    path("publish/<str:period>/", publishing.month, name="lead_publish_month"),
    path("cases/", pages.cases_page, name="lead_cases"),
    path("cases/<str:number>/<slug:step>/", measures.measure, name="lead_measure"),
]
