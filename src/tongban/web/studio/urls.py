"""The addresses of the studio, all below ``/studio/``."""

from __future__ import annotations

from django.urls import path

from tongban.web.studio import (
    changes,
    drafting,
    exchange,
    jobs,
    models,
    open311,
    pages,
    people,
    posts,
    registers,
    travel,
)

urlpatterns = [
    path("", pages.shelf_page, name="studio"),
    path("parcels/", travel.receive, name="studio_receive"),
    path("exchange/", exchange.exchange_page, name="studio_exchange"),
    path("exchange/again/", exchange.again, name="studio_exchange_again"),
    path("open311/", open311.open311_page, name="studio_open311"),
    path("open311/change/", open311.change, name="studio_open311_change"),
    path("jobs/", jobs.jobs_page, name="studio_jobs"),
    path("jobs/again/", jobs.again, name="studio_jobs_again"),
    path("models/", models.models_page, name="studio_models"),
    path("models/drift/", models.drift_page, name="studio_drift"),
    path("models/publish/", models.publish_model, name="studio_publish"),
    path("people/", people.people_page, name="studio_people"),
    path("people/add/", people.add_page, name="studio_people_add"),
    path("people/bring/", people.bring, name="studio_people_bring"),
    path("people/rule/", people.rule, name="studio_people_rule"),
    path("people/<str:login>/", posts.person_page, name="studio_person"),
    path("people/<str:login>/give/", posts.give, name="studio_post_give"),
    path("people/<str:login>/end/", posts.end, name="studio_post_end"),
    path("people/<str:login>/leave/", posts.leave, name="studio_person_leave"),
    path("people/<str:login>/password/", posts.new_password, name="studio_person_password"),
    path("people/<str:login>/factors/", posts.new_factors, name="studio_person_factors"),
    path("registers/", registers.registers_page, name="studio_registers"),
    path("registers/<slug:practice>/", registers.register_page, name="studio_register"),
    path("registers/<slug:practice>/load/", registers.load, name="studio_register_load"),
    path("registers/<slug:practice>/workbook/", registers.workbook_file, name="studio_register_workbook"),
    path("<slug:practice>/", pages.practice_page, name="studio_practice"),
    path("<slug:practice>/deadlines/", pages.deadlines_page, name="studio_deadlines"),
    path("<slug:practice>/forms/", pages.forms_page, name="studio_forms"),
    path("<slug:practice>/scenarios/", pages.scenarios_page, name="studio_scenarios"),
    path("<slug:practice>/scenarios/run/", pages.run_scenarios, name="studio_run"),
    path("<slug:practice>/settings/", changes.settings_page, name="studio_settings"),
    path("<slug:practice>/parcel/", travel.pack, name="studio_pack"),
    path("<slug:practice>/parcel/away/", travel.put_away, name="studio_put_away"),
    path("<slug:practice>/retire/", travel.retire_page, name="studio_retire"),
    path("<slug:practice>/draft/", drafting.draft_page, name="studio_draft"),
    path("<slug:practice>/draft/begin/", drafting.begin, name="studio_begin"),
    path("<slug:practice>/adoptions/", pages.history_page, name="studio_history"),
]
