"""Erasing who asked where the case has parts: equal copies go from each of them, whoever else stands there stays."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from msgspec.structs import replace
from small_practice import (
    COUNTY,
    FORMS,
    HANDLER,
    MATTER,
    MONDAY,
    PART,
    PROCEDURE,
    later,
    opened,
    scene,
    take,
)

from tongban.kernel.commands import Command
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.model import OpenSubcases, Procedure
from tongban.store import identity
from tongban.store.batch import Append, Appended
from tongban.store.erasure import Erased, Why, erase
from tongban.store.journal import Journal
from tongban.store.models import Content, Identity, ToldRow
from tongban.store.notes import chain_id
from tongban.store.verification import Outside, silent, verify
from vault_ground import held

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

PHONE, NAME, OTHER = "13800001234", "王小明", "13900005678"
KINDS = {"phone": FieldKind.phone, "name": FieldKind.name}
CARRIED = Form(
    "carried",
    (
        Field("category", FieldKind.category),
        Field("phone", FieldKind.phone),
        Field("name", FieldKind.name),
        Field("body", FieldKind.text),
    ),
)
ASK = replace(
    MATTER.steps["ask"], follows=(OpenSubcases("part", "units", ("category", "phone", "name", "body")),)
)
HANDING = replace(
    PROCEDURE,
    forms={**FORMS, "carried": CARRIED},
    kinds={"matter": replace(MATTER, steps={**MATTER.steps, "ask": ASK}), "part": PART},
)


def procedures(_adoption: str) -> Procedure:
    return HANDING


def added(ledger: Journal, decided: Decided, number: str = "") -> list[str]:
    """Appends it; the ids of its cases."""
    loaded = ledger.load(numbers=[number]) if number else ()
    [appended] = ledger.append([Append(HANDING, decided, *loaded)], MONDAY)
    assert isinstance(appended, Appended), appended
    return [case.id for case in decided.cases]


def asked(ledger: Journal, units: tuple[str, ...], **kept: str) -> list[str]:
    """Parts of F1, one for each unit, that get these from beside the ledger; their ids."""
    [loaded] = ledger.load(numbers=["F1"])
    around = scene(kept=kept, subcases=loaded.subcases)
    decided = decide(HANDING, loaded.case, Command("ask", {"units": units}), HANDLER, around)
    assert isinstance(decided, Decided), decided
    return added(ledger, decided, "F1")[1:]


def bundled(ledger: Journal, **kept: str) -> tuple[str, list[str], str]:
    """A case, two parts that got what it keeps beside the ledger, and a third one that is about somebody else."""
    [case] = added(ledger, opened(number="F1", **kept))
    [loaded] = ledger.load(numbers=["F1"])
    added(ledger, take(loaded.case, "sign"), "F1")
    parts = asked(ledger, ("water", "labour"), **kept)
    [other] = asked(ledger, ("water",), phone=OTHER, name="李四", body="井盖丢了。")
    return case, parts, other


def left(*cases: str) -> set[tuple[str, str]]:
    return set(Content.objects.filter(chain__in=cases).values_list("field", "value"))


def findings(ledger: Journal, now: datetime) -> set[str]:
    return {each.code for each in verify(ledger, [], now, Outside(None, "", procedures), silent).findings}


def why() -> Why:
    return Why("person_asked", "li", later(hours=2))


def test_no_part_keeps_anything_of_the_person_and_whoever_stands_beside_them_stays(served: Journal) -> None:
    case, parts, other = bundled(served, phone=PHONE, name=NAME, body="路灯坏了。")
    assert held(served, *parts) == held(served, case)
    assert len(identity.cases_of(served, FieldKind.phone, PHONE)) == 3
    before = findings(served, later(hours=3))
    assert erase(served, procedures, case, sorted(KINDS), why(), KINDS) == Erased(6, ())
    assert held(served, case, *parts) == set()
    assert identity.cases_of(served, FieldKind.phone, PHONE) == ()
    assert held(served, other) == {("phone", f'"{OTHER}"'), ("name", '"李四"')}
    assert left(*parts) == {("body", '"路灯坏了。"')}
    assert findings(served, later(hours=3)) == before


def test_the_notes_say_of_each_part_what_went_there(served: Journal) -> None:
    case, parts, _ = bundled(served, phone=PHONE, name=NAME)
    erase(served, procedures, case, ["name"], why(), KINDS)
    notes = [each.facts() for each in served.events(chain_id(COUNTY, "erasures"))]
    assert {(each.get("chain", each["case"]), each["fields"]) for each in notes} == {
        (chain, ("name",)) for chain in (case, *parts)
    }
    assert held(served, *parts) == {("phone", f'"{PHONE}"')}


def test_what_a_part_says_otherwise_under_the_same_name_stays(served: Journal) -> None:
    case, parts, other = bundled(served, body="路灯坏了。")
    assert left(*parts) == {("body", '"路灯坏了。"')}
    assert erase(served, procedures, case, ["body"], why()) == Erased(3, ())
    assert left(case, *parts) == set()
    assert left(other) == {("body", '"井盖丢了。"')}


def test_values_that_go_without_a_note_are_found_in_a_part_too(served: Journal) -> None:
    _, parts, _ = bundled(served, phone=PHONE)
    Identity.objects.filter(chain__in=parts).delete()
    assert "ledger.value_missing" in findings(served, later(hours=1))


def test_a_message_of_a_part_that_waits_for_another_county_is_given_up(served: Journal) -> None:
    case, parts, _ = bundled(served, phone=PHONE)
    ToldRow.objects.create(
        county=COUNTY, conversation=uuid4(), n=1, peer="330898", message="sent_on", chain=parts[0], seq=1, head="",
        sealed=b"sealed", made=MONDAY, tries=0, next_at=MONDAY, why="",
    )  # fmt: skip
    erase(served, procedures, case, ["phone"], why(), KINDS)
    row = ToldRow.objects.get()
    assert (bytes(row.sealed), row.next_at, row.why) == (b"", None, "exchange.erased")
