"""Whoever can write the tables cannot write them unseen: an adversary with a superuser's connection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from small_practice import COUNTY, MONDAY, PROCEDURE, later, opened, procedures, take

from tongban.kernel.ledger.merkle import verify_consistency, verify_inclusion
from tongban.kernel.ledger.receipt import Verified, verify_receipt
from tongban.kernel.ledger.seal import START, compose, link
from tongban.store import checkpoints
from tongban.store.batch import Append
from tongban.store.checkpoints import Head, consistency, inclusion, newest
from tongban.store.erasure import Why, erase
from tongban.store.heads import keep, kept_file
from tongban.store.journal import Journal
from tongban.store.models import Block, CheckpointRow, EventRow, Leaf
from tongban.store.rebuilding import rebuild
from tongban.store.receipts import receipt
from tongban.store.verification import Outside, Report, conninfo_of, silent, verify

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

INSERT = """
    INSERT INTO store_event (county, chain, seq, at, recorded, kind, body, seal)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


@pytest.fixture
def signers(keys):
    return [keys.signer(COUNTY)]


def work(ledger: Journal, number: str, steps: int = 3, at: datetime = MONDAY) -> str:
    """A case with some steps; its id."""
    decided = opened(at, number=number)
    ledger.append([Append(PROCEDURE, decided)], at)
    for step in range(steps):
        moment = at + timedelta(minutes=step)
        [loaded] = ledger.load(numbers=[number])
        decided = take(loaded.case, "note", moment, {"note": f"第{step}次联系"})
        ledger.append([Append(PROCEDURE, decided, loaded)], moment)
    return decided.cases[0].id


@pytest.fixture(autouse=True)
def kept(tmp_path) -> Iterator[Path]:
    """The file in which the home keeps signed heads."""
    home.append(tmp_path)
    yield kept_file(tmp_path, COUNTY)
    home.clear()


home: list[Path] = []


def checkpoint(ledger: Journal, signers, at: datetime) -> Head:
    """A head, signed and kept in the home."""
    head = checkpoints.checkpoint(ledger, signers, at)
    assert isinstance(head, Head)
    keep(ledger, home[0])
    return head


def report(ledger: Journal, signers, *, now: datetime = MONDAY, against: str = "", progress=silent) -> Report:
    path = kept_file(home[0], COUNTY)
    outside = Outside(path.read_text() if path.exists() else None, against, procedures)
    return verify(ledger, [signer.verifier() for signer in signers], now, outside, progress)


def found(ledger: Journal, signers, **more) -> set[tuple[str, str, int]]:
    return {(f.code, f.chain, f.seq) for f in report(ledger, signers, **more).findings}


def codes(ledger: Journal, signers, **more) -> set[str]:
    return {code for code, _, _ in found(ledger, signers, **more)}


@pytest.fixture
def adversary(served):
    """Runs statements as a superuser, past the trigger."""
    with psycopg.connect(conninfo_of(served), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection.execute


def test_an_untouched_ledger_is_sound_also_after_erasure_and_rebuild(served, signers):
    cases = [work(served, f"A{n}") for n in range(5)]
    assert codes(served, signers) == set()
    checkpoint(served, signers, later(hours=1))
    erase(served, procedures, cases[0], ["body", "phone"], Why("requested", "li", later(hours=2)))
    work(served, "A9", at=later(hours=3))
    checkpoint(served, signers, later(hours=4))
    rebuild(served, procedures)
    assert codes(served, signers) == set()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE store_event SET body = replace(body, 'note', 'nope') WHERE chain = %s AND seq = 2",
            "changed",
        ),
        ("DELETE FROM store_event WHERE chain = %s AND seq = 2", "missing"),
        (
            "UPDATE store_event SET recorded = recorded - interval '1 day' WHERE chain = %s AND seq = 2",
            "disagrees",
        ),
        ("UPDATE store_event SET at = at - interval '1 day' WHERE chain = %s AND seq = 2", "disagrees"),
        ("UPDATE store_event SET seal = sha256(seal) WHERE chain = %s AND seq = 2", "changed"),
        ("UPDATE store_content SET value = '\"别的\"' WHERE chain = %s AND seq = 2", "value_differs"),
        ("UPDATE store_content SET field = 'other' WHERE chain = %s AND seq = 2", "value_unknown"),
        ("UPDATE store_identity SET value = '\"13900000000\"' WHERE chain = %s", "value_differs"),
        ("DELETE FROM store_event WHERE chain = %s AND seq = 4", "missing"),
        ("UPDATE store_event SET chain = gen_random_uuid() WHERE chain = %s AND seq = 4", "missing"),
    ],
)
def test_what_was_done_to_one_entry_is_named(served, signers, adversary, statement, expected):
    case, other = work(served, "A1"), work(served, "A2")
    adversary(statement, (case,))
    blamed = found(served, signers)
    assert f"ledger.{expected}" in {code for code, chain, _ in blamed if chain == case}
    assert other not in {chain for _, chain, _ in blamed}


