"""Eve tries everything: every step of every practice on cases that are not hers, by every door, under every name she can get."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from desk_ground import Desk, county, desk
from rights_ground import MARKS, OWN, RECUSED, SEALED, SECRETS, VISITORS, Stage, Visitor, staged
from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.office import office
from tongban.kernel.authority import authorise
from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, ActorKind, Post, Scene
from tongban.kernel.procedure.model import Kind, Procedure, Relation, Step
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.counties import scenario_county
from tongban.store.models import EventRow, Identity

__all__ = ["county", "desk"]

PRACTICES = sorted(each.parent for each in (ROOT / "practices").glob("*/practice.yaml"))
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WIDE = frozenset({Relation.ANYWHERE, Relation.ANYONE})


def steps_of(folder: Path) -> Iterator[tuple[Procedure, Kind, Step]]:
    procedure = bind(practice_in(folder), {})
    assert not isinstance(procedure, Refused)
    for kind in procedure.kinds.values():
        yield from ((procedure, kind, step) for step in kind.steps.values())


@pytest.mark.parametrize("folder", PRACTICES, ids=lambda folder: folder.name)
def test_no_step_of_any_practice_is_hers_at_a_unit_that_has_nothing_to_do_with_the_case(folder: Path) -> None:
    """She holds every role there is, at a unit beside the one that holds the case and not above it; she is a requester of
    other cases; she forges the system's sign. What is left open to her is what the practice opens to everybody."""
    place = scenario_county(calendar())
    holder, hers = _two_apart(place)
    for procedure, kind, step in steps_of(folder):
        if step.opens:
            continue
        case = Case(
            id="c", county=place.code, number="330899000001", practice=procedure.practice, adoption="a", kind=kind.id,
            opened_at=NOW, stage=next(iter(kind.stages)), home=holder, holder=holder, division=place.code,
            channel="web", seq=1,
        )  # fmt: skip
        scene = Scene(place, NOW)
        roles = {who.role for each in kind.steps.values() for who in each.by if who.role}
        posts = tuple(Post(hers, role) for role in sorted(roles))
        eves = (
            Actor(ActorKind.PERSON, "eve", posts),
            Actor(ActorKind.PERSON, "eve"),
            Actor(ActorKind.REQUESTER, owns=frozenset({"another"})),
            Actor(ActorKind.REQUESTER),
        )
        for eve in eves:
            found = authorise(step, case, eve, scene)
            open_to_all = any(who.relation in WIDE for who in step.by)
            assert isinstance(found, Refused) or open_to_all, f"{kind.id}/{step.id} for {eve.kind}"


def _two_apart(place: Any) -> tuple[str, str]:
    """Two units of which neither stands above the other."""
    for one in sorted(place.units):
        for other in sorted(place.units):
            if one != other and other not in place.above[one] and one not in place.above[other]:
                return one, other
    raise AssertionError("no such units")


@pytest.fixture
def stage(desk: Desk, settings: Any) -> Stage:
    settings.TONGBAN_API_LIMITS = 0
    return staged(desk)


FORGED = {
    "holder": "housing", "unit": "housing", "actor": "zhengjinhua", "person": "zhengjinhua", "role": "leader",
    "posts": "county-government:leader", "stage": "closed", "county": "330899", "case": "", "seq": "1",
    "_seen": "玄武", "is_staff": "1", "contact_way": "phone", "category": "01.05.04", "outcome": "resolved", "result": "好了",
    "basis": "有", "return_reason": "incomplete", "return_note": "不是我们的", "due_day": "2030-01-01",
}  # fmt: skip
"""Hidden fields and answers that she makes up. None of them is who somebody is."""


def hers(visitor: Visitor, case: str) -> bool:
    """Whether the case is none of theirs: then whoever they are, they are Eve."""
    return not (visitor.may("see_case", case) or visitor.may("take_step", case))


@pytest.mark.database
@pytest.mark.django_db
def test_by_no_door_and_under_no_name_does_she_change_or_read_what_is_not_hers(stage: Stage) -> None:
    """Every step of the kind, by page and by API, with forged fields, a key that was used for that case by its handler, foreign
    ids, and other people's tokens. Nothing is added to the ledger, nobody's identity is looked at, no mark is shown."""
    before = (EventRow.objects.count(), Identity.objects.count())
    wrong: list[str] = []
    for case in (OWN, RECUSED, SEALED):
        number = stage.numbers[case].replace(" ", "")
        loaded = office().load(number)
        assert loaded is not None
        steps = office().procedure(loaded.case.adoption).kinds[loaded.case.kind].steps
        for visitor in VISITORS:
            if not hers(visitor, case):
                continue
            for step in steps:
                for name, answer in tried(stage, visitor, number, loaded.case.id, step):
                    text = answer.content.decode("utf-8", "ignore")
                    if answer.status_code in (200, 201) and name != "own page":
                        wrong.append(f"{name} {case} {step}: {answer.status_code} for {visitor.name}")
                    shown = [mark for mark in (MARKS[case], *SECRETS) if mark in re.sub(r"\s", "", text)]
                    wrong += [f"{name} {case} {step}: {each} shown to {visitor.name}" for each in shown]
    assert wrong == []
    assert (EventRow.objects.count(), Identity.objects.count()) == before


def tried(stage: Stage, visitor: Visitor, number: str, case_id: str, step: str) -> Iterator[tuple[str, Any]]:
    """One step by each door. The session is not followed: what somebody else may do on their own page is not asked here."""
    browser, token = stage.browsers[visitor.name], stage.tokens[visitor.name]
    forged = {**FORGED, "case": case_id, "key": "used-before"}
    yield "desk", browser.post(f"/desk/{number}/steps/{step}/", forged)
    yield "lead", browser.post(f"/lead/cases/{number}/{step}/", forged)
    yield "own page", browser.post(f"/follow/{number}/do/{step}/", forged)
    heads = {"Idempotency-Key": "used-before", **({"Authorization": f"Bearer {token}"} if token else {})}
    body = json.dumps({"step": step, "answers": {k: v for k, v in FORGED.items() if k != "case"}})
    program = Client(raise_request_exception=False)
    path = f"/api/v1/cases/{number}/steps"
    yield "api", program.generic("POST", path, body, content_type="application/json", headers=heads)


@pytest.mark.database
@pytest.mark.django_db
def test_somebody_elses_token_changed_by_a_letter_is_nobodys(stage: Stage) -> None:
    """Tokens are signed: with another person's name, another case or another scope put in, they open nothing."""
    good = stage.tokens["a leader of the county"]
    number = stage.numbers[OWN].replace(" ", "")
    for at in range(0, len(good), max(1, len(good) // 40)):
        other = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        answer = Client().get(f"/api/v1/cases/{number}", headers={"Authorization": f"Bearer {other}"})
        assert answer.status_code == 401, at


@pytest.mark.database
@pytest.mark.django_db
def test_a_token_and_a_session_open_nothing_from_the_minute_somebody_leaves(stage: Stage) -> None:
    from tongban.store.models import PostRow

    number = stage.numbers[OWN].replace(" ", "")
    name = "a handler of the holding unit"
    heads = {"Authorization": f"Bearer {stage.tokens[name]}"}
    assert Client().get(f"/api/v1/cases/{number}", headers=heads).status_code == 200
    assert stage.browsers[name].get(f"/desk/{number}/").status_code == 200
    PostRow.objects.filter(person="zhengjinhua").update(until=datetime.now(UTC).date())
    assert Client().get(f"/api/v1/cases/{number}", headers=heads).status_code in (401, 403, 404)
    assert stage.browsers[name].get(f"/desk/{number}/").status_code == 403
