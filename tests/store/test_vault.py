"""Who asks, sealed: opened in its own row alone, moved under a new key while others write, never shown when it does not open."""

from __future__ import annotations

import pytest
from small_practice import COUNTY, MONDAY, PROCEDURE, opened, procedures

from tongban.kernel.form import FieldKind
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import identity
from tongban.store.batch import Append
from tongban.store.erasure import Erased, Why, erase
from tongban.store.journal import Journal
from tongban.store.keys import Keys, Lookup
from tongban.store.models import Identity
from tongban.store.resealing import CLEAR, kept, reseal
from tongban.store.vault import BEGINNING, Place, Vault
from tongban.store.verification import verify

HERE = Place("0b8f0dc5-7c3c-4f9e-8f5d-0f6f6a5b1c11", 1, "phone")
SALT = b"s" * 16


@pytest.fixture
def vault(home) -> Vault:
    return Vault(home / "keys", COUNTY)


@pytest.fixture
def ledger(vault) -> Journal:
    return Journal(COUNTY, Lookup(b"k" * 32), vault=vault)


def open_case(ledger: Journal, **answers) -> str:
    decided = opened(**answers)
    ledger.append([Append(PROCEDURE, decided)], MONDAY)
    return decided.cases[0].id


def moved(ledger: Journal, size: int = 500) -> int:
    return sum(batch.moved for batch in reseal(ledger, size))


def refused(act, *given) -> str:
    with pytest.raises(RefusedError) as fault:
        act(*given)
    return fault.value.refusal.code


def test_a_value_opens_in_its_own_row_alone(vault, home):
    sealed = vault.seal(SALT, '"13800001234"', HERE)
    assert sealed.startswith(f"{BEGINNING}1-aes-") and "13800001234" not in sealed
    assert vault.open(sealed, HERE) == (SALT, '"13800001234"')
    for elsewhere in (
        HERE._replace(chain=HERE.chain[::-1]),
        HERE._replace(seq=2),
        HERE._replace(field="name"),
    ):
        assert refused(vault.open, sealed, elsewhere) == "vault.unreadable"
    (home / "keys" / "330898.vault-1-aes").write_bytes((home / "keys" / f"{COUNTY}.vault-1-aes").read_bytes())
    assert refused(Vault(home / "keys", "330898").open, sealed, HERE) == "vault.unreadable"


def test_another_key_under_the_same_number_is_a_key_that_is_missing(vault, home):
    sealed = vault.seal(SALT, "1", HERE)
    (home / "keys" / f"{COUNTY}.vault-1-aes").write_bytes(b"x" * 32)
    assert refused(Vault(home / "keys", COUNTY).open, sealed, HERE) == "vault.key_missing"


@pytest.mark.parametrize("broken", ["vault1:", "vault1:x", "vault1:1-aes:!", "vault1:9-new-00000000:AAAA"])
def test_what_is_no_sealed_value_is_refused(vault, broken):
    vault.current()
    assert refused(vault.open, broken, HERE) == "vault.key_missing"


def test_a_changed_value_is_refused(vault):
    sealed = vault.seal(SALT, '"13800001234"', HERE)
    assert refused(vault.open, sealed[:-6] + "AAAAA=", HERE) == "vault.unreadable"
    assert refused(vault.open, sealed[:-3], HERE) == "vault.unreadable"


def test_a_key_that_another_process_made_is_found(vault, home):
    first = vault.seal(SALT, "1", HERE)
    other = Vault(home / "keys", COUNTY, "sm")
    other.make()
    assert other.current().id.startswith("2-sm-")
    assert vault.open(other.seal(SALT, "2", HERE), HERE) == (SALT, "2")
    assert vault.current().id == other.current().id, "the newest key seals everywhere"
    assert other.open(first, HERE) == (SALT, "1")


def test_a_key_never_shows_and_is_its_owners_alone(vault, home):
    vault.current()
    [file] = (home / "keys").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_bytes().hex() not in repr((vault, vault.every()))


