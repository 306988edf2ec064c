"""The vault of an office: a new key at the shell, what the doctor says, and the job that ends a move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import settings
from msgspec.structs import replace

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from tongban.apps.doctor.county import vault as doctored
from tongban.apps.office import office
from tongban.apps.people.looking import Identity, look_identity
from tongban.apps.safekeeping import vault
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.models import Identity as Row
from tongban.store.vault import Place
from vault_ground import held

pytestmark = pytest.mark.database
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def wants(monkeypatch, settings) -> Callable[[str], None]:
    """The settings ask for another cipher from now on."""

    def ask(suite: str) -> None:
        settings.TONGBAN_CIPHER = suite
        monkeypatch.setattr(office().journal.vault, "suite", suite)

    return ask


def codes() -> list[str]:
    return [each.refused.code.removeprefix("doctor.") for each in doctored(office())]


def test_with_every_key_lost_nothing_new_is_sealed_until_somebody_gives_them_up(desk: Desk) -> None:
    desk.dispatched()
    here = office()
    lost = {each: each.read_bytes() for each in (settings.TONGBAN_HOME / "keys").glob("*.vault-*")}
    last = max(int(each.name.partition(".vault-")[2].split("-")[0]) for each in lost)
    for each in lost:
        each.unlink()
    try:
        with pytest.raises(RefusedError) as refused:
            desk.dispatched()
        assert refused.value.refusal.code == "vault.key_lost" and codes() == ["vault_closed"]
        done = vault.rotate(silent)
        assert done.made and done.key.startswith(f"{last + 1}-") and done.closed
        assert not any(each.exists() for each in lost)
        desk.dispatched()
    finally:
        for each, secret in lost.items():
            each.write_bytes(secret)
            each.chmod(0o600)
    assert vault.standing(here).closed == 0 and set(codes()) == {"vault_retired"}


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def suites() -> set[str]:
    return {row.value.split("-")[1] for row in Row.objects.all()}


def test_a_rotation_makes_a_key_moves_all_rows_and_loses_nothing(desk: Desk) -> None:
    number = desk.dispatched()
    before = held(office().journal)
    assert before and codes() == []
    told: list[tuple[int, int]] = []
    done = vault.rotate(lambda moved, total: told.append((moved, total)))
    assert done.made and done.moved == Row.objects.count() and not done.closed
    assert told[-1] == (done.moved, done.moved)
    assert held(office().journal) == before and codes() == []
    assert {row.value.split(":")[1] for row in Row.objects.all()} == {done.key}
    seen = look_identity(number, "contact", "回电核实情况", replace(desk.acting(desk.clerk), now=NOW))
    assert isinstance(seen, Identity) and seen.values["phone"] == "13812345678"


def test_a_rotation_that_was_killed_is_ended_by_the_next_one_without_another_key(desk: Desk) -> None:
    desk.dispatched()

    keys = len(office().journal.vault.every())
    office().journal.vault.make()
    assert codes() == ["vault_retired"]
    done = vault.rotate(silent)
    assert not done.made and done.moved and codes() == []
    assert len(office().journal.vault.every()) == keys + 1


def test_the_job_ends_a_move_and_seals_what_was_never_sealed(desk: Desk) -> None:
    desk.dispatched()
    journal = office().journal
    journal.vault.make()
    [first, *_] = Row.objects.all()
    place = Place(str(first.chain), first.seq, first.field)
    salt, text = journal.vault.open(first.value, place)
    Row.objects.filter(chain=first.chain, seq=first.seq, field=first.field).update(value=text, salt=salt)
    assert "vault_clear" in codes()
    assert vault.do_due(NOW) == Row.objects.count()
    assert codes() == [] and vault.do_due(NOW) == 0


def test_the_setting_leads_to_the_other_ciphers_and_back(desk: Desk, wants: Callable[[str], None]) -> None:
    desk.dispatched()
    before = held(office().journal)
    for suite in ("sm", "aes"):
        wants(suite)
        assert codes() == ["vault_suite"]
        assert vault.rotate(silent).made
        assert codes() == [] and suites() == {suite}
        assert held(office().journal) == before


def test_without_its_key_the_page_of_a_case_stays_and_the_identity_is_refused(desk: Desk) -> None:
    number = desk.dispatched()
    journal = office().journal
    lost = journal.vault.folder / f"{journal.county}.vault-{journal.vault.current().n}-aes"
    aside = lost.with_name(f".{lost.name}.aside")
    lost.rename(aside)
    try:
        assert codes() == ["vault_closed"]
        seen = look_identity(number, "contact", "回电核实情况", desk.acting(desk.clerk))
        assert isinstance(seen, Refused) and seen.code == "vault.key_missing"
        assert desk.story(number)
    finally:
        aside.rename(lost)
    assert codes() == []
