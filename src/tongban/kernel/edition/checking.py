"""Whether an edition is true: every step that a stranger takes, each with all that is wrong.

Nothing is believed of the file but what it proves: its lines against their digests, these against the ledger's entry, the
entry against the signed tree, the signature against a key that the reader brought, the figures against the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from operator import ge
from typing import cast

from msgspec import Struct

from tongban.kernel.edition.lines import (
    Counted,
    Edition,
    Figure,
    Head,
    Proof,
    hashes,
    head_named,
    read,
)
from tongban.kernel.edition.listing import read_list
from tongban.kernel.edition.recount import (
    BrokenError,
    counted_again,
    definition_of,
    differences,
    place_of,
)
from tongban.kernel.indicator.definition import TAG as DEFINITION_TAG
from tongban.kernel.indicator.definition import Definition
from tongban.kernel.ledger.canonical import parse
from tongban.kernel.ledger.checkpoint import Checkpoint, read_checkpoint, verify_checkpoint
from tongban.kernel.ledger.ed25519 import trusted
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.merkle import verify_consistency, verify_inclusion
from tongban.kernel.ledger.note import Verifier, read_note
from tongban.kernel.ledger.seal import link
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

STEPS = ("read", "lines", "entry", "tree", "signed", "before", "definitions", "figures", "newest")
"""The steps in their order."""
OPTIONAL = frozenset({"before", "newest"})
"""Steps that may be left: of the first edition of all, and without a list of today."""
REPLACED = frozenset({"edition.not_newest", "edition.withdrawn"})
UNPUBLISHED = frozenset({"edition.not_listed", "edition.other_listed"})
BESIDE = frozenset({"edition.older_false", "edition.not_corrected", "edition.not_earlier"})
"""What is found that is not of the file itself, and what a list says of a file that it should have."""
FRESH = timedelta(days=1)
"""How old a list may be, by the reader's clock, to say which edition is the newest."""
NOTE = "edition"
"""The kind of the ledger's entry that holds a digest."""


class Step(Struct, frozen=True):
    """A step and what it found wrong; ``taken`` is false where there was nothing to take it with."""

    name: str
    findings: tuple[Finding, ...] = ()
    taken: bool = True
    facts: Mapping[str, Value] = {}

    @property
    def good(self) -> bool:
        return self.taken and not self.findings


class Verdict(Struct, frozen=True):
    """All steps; ``edition`` is None for a file that could not be read."""

    edition: Edition | None
    steps: tuple[Step, ...]

    @property
    def head(self) -> Head | None:
        return None if self.edition is None else self.edition.head

    @property
    def true(self) -> bool:
        """Whether every step was taken and found nothing, but for those that may be left."""
        return all(step.good or (step.name in OPTIONAL and not step.taken) for step in self.steps)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(found for step in self.steps for found in step.findings)

    @property
    def sort(self) -> str:
        """What to say of the file: ``true``, ``replaced`` (genuine, but corrected or taken down since), ``unlisted`` (genuine by itself, but the
        list beside it is not the county's), ``beside`` (genuine by itself, but not the one after the file beside it) or ``false``."""
        if self.true:
            return "true"
        wrong = {
            step.name for step in self.steps if not step.good and (step.taken or step.name not in OPTIONAL)
        }
        codes = {each.code for each in self.findings}
        if (
            wrong - {"newest", "against"}
            or codes & UNPUBLISHED
            or ("against" in wrong and not codes & BESIDE)
        ):
            return "false"
        return "replaced" if codes & REPLACED else "unlisted" if "newest" in wrong else "beside"


def check(text: str, keys: Mapping[str, bytes], newest: str = "", now: datetime | None = None) -> Verdict:
    """Check an edition with public keys (32 bytes by key id) and, where there is one, the signed list of editions. ``now`` is the
    reader's clock; without it no list is fresh.

    Never raises. Without a key nothing says whose file it is, and the verdict is not ``true``.
    """
    edition = read(text)
    if isinstance(edition, Finding):
        return Verdict(None, (Step("read", (edition,)),))
    return Verdict(edition, tuple(_steps(edition, keys, newest, now)))


