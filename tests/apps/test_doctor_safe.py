"""The doctor on what is lost with a disk or with one person: copies, keys, rehearsals, and who is alone in a post."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.doctor.backups import backups
from tongban.apps.doctor.finding import Finding
from tongban.apps.doctor.opened import NAMED, opened
from tongban.apps.doctor.posts import posts
from tongban.apps.office import office
from tongban.apps.people.entering import need
from tongban.apps.people.posting import Given, give
from tongban.apps.people.roster import held_roles
from tongban.apps.safekeeping import manifest, noted
from tongban.apps.safekeeping.manifest import Manifest
from tongban.kernel.clock import local_date
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import RefusedError
from tongban.library.texts import refusal_words
from tongban.store import standing, webhooks
from tongban.store.models import MessageRow, PostRow, WebhookRow

__all__ = ["county", "desk"]
COUNTY = "330822"
NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose copy was made an hour ago with its keys, and was had back last month."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home, copies = tmp_path / "home", tmp_path / "copies"
    keys = home / "keys"
    keys.mkdir(parents=True)
    for name in ("330822.signing", "django"):
        (keys / name).write_bytes(b"x")
    copy = copies / manifest.stamp(NOW)
    copy.mkdir(parents=True)
    at = NOW - timedelta(hours=1)
    manifest.write(copy, Manifest("1", COUNTY, "dump", 18, at, at, 7, "", {}, 0, {}))
    noted.copied(home, copy, at, keys=True)
    assert noted.rehearsed_beside(copy, COUNTY, NOW - timedelta(days=30)) is None
    return home


def found(home: Path, now: datetime = NOW) -> list[str]:
    return codes(backups(home, COUNTY, now))


def codes(each: object) -> list[str]:
    listed: list[Finding] = list(each)  # type: ignore[call-overload]
    for finding in listed:
        for language in ("zh-Hans", "en"):
            words = refusal_words(finding.refused, language)
            assert words.says and words.fix and "{" not in words.says + words.fix
    return [finding.refused.code.removeprefix("doctor.") for finding in listed]


def changed(home: Path, **given: object) -> None:
    file = home / noted.NAME
    known = msgspec.json.decode(file.read_bytes(), type=noted.Noted)
    file.write_bytes(msgspec.json.encode(replace(known, **given)))


def test_an_office_that_is_copied_and_was_rehearsed_has_nothing_to_hear(home: Path) -> None:
    assert found(home) == []


def test_an_office_that_was_never_copied_is_told_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / noted.NAME).unlink()
    assert found(home) == ["backup_missing", "backup_keys_missing", "backup_unrehearsed"]
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/tongban")
    assert found(home)[0] == "backup_elsewhere"


def test_a_copy_that_is_old_is_grave(home: Path) -> None:
    assert found(home, NOW + timedelta(hours=34)) == []
    assert found(home, NOW + timedelta(hours=36)) == ["backup_old"]
    assert [each.level for each in backups(home, COUNTY, NOW + timedelta(hours=36))] == ["grave"]


def test_a_copy_that_went_is_found_and_one_that_was_carried_away_is_not(home: Path) -> None:
    copy = next((home.parent / "copies").glob("*Z"))
    (copy / manifest.NAME).unlink()
    assert found(home) == ["backup_gone"]
    changed(home, copy=str(home.parent / "unmounted" / "x"), rehearsed=NOW)
    assert found(home) == []


def test_keys_that_no_copy_has_are_found(home: Path) -> None:
    changed(home, keys=None)
    assert found(home) == ["backup_keys_missing"]
    changed(home, keys=NOW - timedelta(hours=1))
    (home / "keys" / "django").write_bytes(b"y")
    assert found(home) == [], "the key of sessions is made anew"
    (home / "keys" / "330822.vault-2").write_bytes(b"y")
    assert found(home) == ["backup_keys_old"]


def test_a_copy_that_was_never_had_back_is_found(home: Path) -> None:
    (home.parent / "copies" / noted.REHEARSED).unlink()
    assert found(home) == ["backup_unrehearsed"]
    noted.rehearsed_here(home, home.parent / "copies", NOW)
    assert found(home) == []
    noted.copied(home, next((home.parent / "copies").glob("*Z")), NOW + timedelta(days=101), keys=True)
    assert found(home, NOW + timedelta(days=101)) == ["backup_rehearsed_long_ago"]
    with pytest.raises(RefusedError):
        noted.rehearsed_here(home, home, NOW)


def test_a_rehearsal_of_another_county_is_none(home: Path) -> None:
    copy = next((home.parent / "copies").glob("*Z"))
    noted.rehearsed_beside(copy, "330800", NOW)
    assert found(home) == ["backup_unrehearsed"]


@pytest.mark.database
def test_one_administrator_alone_is_found(desk: Desk) -> None:
    now = datetime.now(UTC)
    rows = PostRow.objects.filter(county=office().county.code)
    assert {"one_administrator", "one_for_two"} <= set(codes(posts(now)))
    post = Given("hotline-centre", "administrator", local_date(now))
    assert give("gonghongwei", post, Acting(now, SYSTEM)) is None
    assert not {"one_administrator", "one_for_two"} & set(codes(posts(now)))
    User.objects.filter(username="gonghongwei").update(is_active=False)
    assert "one_administrator" in codes(posts(now))
    rows.filter(role="administrator").delete()
    assert codes(posts(now))[0] == "no_administrator"


@pytest.mark.database
def test_one_supervisor_and_nobody_who_publishes_figures_are_found(desk: Desk) -> None:
    now = datetime.now(UTC)
    rows = PostRow.objects.filter(county=office().county.code)
    post = Given("hotline-centre", "administrator", local_date(now))
    assert give("gonghongwei", post, Acting(now, SYSTEM)) is None
    overseers = rows.exclude(role="administrator")
    keep = overseers.filter(person="liuzeyu").first()
    assert keep is not None
    overseers.exclude(person=keep.person).delete()
    [finding] = list(posts(now))
    assert codes([finding]) == ["one_for_two"] and finding.refused.facts == {"acts": ("publish_figures",)}
    keep.delete()
    assert codes(posts(now)) == ["none_for_two"]


@pytest.mark.database
def test_what_a_subscription_did_not_get_because_it_was_ended_is_nobodys_fault(desk: Desk) -> None:
    here, now = office(), datetime.now(UTC)

    def kept(name: str, why: str, **ended: object) -> None:
        WebhookRow.objects.create(
            county=here.county.code,
            id=name,
            owner="hushaohua",
            address="https://a.example/",
            kinds=[],
            practices=[],
            since=now,
            **ended,
        )
        MessageRow.objects.create(
            county=here.county.code,
            webhook=name,
            id=f"m-{name}",
            kind="x",
            body="{}",
            made=now,
            seq=1,
            why=why,
        )

    def given_up() -> int:
        return {whom: n for whom, _, n in standing.outgoing(here.journal)}["systems"]

    kept("ended", webhooks.ENDED, ended=now)
    kept("ended-later", "webhook.answer", ended=now)
    assert given_up() == 0
    kept("lives", "webhook.answer")
    assert given_up() == 1
    kept("gone", "webhook.gone", ended=now)
    WebhookRow.objects.filter(county=here.county.code, id="gone").update(why="webhook.gone")
    assert given_up() == 1 and standing.standing(here.journal, now).gone == 1


@pytest.mark.database
def test_a_county_that_others_reach_is_no_demo_and_asks_for_a_second_factor(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = office()
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost"])
    assert codes(opened(here)) == [], "nobody else reaches this one"
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["12345.example.cn", "localhost"])
    assert codes(opened(here)) == ["second_factor_less", "log_plain"]
    [less, _] = opened(here)
    assert "handler" in str(less.refused.facts["roles"]) or int(str(less.refused.facts["n"])) > NAMED
    every = tuple(held_roles(here.county.code))
    assert need(every, Acting(datetime.now(UTC), SYSTEM)) is None
    monkeypatch.setattr(settings, "TONGBAN_LOG", "json")
    assert codes(opened(here)) == []
    [found] = opened(replace(here, demo=True))
    assert (found.level, found.refused.code) == ("grave", "doctor.demo_served")
