"""The table of rights, cell by cell, at every page: visitor × address × case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch

from desk_ground import Desk, county, desk
from rights_ground import MARKS, OWN, RECUSED, SEALED, SECRETS, VISITORS, Stage, Visitor, staged
from tongban.apps.marking import EXPORTED
from tongban.apps.rights import ACTS, By
from tongban.store.models import EventRow
from tongban.web.doors import DOORS

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

NOBODY_KNOWS = "00000000-0000-4000-8000-000000000000"
PARTS: dict[str, Any] = {
    "practice": "hotline", "name": "handled_on_time", "key": "hotline.handled_on_time", "period": "2026-03",
    "edition": 1, "id": NOBODY_KNOWS, "card": NOBODY_KNOWS, "check": "x", "commitment": "x", "sheet": "figures",
    "form": "csv", "code": "x", "seq": 1, "digest": "0" * 64, "step": "sign", "sign": "x", "unit": "housing",
    "item": "x", "way": "x", "target_id": "x", "what": "miss", "secret": "x", "login": "zhengjinhua",
    "provider": "x",
    "webhook": "wh_0", "asked": "x", "n": 1,
}  # fmt: skip
"""What stands in an address besides the number of a case."""
OTHERWISE = {
    "feed": {"name": "cases"}, "draft_photo": {"name": "x"}, "data_log": {"form": "csv"},
    "desk_letter": {"name": "reply"}, "own_letter": {"name": "reply"},
    **{f"open311_{each}": {"form": "xml", "token": "x"} for each in ("discovery", "services", "definition", "request", "requests", "token")},
}  # fmt: skip
CASELESS = {"letter", "lead_hotspot", "lead_measure_all", "lead_joint", "desk_precedent"}
"""Addresses whose number is none of a case."""
FEW = (VISITORS[0], VISITORS[2], VISITORS[5], VISITORS[-2])
"""Who looks at pages for everybody: a stranger, a resident, a handler, and somebody who left."""
UNDONE = frozenset({"sign_out"})
REFUSED, SHUT = 405, frozenset({401, 403, 404})


def address(name: str, number: str) -> str:
    parts = {**PARTS, "number": number, **OTHERWISE.get(name, {})}
    for names in _parts(name):
        try:
            return reverse(name, kwargs={each: parts[each] for each in names})
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name}: no address")


def _parts(name: str) -> Iterator[tuple[str, ...]]:
    from django.urls import get_resolver

    for possible in get_resolver().reverse_dict.getlist(name):
        for _, names in possible[0]:
            yield tuple(names)


def shut(response: HttpResponse) -> bool:
    """Whether somebody was not let in: told to sign in, refused, or told that it is not there."""
    elsewhere = response.status_code == 302 and response.headers["Location"].startswith(
        ("/sign-in/", "/follow/")
    )
    return elsewhere or response.status_code in SHUT


def cells() -> Iterator[tuple[str, str]]:
    """Every page, and for those of one case each case."""
    for name in sorted(set(DOORS) - UNDONE):
        of_a_case = "number" in {part for parts in _parts(name) for part in parts} and name not in CASELESS
        yield from ((name, case) for case in ((OWN, RECUSED, SEALED) if of_a_case else ("",)))


def visit(stage: Stage, visitor: Visitor, name: str, case: str, method: str) -> tuple[bool, str]:
    """Whether the door was shut, and what stood on the page. ``?`` where it takes no such request."""
    client = stage.browsers[visitor.name]
    at = address(name, stage.numbers.get(case, "310000000000"))
    response: Any = (
        client.get(at) if method == "GET" else client.post(at, {"purpose": "contact", "why": "回访核实"})
    )
    assert response.status_code != 500, f"{method} {at} broke for {visitor.name}"
    if response.status_code == REFUSED:
        return True, "?"
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return shut(response), content.decode("utf-8", "ignore")


def expected(visitor: Visitor, name: str, case: str, method: str) -> bool:
    act = DOORS[name].act(method)
    if ACTS[act].about == "case" and case and act in ("take_step", "see_identity"):
        # Who may take the step or look is asked behind the door; a case that is not theirs to see is not there at all.
        return visitor.may("work_on_case", case)
    return visitor.may(act, case)


@pytest.fixture
def stage(desk: Desk, settings: Any) -> Stage:
    settings.TONGBAN_SECURITY_CONTACT, settings.TONGBAN_SECURITY_UNTIL = (
        ("mailto:it@example.org",),
        "2999-12-31",
    )
    return staged(desk)


# Pages that say "not there" of what the tests do not make (a letter, a file, an edition), also to whoever may see it.
EMPTY = frozenset(
    [
        "public_case",
        "public_card",
        "public_refusal",
        "letter",
        "draw_sheet",
        "edition",
        "edition_file",
        "editions_list",
        "data_of",
        "data_log",
        "feed",
        "board_of",
        "boards_of",
        "compared",
        "service",
        "services",
        "services_sheet",
        "indicator",
        "able",
        "checkpoint",
        "draft_photo",
        "rate_by_code",
        "own_letter",
        "own_photo",
        "handed_over",
        "desk_compared",
        "desk_feed",
        "desk_file",
        "desk_letter",
        "desk_precedent",
        "desk_plan",
        "desk_service",
        "desk_service_receipt",
        "desk_service_letter",
        "desk_month",
        "desk_month_file",
        "desk_month_print",
        "desk_table",
        "open311_definition",
        "open311_request",
        "open311_token",
        "lead_board",
        "lead_boards_of",
        "lead_point",
        "lead_outlines",
        "lead_adjusted",
        "lead_durations_cases",
        "lead_flow_cases",
        "lead_sign",
        "lead_target",
        "studio_draft",
        "studio_drift",
        "studio_register",
        "studio_register_workbook",
        "studio_webhook",
        "sheet_file",
        "side_by_side",
        "telephone",
        "register",
        # Where nothing waits for an answer of this browser, these lead back to the beginning.
        "by_phone_code",
        "sign_in_back",
        "sign_in_own",
        "sign_in_second",
        "sign_in_set_up",
        "sign_in_with",
    ]
)


def test_every_page_opens_for_whom_the_table_says_and_for_nobody_else(stage: Stage) -> None:
    """Each visitor at each address with each case. Whoever is not let in changes nothing and reads nothing of the case; of what is
    taken out by those who may, the ledger says who took it."""
    wrong, before = [], EventRow.objects.exclude(kind=EXPORTED).count()
    for name, case in cells():
        anybody = By.ANYBODY in {grant.by for grant in ACTS[DOORS[name].read].grants}
        for visitor in FEW if anybody else VISITORS:
            for method in ("GET", "POST"):
                may = expected(visitor, name, case, method)
                if method == "POST" and may:
                    continue  # what follows from a form that is theirs to send is for other tests
                was_shut, page = visit(stage, visitor, name, case, method)
                if page == "?":
                    continue
                if not may and not was_shut:
                    wrong.append(f"{method} {name} {case}: open to {visitor.name}")
                if may and was_shut and name not in EMPTY:
                    wrong.append(f"{method} {name} {case}: shut for {visitor.name}")
                leaked = [
                    mark for of, mark in MARKS.items() if mark in page and not visitor.may("see_case", of)
                ]
                leaked += [secret for secret in SECRETS if secret in re.sub(r"\s", "", page)]
                wrong += [f"{method} {name} {case}: {each} shown to {visitor.name}" for each in leaked]
    assert not wrong, "; ".join(wrong)
    assert EventRow.objects.exclude(kind=EXPORTED).count() == before
