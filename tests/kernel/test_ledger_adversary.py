"""An adversary with full access to the tables, but not to the signing key, against the auditor.

The office writes entries and publishes signed checkpoints. The adversary then edits, drops, swaps,
back-dates and slips in rows, seals whole tails anew and forges checkpoints, in any order and number.
Whatever differs from the truth under a published checkpoint must be found; the truth itself never is.
"""

from datetime import UTC, datetime, timedelta
from itertools import groupby

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from tongban.kernel.ledger.audit import Leaf, verify_leaves
from tongban.kernel.ledger.canonical import parse
from tongban.kernel.ledger.checkpoint import Checkpoint, sign_checkpoint, verify_checkpoint
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.merkle import root
from tongban.kernel.ledger.seal import START, compose, link, next_entry
from tongban.kernel.ledger.verify import verify_chains
from tongban.kernel.refusal import Refused

BEGAN = datetime(2026, 11, 22, tzinfo=UTC)
OFFICE = Ed25519Signer("tongban.330824", bytes(range(32)))
ADVERSARY = Ed25519Signer("tongban.330824", bytes(32))
CHAINS = ["a", "b", "c"]


class InTheNameOfTheOffice:
    algorithm = "ed25519"
    key_id = OFFICE.key_id
    sign = staticmethod(ADVERSARY.sign)