def test_two_entries_that_changed_places_are_named(served, signers, adversary):
    case = work(served, "A1")
    for was, now in ((2, -2), (3, 2), (-2, 3)):
        adversary("UPDATE store_event SET seq = %s WHERE chain = %s AND seq = %s", (now, case, was))
    assert {("ledger.disagrees", case, 2), ("ledger.disagrees", case, 3)} <= found(served, signers)


def reseal(adversary, ledger: Journal, case: str, first: int) -> None:
    """Rewrite the chain from an entry on so that it looks whole, and the case row with it."""
    chain = ledger.events(case)
    seal = chain[first - 2].seal if first > 1 else START.seal
    for each in chain[first - 1 :]:
        body = each.body.replace('"via":"post"', '"via":"mandate:x"')
        seal = link(seal, body)
        adversary(
            "UPDATE store_event SET body = %s, seal = %s WHERE chain = %s AND seq = %s",
            (body, seal, case, each.seq),
        )
    adversary("UPDATE store_case SET head = %s WHERE id = %s", (seal, case))


def test_a_tail_sealed_anew_does_not_fit_the_checkpoints(served, signers, adversary):
    work(served, "A0")
    case = work(served, "A1")
    checkpoint(served, signers, later(hours=1))
    reseal(adversary, served, case, 2)
    assert codes(served, signers) == {"ledger.checkpoint_differs"}


def test_a_tail_cut_off_is_missed(served, signers, adversary):
    case = work(served, "A1")
    checkpoint(served, signers, later(hours=1))
    adversary("DELETE FROM store_event WHERE chain = %s AND seq > 2", (case,))
    [before] = [each for each in served.events(case) if each.seq == 2]
    adversary("UPDATE store_case SET seq = 2, head = %s WHERE id = %s", (before.seal, case))
    adversary("DELETE FROM store_content WHERE chain = %s AND seq > 2", (case,))
    assert {("ledger.missing", case, 3), ("ledger.missing", case, 4)} <= found(served, signers)


def test_a_whole_case_taken_away_is_missed(served, signers, adversary):
    case = work(served, "A1")
    work(served, "A2")
    checkpoint(served, signers, later(hours=1))
    for table in ("event", "content", "identity", "leaf"):
        adversary(f"DELETE FROM store_{table} WHERE chain = %s", (case,))
    adversary("DELETE FROM store_case WHERE id = %s", (case,))
    adversary("UPDATE store_leaf SET index = index - 4")
    assert codes(served, signers) & {"ledger.short", "ledger.checkpoint_differs"}


def test_a_late_chain_with_an_early_date_is_named(served, signers, adversary):
    work(served, "A1")
    checkpoint(served, signers, later(hours=1))
    chain = str(uuid4())
    body = compose(chain, 1, "step", MONDAY, MONDAY, {}, {})
    adversary(
        INSERT,
        (COUNTY, chain, 1, MONDAY, MONDAY, "step", body, link(START.seal, body)),
    )
    assert found(served, signers) == {("ledger.backdated", chain, 1)}


def test_an_entry_added_behind_the_office_is_named(served, signers, adversary):
    case = work(served, "A1")
    last = served.events(case)[-1]
    body = compose(case, 5, "step", last.at, last.recorded, {}, {})
    adversary(
        INSERT,
        (COUNTY, case, 5, last.at, last.recorded, "step", body, link(last.seal, body)),
    )
    assert found(served, signers) == {("ledger.other_tip", case, 5)}