def _own(keys: Mapping[str, bytes], county: str) -> Sequence[Verifier]:
    """The keys that sign for a county: that of a neighbour says nothing of it, however well it is trusted."""
    return trusted({id: key for id, key in keys.items() if id.rpartition("+")[0] == f"tongban.{county}"})


def _steps(edition: Edition, keys: Mapping[str, bytes], newest: str, now: datetime | None) -> Iterator[Step]:
    proof, verifiers = edition.proof, _own(keys, edition.head.county)
    rows = sum(len(each.marks) for each in edition.populations)
    read: Mapping[str, Value] = {"figures": len(edition.figures), "rows": rows}
    if proof is None:
        yield Step("read", (Finding("edition.no_proof"),), facts=read)
    else:
        yield Step("read", facts=read)
        yield Step("lines", tuple(_lines(edition, proof)), facts={"digest": edition.digest})
        yield Step("entry", tuple(_entry(edition, proof)))
        yield from _covered(edition, proof, verifiers, bool(keys))
    definitions, wrong = _definitions(edition)
    yield Step("definitions", wrong, facts={"n": len(edition.definitions)})
    yield Step("figures", tuple(_figures(edition, definitions)), facts={"n": len(edition.figures)})
    yield _newest(edition, verifiers, newest, now)


def _lines(edition: Edition, proof: Proof) -> Iterator[Finding]:
    """Each line against its digest: the one that was changed is named."""
    if len(proof.digests) != len(edition.digests):
        facts: Mapping[str, Value] = {"stated": len(proof.digests), "found": len(edition.digests)}
        yield Finding("edition.lines", "", 0, facts)
    parts = [
        "head",
        *(["definition"] * len(edition.definitions)),
        *(["population"] * len(edition.populations)),
    ]
    parts += ["figure"] * len(edition.figures)
    for n, (stated, found) in enumerate(zip(proof.digests, edition.digests, strict=False)):
        if stated != found:
            yield Finding("edition.line_differs", "", 0, {"line": n + 1, "part": parts[n]})


def _entry(edition: Edition, proof: Proof) -> Iterator[Finding]:
    """The ledger's entry: whole in itself, and about this very file."""
    sealed = hashes((proof.entry.prev, proof.entry.seal))
    if sealed is None or not proof.entry.body.isprintable() or link(sealed[0], proof.entry.body) != sealed[1]:
        yield Finding("edition.entry_changed")
    said = _said(proof.entry.body)
    head = edition.head
    here: Mapping[str, Value] = {
        "county": head.county,
        "period": head.period,
        "edition": head.edition,
        "corrects": head.corrects,
        "digest": edition.digest,
    }
    for name, value in here.items():
        if said.get(name) != value or type(said.get(name)) is not type(value):
            yield Finding(
                "edition.other_entry",
                "",
                0,
                {"member": name, "stated": str(value), "sealed": str(said.get(name, ""))},
            )


def _said(body: str, part: str = "facts") -> Mapping[str, Value]:
    """A part of the entry; nothing of one of another kind."""
    try:
        match parse(body):
            case {"kind": "edition", **parts} if isinstance(said := parts.get(part), Mapping):
                return cast("Mapping[str, Value]", said)
            case _:
                return {}
    except RefusedError:
        return {}


def _covered(edition: Edition, proof: Proof, verifiers: Sequence[Verifier], given: bool) -> Iterator[Step]:
    """Where the entry stands, who signed that, and whether the tree before was only added to."""
    head = read_checkpoint(proof.note)
    if isinstance(head, Refused):
        yield Step("tree", (Finding.of(head),))
        return
    facts: Mapping[str, Value] = {"n": proof.leaf + 1, "size": head.size, "at": instant_text(head.at)}
    yield Step("tree", tuple(_tree(edition, proof, head)), facts=facts)
    yield _signed(proof.note, verifiers, given)
    yield _before(edition.head, proof, head, verifiers)


