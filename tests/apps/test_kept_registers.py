"""Registers that the system keeps follow every adoption; no file brings rows for them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from guarded_ground import everybody_named
from scenario_ground import ROOT, calendar, ground, practice_in
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
GATE = ROOT / "practices" / "burden_gate"
UNSIGNED = {"ledger.no_checkpoint", "ledger.calendar_unknown"}
"""What a county without signed heads and this year's calendar is told in any case."""
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.fixture
def county(_ground: None) -> None:
    """The county of stories, with a practice that names no kept register."""
    from tongban.apps.rungs import settle
    from tongban.library.binding import bind
    from tongban.library.counties import scenario_county
    from tongban.library.story.runner import Ground

    practice = practice_in(ROOT / "practices" / "directive")
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), NOW))


def acting(days: int):
    from tongban.apps.acting import Acting
    from tongban.kernel.commands import SYSTEM

    return Acting(NOW + timedelta(days=days), SYSTEM, language="zh-Hans")


def adopted(folder: Path, days: int) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt

    practice = practice_in(folder)
    if practice.manifest.guarded:
        everybody_named(practice)
    made = adopt(folder, {}, (), acting(days))
    assert isinstance(made, Adopted), made


def rows() -> dict[str, tuple[datetime, int]]:
    from tongban.apps.office import office
    from tongban.store.entries import latest

    found = latest(office().journal, "adopted_form")
    return {each.entry.key: (each.since, int(str(each.entry.fields["asked"]))) for each in found}


def test_what_is_adopted_stands_in_the_register_from_that_day_on(county: None) -> None:
    from tongban.apps.adoption.adopting import retire

    assert rows() == {}  # nobody asks for them yet
    adopted(GATE, 1)
    before = rows()
    assert {key.partition(".")[0] for key in before} == {"burden_gate", "directive"}
    assert all(asked > 0 for _, asked in before.values())
    adopted(ROOT / "practices" / "exoneration", 2)
    after = rows()
    assert before.items() <= after.items()  # what did not change goes on as it was
    assert after["exoneration.propose"][0] == acting(2).now
    assert not isinstance(retire("exoneration", acting(3)), Refused)
    assert rows() == before


def test_no_file_brings_rows_for_it(county: None) -> None:
    from tongban.apps.brought.giving import workbook
    from tongban.apps.brought.loading import plan

    adopted(GATE, 1)
    book = Workbook()
    book.worksheets[0].title = "在用表单"
    book.worksheets[0].append(["编号", "名称"])
    book.worksheets[0].append(["a.b", "没有的表"])
    out = io.BytesIO()
    book.save(out)
    found = plan(out.getvalue(), "forms.xlsx", "burden_gate", acting(2))
    assert isinstance(found, Refused) and found.code == "register.kept"
    named = workbook("burden_gate", acting(2), ["adopted_form"])
    assert isinstance(named, bytes)
    assert isinstance(workbook("burden_gate", acting(2)), bytes)  # it has no other register


def test_verification_finds_nothing_against_them(county: None) -> None:
    from tongban.apps.registry.upkeep import verify_ledger

    adopted(GATE, 1)
    adopted(ROOT / "practices" / "exoneration", 2)
    found = {each.code for each in verify_ledger(acting(3).now).findings}
    assert not {each for each in found if each.startswith("register.")} and found <= UNSIGNED
