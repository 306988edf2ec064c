"""The addresses of the desk, all below ``/desk/``."""

from __future__ import annotations

from django.urls import path

from tongban.web.desk import (
    cases,
    identity,
    journeys,
    lists,
    many,
    maps,
    precedents,
    rating,
    registering,
    repeating,
    tables,
    trees,
)
from tongban.web.desk.views import month_file, month_page, month_print, places_page, plan_page

urlpatterns = [
    path("", lists.worklist_page, name="worklist"),
    path("new/", registering.register_page, name="register"),
    path("new/suggest/", registering.suggested, name="desk_suggest"),
    path("precedents/", precedents.precedents_page, name="desk_precedents"),
    path("precedents/<str:number>/", precedents.precedent_page, name="desk_precedent"),
    path("compare/", journeys.comparisons_page, name="desk_compare"),
    path("compare/<str:key>/", journeys.compared_page, name="desk_compared"),
    path("<str:number>/", cases.case_page, name="desk_case"),
    path("<str:number>/receipt/", registering.receipt, name="desk_receipt"),
    path("<str:number>/letters/<slug:name>/<int:seq>/", cases.letter, name="desk_letter"),
    path("<str:number>/why/", cases.why, name="desk_why"),
    path("<str:number>/journey/", journeys.journey_page, name="desk_journey"),
    path("<str:number>/stages/", cases.stages, name="desk_loop"),
    path("<str:number>/code/", rating.code_page, name="desk_code"),
    path("<str:number>/who/", identity.show, name="desk_identity"),
    path("<str:number>/repeats/", repeating.repeats_page, name="desk_repeats"),
    path("<str:number>/boards/", trees.boards, name="desk_boards"),
    path("<str:number>/mandates/", trees.mandates_part, name="desk_mandates"),
    path("<str:number>/steps.xlsx", many.template_file, name="desk_many_template"),
    path("<str:number>/steps.csv", many.faults_file, name="desk_many_faults"),
    path("<str:number>/steps/", many.many_page, name="desk_many"),
    path("<str:number>/map/", maps.map_page, name="desk_map"),
    path("<str:number>/wall/", maps.wall_page, name="desk_wall"),
    path("<str:number>/tree.xlsx", trees.tree_file, name="desk_tree_file"),
    path("<str:number>/tree/", trees.tree_page, name="desk_tree"),
    path("<str:number>/plan/", plan_page, name="desk_plan"),
    path("<str:number>/places/", places_page, name="desk_places"),
    path("<str:number>/month/", month_page, name="desk_month"),
    path("<str:number>/month.xlsx", month_file, name="desk_month_file"),
    path("<str:number>/month.pdf", month_print, name="desk_month_print"),
    path("<str:number>/similar/", cases.similar, name="desk_similar"),
    path("<str:number>/files/<str:digest>/", cases.attachment, name="desk_file"),
    path("<str:number>/steps/<slug:step>/", cases.take_step, name="desk_step"),
    path("<str:number>/steps/<slug:step>/table.xlsx", tables.template_file, name="desk_table"),
    path("<str:number>/steps/<slug:step>/suggest/", cases.suggest, name="desk_offer"),
    path("<str:number>/steps/<slug:step>/weigh/", cases.weigh, name="desk_weigh"),
    path("<str:number>/steps/<slug:step>/foresee/", cases.foresee_step, name="desk_foresee"),
]