def _tree(edition: Edition, proof: Proof, head: Checkpoint) -> Iterator[Finding]:
    path, seal = hashes(proof.path), hashes((proof.entry.seal,))
    if path is None or seal is None or not verify_inclusion(seal[0], proof.leaf, head.size, path, head.root):
        yield Finding("ledger.not_included", "", 0, {"leaf": proof.leaf, "size": head.size})
    if head.county != edition.head.county:
        yield Finding("edition.other_county", "", 0, {"stated": edition.head.county, "signed": head.county})
    if edition.head.ledger > proof.leaf:
        yield Finding("edition.ledger_ahead", "", 0, {"size": edition.head.ledger, "n": proof.leaf + 1})


def _signed(note: str, verifiers: Sequence[Verifier], given: bool) -> Step:
    opened = read_note(note)
    keys = () if isinstance(opened, Refused) else opened.key_ids()
    facts: Mapping[str, Value] = {"keys": ", ".join(keys)}
    if not given:
        return Step("signed", (Finding("edition.no_key", "", 0, facts),), facts=facts)
    signed = verify_checkpoint(note, verifiers)
    return Step("signed", (Finding.of(signed),) if isinstance(signed, Refused) else (), facts=facts)


def _before(stated: Head, proof: Proof, head: Checkpoint, verifiers: Sequence[Verifier]) -> Step:
    """The entry says which head came before, so that nobody can cut it off or bring an earlier one in its place."""
    before, sealed = proof.before, _said(proof.entry.body).get("before")
    if before is None and sealed == "" and stated.edition == 1 and not stated.corrects:
        return Step("before", taken=False)
    if before is None:
        return Step("before", (_other_before("", sealed),))
    earlier = verify_checkpoint(before.note, verifiers) if verifiers else read_checkpoint(before.note)
    if isinstance(earlier, Refused):
        return Step("before", (Finding.of(earlier),))
    if head_named(earlier) != sealed:
        return Step("before", (_other_before(head_named(earlier), sealed),))
    path = hashes(before.path)
    facts: Mapping[str, Value] = {"first": earlier.size, "size": head.size, "at": instant_text(earlier.at)}
    if earlier.county != head.county:
        other: Mapping[str, Value] = {"stated": head.county, "signed": earlier.county}
        return Step("before", (Finding("edition.other_county", "", 0, other),), facts=facts)
    if path is None or not verify_consistency(earlier.size, head.size, earlier.root, head.root, path):
        return Step("before", (Finding("edition.not_prefix", "", 0, facts),), facts=facts)
    return Step("before", facts=facts)


def _other_before(stated: str, sealed: Value) -> Finding:
    facts: Mapping[str, Value] = {"member": "before", "stated": stated, "sealed": str(sealed or "")}
    return Finding("edition.other_entry", "", 0, facts)


def _definitions(edition: Edition) -> tuple[Mapping[str, Definition], tuple[Finding, ...]]:
    """The definitions by the hash of their text, and those whose hash is another than stated."""
    found: dict[str, Definition] = {}
    wrong: list[Finding] = []
    for each in edition.definitions:
        hash = sha256((DEFINITION_TAG + each.text).encode()).hexdigest()
        try:
            definition = definition_of(each.text)
        except BrokenError as fault:
            wrong.append(Finding(fault.code, "", 0, {"hash": each.hash[:16]}))
            continue
        if hash != each.hash:
            wrong.append(
                Finding(
                    "edition.definition_differs",
                    "",
                    0,
                    {"key": definition.key, "stated": each.hash[:16], "found": hash[:16]},
                )
            )
        found[hash] = definition
    return found, tuple(wrong)


