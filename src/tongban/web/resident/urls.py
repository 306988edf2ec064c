"""Addresses of the residents' pages."""

from __future__ import annotations

from django.urls import path

from tongban.web.resident import by_phone, following, own, reporting, returning, services, told

urlpatterns = [
    path("", reporting.report, name="report"),
    path("report/<slug:practice>/", reporting.report, name="report_to"),
    path("ways/", reporting.ways_page, name="ways"),
    path("services/", services.services, name="services"),
    path("services/catalogue.xlsx", services.sheet, name="services_sheet"),
    path("services/<str:code>/", services.service, name="service"),
    path("report/<slug:practice>/blank/", reporting.blank, name="blank_form"),
    path("alike/", reporting.alike, name="alike"),
    path("added/<str:name>/", reporting.draft_photo, name="draft_photo"),
    path("sent/<str:number>/", reporting.sent, name="sent"),
    path("sent/<str:number>/handed-over/", reporting.handed_over, name="handed_over"),
    path("go-on/", returning.go_on, name="go_on"),
    path("follow/", following.follow, name="follow"),
    path("follow/by-phone/", by_phone.by_phone, name="by_phone"),
    path("follow/by-phone/code/", by_phone.by_phone_code, name="by_phone_code"),
    path("follow/mine/", by_phone.own_cases, name="own_cases"),
    path("follow/<str:number>/", following.own_case, name="own_case"),
    path("rate/<str:number>/<slug:code>/", following.by_code, name="rate_by_code"),
    path("follow/<str:number>/journey/", following.own_journey, name="own_journey"),
    path("follow/<str:number>/messages/", told.own_messages, name="own_messages"),
    path("t/<slug:code>/", told.stop_page, name="stop"),
    path("follow/<str:number>/why/", following.why, name="own_why"),
    path("follow/<str:number>/letters/<slug:name>/<int:seq>/", following.own_letter, name="own_letter"),
    path("follow/<str:number>/figures/", following.own_figures, name="own_figures"),
    path("follow/<str:number>/seen/", own.seen, name="own_seen"),
    path("follow/<str:number>/data/", own.data, name="own_data"),
    path("follow/<str:number>/receipt/", following.own_receipt, name="own_receipt"),
    path("follow/<str:number>/photo/<str:digest>/", following.own_photo, name="own_photo"),
    path("follow/<str:number>/do/<slug:step>/", following.act, name="own_act"),
]