class Adversary(RuleBasedStateMachine):
    """Rows stand in the order of the tree's leaves; the last ones are not yet under a checkpoint."""

    @initialize()
    def open(self):
        self.now = BEGAN
        self.truth, self.rows = [], []
        self.published, self.notes = [], []
        self.tips = dict.fromkeys(CHAINS, START)
        self.covered = 0

    # The office.

    @precondition(lambda self: self.rows == self.truth)
    @rule(chain=st.sampled_from(CHAINS), wait=st.integers(0, 600), number=st.integers(0, 9))
    def write(self, chain, wait, number):
        self.now += timedelta(seconds=wait)
        entry = next_entry(self.tips[chain], chain, "case.noted", self.now, self.now, {"number": number}, {})
        self.tips[chain] = entry.tip()
        self.truth.append(entry)
        self.rows.append(entry)

    @precondition(lambda self: self.rows == self.truth and self.notes == self.published)
    @rule(wait=st.integers(0, 600))
    def publish(self, wait):
        self.now += timedelta(seconds=wait)
        head = root(entry.seal for entry in self.truth)
        checkpoint = Checkpoint("330824", len(self.truth), head, self.now, self.covered)
        self.covered = len(self.truth)
        self.published.append(sign_checkpoint(checkpoint, (OFFICE,)))
        self.notes = list(self.published)

    @rule()
    def restore_from_the_backup(self):
        self.rows, self.notes = list(self.truth), list(self.published)

    # The adversary.

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), column=st.sampled_from(["body", "seal", "prev", "recorded", "at", "seq", "chain"]))
    def edit_a_column(self, data, column):
        place = data.draw(st.integers(0, len(self.rows) - 1))
        row = self.rows[place]
        other = {
            "body": row.body.replace('"number":', '"number":1'),
            "seal": bytes(32),
            "prev": b"\1" * 32,
            "recorded": row.recorded - timedelta(days=1),
            "at": row.at - timedelta(days=1),
            "seq": row.seq + 1,
            "chain": "z",
        }[column]
        self.rows[place] = replace(row, **{column: other})

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), days=st.integers(0, 3), tail=st.booleans())
    def rewrite_and_seal_anew(self, data, days, tail):
        """One entry with other facts or dates, and, if he is careful, the whole tail of its chain."""
        place = data.draw(st.integers(0, len(self.rows) - 1))
        row = self.rows[place]
        at = row.at - timedelta(days=days)
        body = compose(row.chain, row.seq, "case.noted", at, at, {"number": 77}, {})
        self.rows[place] = replace(row, at=at, recorded=at, body=body, seal=link(row.prev, body))
        if tail:
            self.relink(row.chain)

    def relink(self, chain):
        prev = START.seal
        for place, row in sorted(enumerate(self.rows), key=lambda pair: pair[1].seq):
            if row.chain == chain:
                self.rows[place] = replace(row, prev=prev, seal=link(prev, row.body))
                prev = self.rows[place].seal

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def drop(self, data):
        del self.rows[data.draw(st.integers(0, len(self.rows) - 1))]

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def drop_a_chain_from_here_on(self, data):
        row = data.draw(st.sampled_from(self.rows))
        self.rows = [each for each in self.rows if each.chain != row.chain or each.seq < row.seq]

    @precondition(lambda self: len(self.rows) > 1)
    @rule(data=st.data())
    def swap(self, data):
        one, other = (data.draw(st.integers(0, len(self.rows) - 1)) for _ in range(2))
        self.rows[one], self.rows[other] = self.rows[other], self.rows[one]

    @precondition(lambda self: len(self.rows) > 1)
    @rule(data=st.data())
    def swap_contents(self, data):
        """Two steps of one case change places and everything is sealed anew."""
        one, other = (data.draw(st.integers(0, len(self.rows) - 1)) for _ in range(2))
        first, second = self.rows[one], self.rows[other]
        for place, into, source in [(one, first, second), (other, second, first)]:
            body = parse(source.body)
            facts = body["facts"] if isinstance(body, dict) else {}
            text = compose(into.chain, into.seq, "case.noted", into.at, into.recorded, facts, {})
            self.rows[place] = replace(into, body=text)
        self.relink(first.chain)
        self.relink(second.chain)

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), place=st.integers(0, 30))
    def slip_in_a_copy(self, data, place):
        self.rows.insert(place, data.draw(st.sampled_from(self.rows)))

    @precondition(lambda self: self.notes)
    @rule(data=st.data(), signer=st.sampled_from([ADVERSARY, InTheNameOfTheOffice()]))
    def forge_a_checkpoint(self, data, signer):
        """A head that fits the tampered rows, signed as well as he can."""
        place = data.draw(st.integers(0, len(self.notes) - 1))
        honest = verify_checkpoint(self.published[place], (OFFICE.verifier(),))
        size = min(honest.size, len(self.rows))
        forged = replace(honest, root=root(row.seal for row in self.rows[:size]))
        self.notes[place] = sign_checkpoint(forged, (signer,))

    @precondition(lambda self: self.notes)
    @rule(data=st.data())
    def edit_a_checkpoint(self, data):
        place = data.draw(st.integers(0, len(self.notes) - 1))
        self.notes[place] = self.notes[place].replace("\nat 2026", "\nat 2025")

    # The auditor.

    def audit(self):
        checkpoints = [verify_checkpoint(note, (OFFICE.verifier(),)) for note in self.notes]
        refused = [Finding.of(each) for each in checkpoints if isinstance(each, Refused)]
        leaves = [Leaf(row.seal, row.recorded, row.chain, row.seq) for row in self.rows]
        chains = sorted(self.rows, key=lambda row: (row.chain, row.seq))
        return [
            *refused,
            *verify_leaves(leaves, [each for each in checkpoints if isinstance(each, Checkpoint)]),
            *verify_chains(chains),
        ]

    @invariant()
    def the_truth_has_no_findings_and_any_lie_under_a_checkpoint_is_found(self):
        findings = self.audit()
        if self.rows == self.truth and self.notes == self.published:
            assert findings == []
        if self.rows[: self.covered] != self.truth[: self.covered] or self.notes != self.published:
            assert findings != []

    @invariant()
    def chains_that_were_not_touched_are_not_blamed(self):
        def by_chain(rows):
            ordered = sorted(rows, key=lambda row: (row.chain, row.seq))
            return {chain: list(each) for chain, each in groupby(ordered, lambda row: row.chain)}

        stored, true = by_chain(self.rows), by_chain(self.truth)
        untouched = {chain for chain in stored if stored[chain] == true.get(chain)}
        chains = sorted(self.rows, key=lambda row: (row.chain, row.seq))
        assert not {finding.chain for finding in verify_chains(chains)} & untouched


TestAdversary = Adversary.TestCase
TestAdversary.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