def _figures(edition: Edition, definitions: Mapping[str, Definition]) -> Iterator[Finding]:
    """Each figure counted again; a definition without a figure is one that somebody kept back."""
    populations = {key: each for each in edition.populations for key in each.figures}
    for each in edition.populations:
        if any(map(ge, each.marks, each.marks[1:])):
            yield Finding("edition.marks", "", 0, {"practice": each.practice, "of": each.of})
    if not edition.figures:
        yield Finding("edition.no_figures")
    for key in sorted(_twice(edition, definitions)):
        yield Finding("edition.twice", "", 0, {"key": key})
    for key in sorted({each.key for each in definitions.values()} - {each.key for each in edition.figures}):
        yield Finding("edition.figure_missing", "", 0, {"key": key})
    for stated in edition.figures:
        definition = definitions.get(stated.definition)
        if definition is None or definition.key != stated.key:
            yield Finding(
                "edition.definition_exchanged", "", 0, {"key": stated.key, "stated": stated.definition[:16]}
            )
            continue
        population = populations.get(stated.key)
        if population is None or population.place != place_of(definition):
            yield Finding("edition.population_missing", "", 0, {"key": stated.key})
            continue
        try:
            found = counted_again(definition, population, stated.definition)
        except BrokenError as fault:
            yield Finding(fault.code, "", 0, {"key": stated.key, **fault.facts})
            continue
        yield from _differing(stated, found)


def _twice(edition: Edition, definitions: Mapping[str, Definition]) -> set[str]:
    """Keys with two figures, two definitions or two populations: one reader would take the first, another the last."""
    named = (
        Counter(key for each in edition.populations for key in each.figures),
        Counter(each.key for each in edition.figures),
        Counter(each.key for each in definitions.values()),
    )
    return {key for all in named for key, n in all.items() if n > 1}


def _differing(stated: Figure, found: Figure) -> Iterator[Finding]:
    nothing = Counted(0, 0, 0, {}, 0, 0)
    pairs = [("", stated.county, found.county)]
    for unit in sorted(stated.units.keys() | found.units.keys()):
        pairs.append((unit or "*", stated.units.get(unit, nothing), found.units.get(unit, nothing)))
    for unit, one, other in pairs:
        for member, said, again in differences(one, other):
            facts: Mapping[str, Value] = {
                "key": stated.key,
                "unit": unit,
                "member": member,
                "stated": said,
                "found": again,
            }
            yield Finding("edition.figure_differs", "", 0, facts)


def _newest(edition: Edition, verifiers: Sequence[Verifier], newest: str, now: datetime | None) -> Step:
    """An old list says truly that an edition was corrected, but never that none was since, and nothing of what was released after it: then the
    step is left."""
    if not newest:
        return Step("newest", taken=False)
    listed = read_list(newest, verifiers)
    if isinstance(listed, Refused):
        return Step("newest", (Finding.of(listed),))
    head, facts = edition.head, {"at": instant_text(listed.at)}
    found = listed.of(head.period)
    if listed.county != head.county:
        other: Mapping[str, Value] = {"stated": head.county, "signed": listed.county}
        return Step("newest", (Finding("edition.other_county", "", 0, other),), facts=facts)
    named: Mapping[str, Value] = {"period": head.period, "edition": head.edition, **facts}
    released = "" if edition.proof is None else str(_said(edition.proof.entry.body, "entry").get("at", ""))
    if (found is None or found.edition < head.edition) and instant_text(listed.at) < released:
        return Step("newest", taken=False, facts={**facts, "released": released})
    if found is None or found.edition < head.edition:
        return Step("newest", (Finding("edition.not_listed", "", 0, named),), facts=facts)
    if found.edition > head.edition:
        return Step(
            "newest", (Finding("edition.not_newest", "", 0, {**named, "newest": found.edition}),), facts=facts
        )
    if not found.digest:
        return Step("newest", (Finding("edition.withdrawn", "", 0, named),), facts=facts)
    if found.digest != edition.digest:
        return Step("newest", (Finding("edition.other_listed", "", 0, named),), facts=facts)
    if instant_text(listed.at) < released:
        older: Mapping[str, Value] = {**named, "released": released}
        return Step("newest", (Finding("edition.list_older", "", 0, older),), facts=facts)
    return Step("newest", taken=now is not None and abs(now - listed.at) <= FRESH, facts=facts)