@pytest.mark.database
@pytest.mark.django_db
class TestRows:
    def test_neither_the_value_nor_the_salt_of_its_digest_stands_in_the_row(self, ledger):
        case = open_case(ledger, phone="13800001234", name="王小明")
        for row in Identity.objects.filter(chain=case):
            assert row.value.startswith(BEGINNING) and bytes(row.salt) == b""
        seen = identity.look(ledger, case, ["phone", "name"], "li", "callback", "", MONDAY)
        assert seen == {"phone": "13800001234", "name": "王小明"}

    def test_finding_and_striking_out_work_as_before(self, ledger):
        case, other = open_case(ledger, phone="13800001234"), open_case(ledger, phone="13800001234")
        assert set(identity.cases_of(ledger, FieldKind.phone, "13800001234")) == {case, other}
        assert identity.struck(ledger, case, {"phone": FieldKind.phone}, ["打 13800001234"]) != (
            "打 13800001234",
        )
        assert identity.standing(ledger, case, {"phone"}, ["打 13800001234"]) == ("13800001234",)

    def test_a_row_put_in_the_place_of_another_is_refused_and_not_shown(self, ledger):
        mine, yours = open_case(ledger, phone="13800001234"), open_case(ledger, phone="13900005678")
        taken = Identity.objects.get(chain=yours, field="phone").value
        Identity.objects.filter(chain=mine, field="phone").update(value=taken)
        seen = identity.look(ledger, mine, ["phone"], "li", "callback", "", MONDAY)
        assert isinstance(seen, Refused) and seen.code == "vault.unreadable"
        assert taken not in str(seen.facts)

    def test_without_its_key_nothing_opens_and_nothing_is_erased(self, ledger, home):
        case = open_case(ledger, phone="13800001234")
        (home / "keys" / f"{COUNTY}.vault-1-aes").rename(home / "away")
        blind = Journal(COUNTY, ledger.lookup, vault=Vault(home / "keys", COUNTY))
        seen = identity.look(blind, case, ["phone"], "li", "callback", "", MONDAY)
        assert isinstance(seen, Refused) and seen.code == "vault.key_missing"
        kinds = {"phone": FieldKind.phone}
        assert refused(erase, blind, procedures, case, [], Why("requested", "li", MONDAY), kinds) == (
            "vault.key_missing"
        )
        assert Identity.objects.filter(chain=case).exists()

    def test_erasing_takes_the_row(self, ledger):
        case = open_case(ledger, phone="13800001234")
        assert erase(ledger, procedures, case, ["phone"], Why("requested", "li", MONDAY)) == Erased(1, ())
        assert not Identity.objects.filter(chain=case).exists()

    def test_rows_from_before_the_vault_are_read_and_moved_in_batches(self, ledger):
        clear = Journal(COUNTY, ledger.lookup)
        cases = [open_case(clear, phone=f"1380000{n:04}") for n in range(7)]
        assert kept(ledger) == {CLEAR: 7}
        assert identity.look(ledger, cases[0], ["phone"], "li", "callback", "", MONDAY) == {
            "phone": "13800000000"
        }
        assert [batch.moved for batch in reseal(ledger, 3)] == [3, 3, 1]
        assert kept(ledger) == {ledger.vault.current().id: 7}
        for n, case in enumerate(cases):
            seen = identity.look(ledger, case, ["phone"], "li", "callback", "", MONDAY)
            assert seen == {"phone": f"1380000{n:04}"}
        assert moved(ledger) == 0, "what is done is done"

    def test_a_move_that_was_killed_goes_on_where_it_stood(self, ledger):
        for n in range(7):
            open_case(ledger, phone=f"1380000{n:04}")
        old, new = ledger.vault.current(), ledger.vault.make()
        batches = reseal(ledger, 3)
        next(batches)
        batches.close()
        assert kept(ledger) == {old.id: 4, new.id: 3}
        assert moved(ledger) == 4
        assert kept(ledger) == {new.id: 7}

    def test_the_move_leads_from_one_suite_to_the_other_and_back(self, ledger, home):
        case = open_case(ledger, phone="13800001234")
        for n, suite in ((2, "sm"), (3, "aes")):
            ledger.vault.suite = suite
            assert ledger.vault.make().id.startswith(f"{n}-{suite}-")
            assert moved(ledger) == 1
            seen = identity.look(ledger, case, ["phone"], "li", "callback", "", MONDAY)
            assert seen == {"phone": "13800001234"}

    def test_what_does_not_open_is_left_as_it_is_and_told(self, ledger, home):
        lost = open_case(ledger, phone="13800001234")
        ledger.vault.make()
        (home / "keys" / f"{COUNTY}.vault-1-aes").unlink()
        there = open_case(Journal(COUNTY, ledger.lookup), phone="13800001235")
        blind = Journal(COUNTY, ledger.lookup, vault=Vault(home / "keys", COUNTY))
        [batch] = reseal(blind)
        assert (batch.moved, batch.closed) == (1, 1)
        assert Identity.objects.get(chain=lost).value.startswith(f"{BEGINNING}1-aes-")
        assert Identity.objects.get(chain=there).value.startswith(f"{BEGINNING}2-aes-")

    def test_what_was_erased_or_written_while_its_batch_was_sealed_stays_as_it_became(
        self, ledger, monkeypatch
    ):
        gone, kept_, came = (open_case(ledger, phone=f"1380000123{n}") for n in range(3))
        ledger.vault.make()
        seal, others = ledger.vault.seal, {}

        def meanwhile(*given):
            if not others:
                erase(ledger, procedures, gone, ["phone"], Why("requested", "li", MONDAY))
                others["sealed"] = seal(SALT, '"13900000000"', Place(came, 1, "phone"))
                Identity.objects.filter(chain=came).update(value=others["sealed"])
            return seal(*given)

        monkeypatch.setattr(ledger.vault, "seal", meanwhile)
        assert moved(ledger) == 1
        assert not Identity.objects.filter(chain=gone).exists()
        assert Identity.objects.get(chain=came).value == others["sealed"]
        assert Identity.objects.get(chain=kept_).value.startswith(f"{BEGINNING}2-")


