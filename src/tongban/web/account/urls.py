"""The addresses of one's own account, all below ``/account/``."""

from __future__ import annotations

from django.urls import path

from tongban.web.account import factors, pages, standing

urlpatterns = [
    path("", pages.account_page, name="account"),
    path("again/", pages.again_page, name="account_again"),
    path("password/", pages.password_page, name="account_password"),
    path("stand-in/", standing.stand_in_page, name="account_stand_in"),
    path("stand-in/end/", standing.take_back, name="account_stand_in_end"),
    path("sessions/end/", pages.end_session, name="account_end"),
    path("app/", factors.app_page, name="account_app"),
    path("passkey/", factors.passkey_page, name="account_passkey"),
    path("passkey/ask/", factors.passkey_ask, name="account_passkey_ask"),
    path("recovery/", factors.recovery, name="account_recovery"),
    path("remove/", factors.remove_factor, name="account_remove"),
]
