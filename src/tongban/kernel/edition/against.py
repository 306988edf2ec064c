"""An edition beside an earlier one: that which it corrects, or a month's first edition beside that of a month before.

What was dropped, came, is defined otherwise or counts otherwise is listed; none of that is wrong. Wrong is an earlier file that is not true itself, that is
not the one which was corrected, or whose ledger cannot be the beginning of this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from tongban.kernel.edition.checking import OPTIONAL, Step, Verdict, check
from tongban.kernel.edition.lines import Counted, Edition, Figure, head_named
from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.checkpoint import Checkpoint, read_checkpoint
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts

AGAINST = "against"
"""The step beside an earlier file; it comes last, and only where there is one."""


def check_against(
    text: str, older: str, keys: Mapping[str, bytes], newest: str = "", now: datetime | None = None
) -> Verdict:
    """``check``, and beside an earlier edition where ``older`` is one. Never raises."""
    verdict = check(text, keys, newest, now)
    if not older or verdict.edition is None:
        return verdict
    return replace(verdict, steps=(*verdict.steps, _against(verdict.edition, older, keys)))


def _against(edition: Edition, text: str, keys: Mapping[str, bytes]) -> Step:
    verdict = check(text, keys)
    older = verdict.edition
    if older is None or not verdict.true:
        wrong = [each.code for step in verdict.steps if step.name not in OPTIONAL for each in step.findings]
        wrong = wrong or [each.code for each in verdict.findings]
        return Step(
            AGAINST, (Finding("edition.older_false", "", 0, {"codes": ", ".join(dict.fromkeys(wrong))}),)
        )
    head, before = edition.head, older.head
    facts: Facts = {"period": before.period, "edition": before.edition}
    wrong_pair = _pair(edition, older)
    if wrong_pair is not None:
        return Step(AGAINST, (wrong_pair,), facts=facts)
    linked = _linked(edition, older)
    if isinstance(linked, Finding):
        return Step(AGAINST, (linked,), facts=facts)
    changes = tuple(_changes(edition, older, counts=bool(head.corrects)))
    return Step(AGAINST, facts={**facts, "linked": linked, "n": len(changes), "changes": changes})


def _pair(edition: Edition, older: Edition) -> Finding | None:
    """A correction stands beside just the file that it names, a first edition beside one of an earlier month."""
    head, before = edition.head, older.head
    if before.county != head.county:
        return Finding("edition.other_county", "", 0, {"stated": head.county, "signed": before.county})
    if head.corrects:
        if older.digest == head.corrects:
            return None
        return Finding(
            "edition.not_corrected", "", 0, {"stated": head.corrects[:16], "found": older.digest[:16]}
        )
    if before.period < head.period:
        return None
    return Finding("edition.not_earlier", "", 0, {"period": head.period, "other": before.period})


def _linked(edition: Edition, older: Edition) -> bool | Finding:
    """Whether the proof of this file says that the ledger of the earlier one is its beginning. It does where no edition was released
    between them. Where it says nothing of it, at least neither contradicts the other."""
    heads = [_head(each) for each in (edition, older)]
    now, then = heads
    if now is None or then is None:
        return False
    proof = edition.proof
    before = _read(proof.before.note) if proof is not None and proof.before is not None else None
    if before is not None and head_named(before) == head_named(then):
        return True
    forked = any(
        each is not None and each.size == then.size and each.root != then.root for each in (now, before)
    )
    if then.size > now.size or forked:
        facts: Facts = {"first": then.size, "size": now.size, "at": instant_text(then.at)}
        return Finding("edition.not_prefix", "", 0, facts)
    return False


def _head(edition: Edition) -> Checkpoint | None:
    return _read(edition.proof.note) if edition.proof is not None else None


def _read(note: str) -> Checkpoint | None:
    found = read_checkpoint(note)
    return None if isinstance(found, Refused) else found


def _changes(edition: Edition, older: Edition, *, counts: bool) -> Iterator[Facts]:
    """By key: ``gone``, ``came``, ``redefined`` (a new version of the practice alone is none), and ``changed`` where counts are compared."""
    before, now = _told(older), _told(edition)
    for key in sorted(before.keys() | now.keys()):
        one, other = before.get(key), now.get(key)
        said: Facts = {"key": key, "before": _said(one), "now": _said(other)}
        if other is None:
            yield {**said, "what": "gone"}
        elif one is None:
            yield {**said, "what": "came"}
        elif one[0] != other[0]:
            yield {**said, "what": "redefined"}
        elif counts and (one[1].county, one[1].units) != (other[1].county, other[1].units):
            yield {**said, "what": "changed"}


def _told(edition: Edition) -> Mapping[str, tuple[str, Figure]]:
    """Each figure with its definition, which is without the version of its practice."""
    defined = {each.hash: _unversioned(each.text) for each in edition.definitions}
    return {each.key: (defined.get(each.definition, ""), each) for each in edition.figures}


def _unversioned(text: str) -> str:
    try:
        told = parse(text)
    except RefusedError:
        return text
    if not isinstance(told, Mapping):
        return text
    return canonical({name: value for name, value in told.items() if name != "version"})


def _said(told: tuple[str, Figure] | None) -> str:
    if told is None:
        return ""
    county: Counted = told[1].county
    return f"{county.numerator} / {county.denominator}"
