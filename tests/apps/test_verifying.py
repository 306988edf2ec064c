"""Adoptions and calendars are held to the notes that were written when they were taken on."""

from __future__ import annotations

import pytest

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.apps.office import office
from tongban.store.comparing import compare
from tongban.store.registers import import_year

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def differences() -> set[tuple[str, object]]:
    return {(each.code, each.facts.get("member")) for each in compare(office().journal)}


@pytest.mark.parametrize(
    ("change", "code", "member"),
    [
        ("""settings = '{"help_limit": "15 working_days"}'""", "differs", "settings"),
        ("homes = '[]'", "differs", "homes"),
        ("version = '9.9'", "differs", "version"),
        ("digest = reverse(digest)", "differs", "digest"),
        ("packed = replace(packed, 'working_days', 'hours')", "differs", "files"),
        ("packed = packed || ' '", "differs", "files"),
        ("since = since + interval '1 day'", "differs", "since"),
        ("until = now()", "differs", "until"),
        ("id = 'hotline-7'", "unknown", None),
    ],
)
def test_an_adoption_is_held_to_its_note(desk: Desk, change: str, code: str, member: str | None) -> None:
    assert not {each for each in differences() if "adoption" in each[0]}
    office().journal.query(
        f"UPDATE store_adoption SET {change} WHERE practice = 'hotline' RETURNING 1",
        (),  # type: ignore[arg-type]
    )
    assert (f"ledger.adoption_{code}", member) in differences()


def test_an_adoption_taken_away_is_missed(desk: Desk) -> None:
    office().journal.query("DELETE FROM store_adoption RETURNING 1", ())
    assert differences() >= {("ledger.adoption_missing", None)}


def test_a_calendar_is_held_to_the_text_that_was_imported(desk: Desk) -> None:
    journal, text = office().journal, (ROOT / "calendars" / "cn" / "2026.yaml").read_text(encoding="utf-8")
    import_year(journal, text, "2026.yaml", "li", desk.acting(desk.clerk).now)
    told = [each for each in compare(journal) if each.facts.get("year") == 2026]
    assert told == []
    for was, becomes in (("2026-10-10", "2026-10-11"), ("国办发明电", "国办明电"), ("# 周日", "# 星期日")):
        sql = "UPDATE store_calendar SET text = replace(%s, %s, %s) WHERE year = 2026 RETURNING 1"
        journal.query(sql, (text, was, becomes))
        [one] = [each for each in compare(journal) if each.facts.get("year") == 2026]
        assert one.code == "ledger.calendar_differs"
    journal.query("DELETE FROM store_calendar WHERE year = 2026 RETURNING 1", ())
    [one] = [each for each in compare(journal) if each.facts.get("year") == 2026]
    assert one.code == "ledger.calendar_missing"
