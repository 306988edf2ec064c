"""Tokens for programs: issued for an account, held to their scopes, revoked; noted, and kept nowhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from county import DARK
from test_cases import problem

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people import issuing
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.models import TokenRow
from tongban.store.notes import chain_id

pytestmark = pytest.mark.database
CLERK = "clerk.centre"


def test_a_token_for_a_program_allows_its_scopes_until_it_is_revoked(api: Any) -> None:
    api.staff("clerk", "centre")
    acting = Acting(datetime.now(UTC), SYSTEM)
    made = issuing.issue(CLERK, ["read"], "平台", 30, acting)
    assert not isinstance(made, Refused)
    known, token = made
    assert api.get("/me", token.text).json()["scopes"] == ["read"]
    problem(api.post("/cases", {"practice": "streetlamp", "answers": DARK}, token.text), 403, "api.scope")
    assert [each.id for each in issuing.issued(acting.now)] == [known.id]
    assert not isinstance(issuing.revoke([known.id], acting), Refused)
    problem(api.get("/me", token.text), 401, "api.token_expired")
    assert [each.ended for each in issuing.issued(acting.now)] == [acting.now]
    again = issuing.revoke([known.id, "0000"], acting)
    assert isinstance(again, Refused)
    assert {(each.code, each.where) for each in again.all()} == {
        ("token.ended", known.id),
        ("token.unknown", "0000"),
    }


def test_issuing_and_revoking_stand_in_the_ledger_and_the_token_nowhere(api: Any) -> None:
    api.staff("clerk", "centre")
    acting = Acting(datetime.now(UTC), SYSTEM)
    made = issuing.issue(CLERK, ["identity", "read"], "  两行\n说明 ", 30, acting)
    assert not isinstance(made, Refused)
    issuing.revoke([made[0].id], acting)
    here = office()
    notes = list(here.journal.events(chain_id(here.county.code, "tokens")))
    assert [each.kind for each in notes] == ["token_issued", "token_revoked"]
    assert notes[0].facts()["purpose"] == "两行 说明" and notes[0].facts()["scopes"] == ("read", "identity")
    assert made[1].text not in str(list(TokenRow.objects.values())) + "".join(each.body for each in notes)


@pytest.mark.parametrize(
    ("login", "scopes", "purpose", "days", "code"),
    [
        ("nobody", ["read"], "平台", 30, "people.no_posts"),
        ("", ["read"], " \n", 30, "token.purpose"),
        ("", ["read"], "长" * 201, 30, "token.purpose"),
        ("", ["all"], "平台", 30, "token.scope"),
        ("", [], "平台", 30, "token.scope"),
        ("", ["read"], "平台", 0, "token.days"),
        ("", ["read"], "平台", 367, "token.days"),
    ],
)
def test_a_token_that_should_not_be_is_not_issued(
    api: Any, login: str, scopes: list[str], purpose: str, days: int, code: str
) -> None:
    api.staff("clerk", "centre")
    acting = Acting(datetime.now(UTC), SYSTEM)
    made = issuing.issue(login or CLERK, scopes, purpose, days, acting)
    assert isinstance(made, Refused) and made.code == code
    assert issuing.issued(acting.now) == ()


def test_after_a_restore_programs_sign_in_anew_and_residents_prove_their_cases_anew(api: Any) -> None:
    from tongban.apps.people import sessions
    from tongban.apps.people.tokens import resident_token

    staff, resident = api.staff("clerk", "centre"), resident_token(["x"], office()).text
    issued = issuing.issue(CLERK, ["read"], "平台", 30, Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(issued, Refused)
    for _ in range(2):
        assert {api.get("/me", each).status_code for each in (staff, resident)} == {200}
        before = (staff, resident)
        sessions.end_everywhere(datetime.now(UTC))
        for each in before:
            problem(api.get("/me", each), 401, "api.token_expired")
        assert api.get("/me", issued[1].text).status_code == 200
        staff, resident = api.staff("clerk", "centre"), resident_token(["x"], office()).text