@pytest.mark.database
class TestProofs:
    """A verification reads the rows on connections of its own."""

    @pytest.fixture
    def served(self, transactional_db, vault) -> Journal:
        return Journal(COUNTY, Lookup(b"k" * 32), vault=vault)

    def found(self, ledger, home) -> set[tuple[str, str]]:
        verifiers = [Keys(home / "keys").signer(COUNTY).verifier()]
        report = verify(ledger, verifiers, MONDAY)
        return {(each.code, str(each.facts.get("name", ""))) for each in report.findings}

    def test_every_proof_stays_valid_through_a_rotation_from_one_suite_to_the_other(self, served, home):
        open_case(Journal(COUNTY, served.lookup), phone="13800001233")
        for n in range(3):
            open_case(served, phone=f"1380000000{n}", name="王小明")
        assert self.found(served, home) == set()
        served.vault.suite = "sm"
        served.vault.make()
        assert moved(served) == 7
        assert self.found(served, home) == set()

    def test_a_value_that_was_changed_and_one_without_a_key_are_told_apart(self, served, home):
        case = open_case(served, phone="13800001234")
        Identity.objects.filter(chain=case).update(
            value=served.vault.seal(SALT, '"1"', Place(case, 1, "phone"))
        )
        assert self.found(served, home) == {("ledger.value_differs", "phone")}
        (home / "keys" / f"{COUNTY}.vault-1-aes").unlink()
        blind = Journal(COUNTY, served.lookup, vault=Vault(home / "keys", COUNTY))
        assert self.found(blind, home) == {("ledger.value_locked", "phone")}


def test_a_lost_key_leaves_its_number_free(vault, home):
    vault.make(), vault.make()
    sealed = vault.seal(SALT, '"13800001234"', HERE)
    used = sealed.removeprefix(BEGINNING).split(":")[0]
    lost = home / "keys" / f"{COUNTY}.vault-2-aes"
    secret = lost.read_bytes()
    for path in (home / "keys").glob("*.vault-*"):
        path.unlink()
    again = Vault(home / "keys", COUNTY, sealing=lambda: (used, "gone"))
    assert refused(again.seal, SALT, "x", HERE) == "vault.key_lost"
    assert again.make().n == 3 and not lost.exists()
    lost.write_bytes(secret)
    assert again.open(sealed, HERE) == (SALT, '"13800001234"') and again.current().n == 3