def test_a_checkpoint_signed_by_a_stranger_is_not_believed(served, signers, keys, adversary):
    work(served, "A1")
    checkpoint(served, signers, later(hours=1))
    stranger = keys.signer("330800")
    assert codes(served, [stranger]) >= {"ledger.signature_unknown"}
    note = CheckpointRow.objects.get().note
    adversary("UPDATE store_checkpoint SET note = %s", (note.replace("previous 0", "previous 1"),))
    assert codes(served, signers) >= {"ledger.signature_wrong"}


def test_checkpoints_follow_one_another_and_add_only(served, signers):
    heads = []
    for hour in range(1, 5):
        work(served, f"A{hour}", steps=hour, at=later(hours=hour))
        heads.append(checkpoint(served, signers, later(hours=hour, minutes=30)))
    assert [head.size for head in heads] == [2, 6, 11, 17]
    for earlier, later_head in pairwise(heads):
        proof = consistency(served, earlier.size, later_head.size)
        assert verify_consistency(earlier.size, later_head.size, earlier.root, later_head.root, proof)
    assert consistency(served, 1, 99).code == "ledger.no_such_tree"


def test_nothing_new_makes_no_checkpoint(served, signers):
    work(served, "A1")
    first = checkpoint(served, signers, later(hours=1))
    assert checkpoint(served, signers, later(hours=2)) == first == newest(served)


def test_stored_blocks_give_the_same_proofs_as_the_leaves(served, signers):
    """More than two blocks of 256 leaves, gathered in two checkpoints that cut a block."""
    for count, hour in ((300, 1), (330, 2)):
        batch = [Append(PROCEDURE, opened(later(hours=hour), number=f"B{hour}-{n}")) for n in range(count)]
        served.append(batch, later(hours=hour))
        head = checkpoint(served, signers, later(hours=hour, minutes=1))
    assert Block.objects.count() == 2 and head.size == 631
    keys_known = {signer.key_id: signer.public for signer in signers}
    for index in (0, 255, 256, 299, 300, 511, 512, 630):
        leaf = Leaf.objects.get(index=index)
        row = EventRow.objects.get(chain=leaf.chain, seq=leaf.seq)
        proof = inclusion(served, str(leaf.chain), leaf.seq)
        assert verify_inclusion(bytes(row.seal), index, head.size, proof.path, head.root)
    assert isinstance(verify_receipt(receipt(served, "B1-7", signers, MONDAY), keys_known), Verified)


def test_a_receipt_verifies_offline_before_and_after_its_checkpoint(served, signers):
    case = work(served, "A1")
    known = {signer.key_id: signer.public for signer in signers}
    pending = verify_receipt(receipt(served, "A1", signers, later(minutes=5)), known)
    assert isinstance(pending, Verified) and pending.pending
    checkpoint(served, signers, later(hours=1))
    proved = verify_receipt(receipt(served, "A1", signers, later(hours=2)), known)
    assert isinstance(proved, Verified) and not proved.pending
    assert proved.chain == case and set(proved.values) == {"body"}
    erase(served, procedures, case, ["body"], Why("requested", "li", later(hours=3)))
    erased = verify_receipt(receipt(served, "A1", signers, later(hours=4)), known)
    assert isinstance(erased, Verified) and erased.values == {}
    assert receipt(served, "nobody", signers, MONDAY).code == "receipt.unknown"


def test_many_processes_find_what_one_finds(served, signers, adversary, monkeypatch):
    cases = [work(served, f"A{n}") for n in range(12)]
    adversary("UPDATE store_event SET seal = sha256(seal) WHERE chain = %s AND seq = 4", (cases[3],))
    adversary("DELETE FROM store_event WHERE chain = %s AND seq = 1", (cases[7],))
    alone = found(served, signers)
    monkeypatch.setattr("tongban.store.verification.SHARED", 10)
    seen: list[int] = []

    def told(part: str, done: int, _total: int) -> None:
        seen.extend([done] if part == "verifying" else [])

    together = found(served, signers, progress=told)
    assert together == alone and {cases[3], cases[7]} <= {chain for _, chain, _ in alone}
    assert seen[-1] == EventRow.objects.count()
