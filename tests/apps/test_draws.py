"""Lots follow from a seed that the ledger knew of before, and everybody can draw them again when the month is over."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

import pytest
from django.test import Client

from scenario_ground import ROOT, LateClock, ground, told
from tongban.apps.draws import seeds
from tongban.apps.draws.publishing import publish_due
from tongban.apps.draws.reading import months, sheet
from tongban.apps.draws.seeds import commit_ahead, draws_now, month_after
from tongban.apps.office import office
from tongban.apps.proof.checkpoints import checkpoint, public_keys
from tongban.apps.rungs import Apps
from tongban.kernel.ledger.draw_sheet import Checked, verify_sheet
from tongban.store.comparing import compare
from tongban.store.models import DrawSheet

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NEXT = timedelta(days=60)


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    monkeypatch.setattr(seeds, "datetime", LateClock)
    yield from ground(monkeypatch, home)


def drawn() -> None:
    """Two decisions leave it to chance who is called."""
    assert told(ROOT / "practices" / "hotline", "25-who-is-called-is-drawn.yaml", Apps) == []


def published() -> int:
    """Sheets that are written once checkpoints have caught up; another database's open transaction may hold them up."""
    for _ in range(100):
        checkpoint(LateClock.now())
        done = publish_due(LateClock.now() + NEXT)
        if done:
            return done
        time.sleep(0.05)
    return 0


def keys() -> dict[str, bytes]:
    return {name: b64decode(key) for name, key in public_keys()}


def test_what_was_drawn_is_published_when_the_month_is_over_and_can_be_drawn_again(client: Client) -> None:
    drawn()
    (month,) = months(LateClock.now())
    assert (month.state, month.in_time, month.rows) == ("running", False, 0)
    assert publish_due(LateClock.now()) == 0
    assert client.get(f"/open/draws/{month.commitment}.ndjson").status_code == 404
    assert published() == 1
    assert publish_due(LateClock.now() + NEXT) == 0
    (month,) = months(LateClock.now() + NEXT)
    text = sheet(month.commitment)
    assert isinstance(text, str)
    found = verify_sheet(text, keys())
    assert isinstance(found, Checked), found
    assert (found.rows, found.shares, found.ahead) == (2, {("called", 100): (2, 2)}, False)
    given = client.get(f"/open/draws/{month.commitment}.ndjson")
    assert given.content.decode() == text
    page = client.get("/open/draws/").content.decode()
    assert month.commitment in page and month.digest in page


def test_two_months_are_committed_to_at_once_and_only_once() -> None:
    drawn()
    now = LateClock.now()
    for _ in range(2):
        commit_ahead(office(), now)
    this, following = sorted(months(now), key=lambda each: each.month)
    assert (following.month, following.state, following.in_time) == (month_after(this.month), "ahead", True)


def test_ahead_of_a_month_nobody_commits_to_a_second_seed(home: Path) -> None:
    drawn()
    now = LateClock.now()
    commit_ahead(office(), now)
    for key in (home / "keys").glob("*.draws"):
        key.write_bytes(token_bytes(32))  # it was lost, and somebody gave it up
    commit_ahead(office(), now)
    following = month_after(seeds.month_of(now))
    assert [each.month for each in months(now)].count(following) == 1


def test_a_line_that_is_taken_away_after_publication_shows(home: Path) -> None:
    drawn()
    assert published() == 1
    text = sheet(months(LateClock.now())[0].commitment)
    assert isinstance(text, str)
    lines = text.splitlines()
    lines[0] = lines[0].replace('"rows":2', '"rows":1')
    whole = "".join(f"{each}\n" for each in (lines[0], *lines[2:-1]))
    told = json.loads(lines[-1]) | {"digest": sha256(whole.encode()).hexdigest()}
    found = verify_sheet(
        f"{whole}{json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(',', ':'))}\n", keys()
    )
    assert not isinstance(found, Checked)
    assert [each.code for each in found] == ["draws.published"]


def sheets_that_differ() -> list[tuple[str, object]]:
    found = [(each.code, each.facts.get("member")) for each in compare(office().journal)]
    return [each for each in found if each[0].startswith("ledger.sheet")]


def test_verifying_the_ledger_finds_a_kept_sheet_that_was_changed() -> None:
    drawn()
    assert published() == 1
    assert sheets_that_differ() == []
    sheets = DrawSheet.objects.filter(county=office().county.code)
    kept = sheets.values().get()
    assert '"drawn":true' in kept["text"]
    changes: list[tuple[dict[str, object], tuple[str, object]]] = [
        (
            {"text": kept["text"].replace('"drawn":true', '"drawn":false', 1)},
            ("ledger.sheet_differs", "text"),
        ),
        ({"rows": kept["rows"] - 1}, ("ledger.sheet_differs", "rows")),
        ({"digest": "0" * 64}, ("ledger.sheet_differs", "digest")),
        ({"month": "2020-01"}, ("ledger.sheet_differs", "month")),
    ]
    for change, found in changes:
        sheets.update(**change)
        assert sheets_that_differ() == [found]
        sheets.update(**{name: kept[name] for name in change})
    DrawSheet.objects.create(**{**kept, "commitment": "f" * 64})
    assert sheets_that_differ() == [("ledger.sheet_unknown", None)]


def test_a_month_goes_on_under_another_key_and_everybody_sees_that_the_first_is_gone(home: Path) -> None:
    drawn()
    first = months(LateClock.now())[0].commitment
    for key in (home / "keys").glob("*.draws"):
        key.write_bytes(token_bytes(32))  # it was lost, and somebody gave it up
    assert draws_now(office()).by != first[:16]
    assert published() == 1
    states = {each.commitment: each.state for each in months(LateClock.now() + NEXT)}
    assert states[first] == "lost" and sorted(states.values()) == ["lost", "published"]


def test_places_that_chance_picks_are_on_the_sheet_with_those_among_which_it_picked() -> None:
    assert told(ROOT / "practices" / "site_review", "01-drawn-looked-mended-written-off.yaml", Apps) == []
    assert published() == 1
    text = sheet(months(LateClock.now())[0].commitment)
    assert isinstance(text, str) and '"among":["village_a1","traffic","water","housing","town_a"]' in text
    assert isinstance(verify_sheet(text, keys()), Checked)


def test_the_month_of_a_lot_is_that_of_the_wall_clock() -> None:
    assert month_after("2026-12") == "2027-01"
    assert seeds.month_of(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == "2026-12"
