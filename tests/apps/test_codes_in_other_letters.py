"""A code that two offices write in other letters is one thing, or is refused: never two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from scenario_ground import ROOT, calendar, ground, practice_in, told
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ITEMS = "item,title,sort\n"
ENTERPRISES = "enterprise,title,scale,sector,founded_on,standing\n"


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


def acting_with(name: str):
    from tongban.apps.acting import Acting
    from tongban.apps.rungs import settle
    from tongban.kernel.commands import SYSTEM
    from tongban.library.binding import bind
    from tongban.library.counties import scenario_county
    from tongban.library.story.runner import Ground

    practice = practice_in(ROOT / "practices" / name)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), NOW))
    return Acting(NOW, SYSTEM, language="zh-Hans")


def codes_of(practice: str, register: str, rows: str, acting) -> list[str]:
    """Loads the rows; the codes of what was refused."""
    from tongban.apps.brought.loading import carry_out, plan

    found = plan(rows.encode(), f"{register}.csv", practice, acting, register=register)
    if isinstance(found, Refused):
        return [each.code for each in found.all()]
    carry_out(found, acting)
    return []


def test_a_sheet_has_no_code_twice_in_other_letters_and_keeps_the_letters_of_the_register() -> None:
    acting = acting_with("social_aid")
    assert codes_of("social_aid", "aid_item", ITEMS + "charity,甲,signal\n", acting) == []
    twice = ITEMS + "charity,甲,signal\nCHARITY,乙,signal\n"
    assert codes_of("social_aid", "aid_item", twice, acting) == ["table.twice"]
    other = ITEMS + "Charity,甲,signal\n"
    assert codes_of("social_aid", "aid_item", other, acting) == ["register.spelled_otherwise"]


def test_a_sheet_of_the_catalogue_has_no_item_twice_in_other_letters() -> None:
    acting = acting_with("service_catalogue")
    assert codes_of("service_catalogue", "group", "group,title\nbirth,出生\n", acting) == []
    head = "item,title,groups,level,unit\n"
    row = "household_registration,新生儿户口登记,birth,county,labour\n"
    assert codes_of("service_catalogue", "item", head + row, acting) == []
    other = row.replace("household_r", "Household_R").replace("登记", "登记乙")
    assert codes_of("service_catalogue", "item", head + row + other, acting) == ["table.twice"]
    assert codes_of("service_catalogue", "item", head + other, acting) == ["register.spelled_otherwise"]


def test_a_credit_code_is_read_in_any_letters_and_never_with_an_o_for_a_nought() -> None:
    from tongban.apps.office import office
    from tongban.store.entries import latest

    acting = acting_with("policy_entitlement")
    row = "91330822ma28f0000h,甲厂,small,industry,2020-01-01,normal\n"
    assert codes_of("policy_entitlement", "enterprise", ENTERPRISES + row, acting) == []
    assert [each.entry.key for each in latest(office().journal, "enterprise")] == ["91330822MA28F0000H"]
    wrong = ENTERPRISES + row.replace("f0000h", "fO000h")
    assert codes_of("policy_entitlement", "enterprise", wrong, acting) == ["form.credit_code"]
    both = (
        ENTERPRISES
        + row
        + row.upper().replace("SMALL,INDUSTRY", "small,industry").replace("NORMAL", "normal")
    )
    assert codes_of("policy_entitlement", "enterprise", both, acting) == ["table.twice"]


def test_what_a_step_wrote_under_small_letters_is_found_by_capitals() -> None:
    from tongban.apps.office import office
    from tongban.store.models import Subject
    from tongban.store.subjects import rows_of

    acting_with("river_chief")
    here = office()
    for key, day, at in (("r-01", "2026-05-01", 1), ("R-01", "2026-06-01", 2), ("r-02", "2026-07-01", 1)):
        Subject.objects.create(
            county=here.county.code,
            register="letting",
            key=key,
            fields=f'{{"last_day":"{day}"}}',
            chain="00000000-0000-0000-0000-000000000001",
            seq=1,
            at=datetime(2026, 3, at, tzinfo=UTC),
        )
    places = [("letting", "R-01"), ("letting", "R-02")]
    found = rows_of(here.journal, places, NOW)
    assert [found[each][0]["last_day"] for each in places] == ["2026-06-01", "2026-07-01"]


OTHER_LETTERS = "13-other-letters.yaml"


def test_a_step_writes_into_the_row_of_the_sheet_however_its_code_is_typed() -> None:
    """Told by the use cases: one row comes of it, in the letters of the sheet, and the ledger names that one."""
    from tongban.apps.office import office
    from tongban.apps.rungs import Apps
    from tongban.store.models import Subject
    from tongban.store.subjects import all_of

    folder = ROOT / "practices" / "service_catalogue"
    assert told(folder, OTHER_LETTERS, Apps) == []
    here = office()
    kept = Subject.objects.filter(county=here.county.code, register="item")
    assert list(kept.values_list("key", flat=True)) == ["residence"]
    later = datetime(2026, 5, 1, tzinfo=UTC)
    assert {key for _, key in all_of(here.journal, ["item"], later)} == {"residence", "rental"}


def test_rows_from_before_in_other_letters_are_one_and_a_sheet_keeps_the_letters_of_a_step() -> None:
    from tongban.apps.office import office
    from tongban.store.models import Subject
    from tongban.store.subjects import all_of, found_of

    acting = acting_with("service_catalogue")
    here = office()
    assert codes_of("service_catalogue", "group", "group,title\nbirth,出生\n", acting) == []
    head = "item,title,groups,level,unit\n"
    row = "residence,居住证,birth,county,urban\n"
    assert codes_of("service_catalogue", "item", head + row, acting) == []
    for key, at in (("Residence", 3), ("Awning", 3)):
        Subject.objects.create(
            county=here.county.code,
            register="item",
            key=key,
            fields='{"promised_days":2}',
            chain="00000000-0000-0000-0000-000000000001",
            seq=1,
            at=datetime(2026, 3, at, tzinfo=UTC),
        )
    later = datetime(2026, 3, 9, tzinfo=UTC)
    whole = all_of(here.journal, ["item"], later)
    assert {key: said["promised_days"] for (_, key), (said, _) in whole.items()} == {
        "residence": 2,
        "Awning": 2,
    }
    found = found_of(here.journal, [("item", "RESIDENCE"), ("item", "AWNING"), ("item", "awn")], later)
    assert {place[1]: each.key for place, each in found.items()} == {
        "RESIDENCE": "residence",
        "AWNING": "Awning",
    }
    sheet = head + row + row.replace("residence", "awning")
    assert codes_of("service_catalogue", "item", sheet, replace(acting, now=later)) == [
        "register.spelled_otherwise"
    ]
