"""What a bundle costs the database: six offices no more than one, no more than a single application; and what it keeps there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desk_ground import sent_queries
from scenario_ground import ROOT, calendar, ground, practice_in

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["sent_queries"]
Sent = Callable[[Callable[[], object]], list[str]]
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
OFFICES = ("hospital", "police", "insurance", "labour", "housing", "health")
ITEMS = [
    {"item": f"item_{n}", "title": f"事项{n}", "unit": unit, "statutory_days": 20, "promised_days": 3}
    for n, unit in enumerate(OFFICES)
]
NEEDS = [{"item": each["item"], "title": each["title"], "needs": ("child",)} for each in ITEMS]
PERSON = "330822199003070020"


def rows(first: int, later: int) -> Mapping[str, list[dict[str, object]]]:
    """A bundle of so many items at once, and so many in a second wave."""
    codes = tuple(str(each["item"]) for each in ITEMS)
    bundle: dict[str, object] = {
        "bundle": "newborn",
        "title": "新生儿一件事",
        "first_items": codes[:first],
        "asks_about": ("applicant", "child"),
    }
    if later:
        bundle["next_items"] = codes[first : first + later]
    return {"paper": [], "item": ITEMS, "item_needs": NEEDS, "bundle": [bundle]}


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


def settled(name: str, given: Mapping[str, list[dict[str, object]]]) -> Any:
    """The county of all stories with one practice and these rows of its registers."""
    from tongban.apps.office import office
    from tongban.apps.rights.staffed import staff_of
    from tongban.apps.rungs import Apps
    from tongban.kernel.refusal import Refused
    from tongban.library.binding import bind
    from tongban.library.counties import scenario_county
    from tongban.library.story.brought import read_brought
    from tongban.library.story.runner import Ground

    practice, county = practice_in(ROOT / "practices" / name), scenario_county(calendar())
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    entries = read_brought(procedure.registers, given, county, AT.date())
    assert not isinstance(entries, Refused), entries
    runner = Apps(Ground(practice, {}, procedure, county, AT, entries))
    staff_of(office(), AT)  # as it stands, so that what is counted depends on nobody's clock
    return runner


def act(case: str, step: str, by: str, **answers: object) -> Any:
    from tongban.kernel.commands import ActorKind
    from tongban.library.story.runner import Act, By

    role, unit = by.split("@")
    return Act(case, step, By(ActorKind.PERSON, by, role, unit), AT, answers)


def opened(kind: str) -> Any:
    from tongban.library.story.runner import Opens

    return Opens(kind, "hall", "330899", "desk")


def begun(runner: Any) -> None:
    answers = {
        "bundle": "newborn", "phone": "13800138000", "applicant_name": "林小满", "id_card": PERSON,
        "birth_number": "B1", "child_name": "林𠮷安", "child_sex": "girl", "born_on": "2026-02-26",
        "take_by": "post", "share_consent": True, "how": "post",
    }  # fmt: skip
    runner.numbers["case"] = runner.begin(
        act("case", "apply_here", "clerk@hall", **answers), opened("bundle")
    )
    assert isinstance(runner.numbers["case"], str), runner.numbers


def decided(runner: Any, n: int) -> None:
    """One office does its part; nothing has followed from it yet."""
    unit = OFFICES[n]
    said = {"verdict": "granted", "finding": "属实。", "basis": "依规定。"}
    assert runner.go(act("", "propose", f"handler@{unit}", **said), runner.number(f"case/{n + 1}")) is None
    granted = act("", "grant_part", f"reviewer@{unit}", result_number=f"N{n}")
    assert runner.go(granted, runner.number(f"case/{n + 1}")) is None


def counted(sent: Sent, first: int, later: int) -> tuple[int, int]:
    """The queries of opening a bundle, and of all that follows when its first wave has decided."""
    from tongban.store.models import CaseRow

    runner = settled("service_bundle", rows(first, later))
    begun_with = sent(lambda: begun(runner))
    for n in range(first):
        decided(runner, n)
        if n < first - 1:
            runner._react()
    followed = sent(lambda: runner._react())
    assert CaseRow.objects.count() == 1 + first + later
    return len(begun_with), len([each for each in followed if "store_load" in each or "store_entry" in each])


@pytest.mark.parametrize(("first", "later"), [(1, 1), (1, 5), (5, 1)])
def test_a_bundle_costs_the_same_queries_however_many_offices_it_has(
    first: int, later: int, sent_queries: Sent
) -> None:
    opening, wave = counted(sent_queries, first, later)
    assert (opening, wave) == (OPENING, WAVE)


def test_a_single_application_costs_one_question_less_than_a_bundle(sent_queries: Sent) -> None:
    runner = settled("service_item", {"paper": [], "item": ITEMS})
    answers = {
        "item": "item_0", "name": "林小满", "phone": "13800138000", "id_card": PERSON, "deliver_by": "post",
        "how": "post",
    }  # fmt: skip
    alone = act("case", "apply", "clerk@hall", **answers)
    assert len(sent_queries(lambda: runner.begin(alone, opened("application")))) == OPENING - 1


def test_erasing_who_asked_for_a_bundle_leaves_nothing_of_them_in_its_parts() -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.people.erasing import Left, erase_person
    from tongban.kernel.commands import SYSTEM
    from tongban.store.models import Identity

    runner = settled("service_bundle", rows(3, 1))
    begun(runner)
    held = Identity.objects.values_list("chain", flat=True).distinct().count()
    done = erase_person(runner.number("case"), Acting(AT, SYSTEM))
    assert held == 4 and isinstance(done, Left), done
    assert not Identity.objects.exists()


OPENING, WAVE = 9, 6
"""Queries of the step that opens, with the two that ask whether anything rests on a key before a new home makes its first; of loading and registers when a wave has decided and the next begins."""
