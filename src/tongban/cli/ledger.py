"""``tongban ledger``, ``tongban rebuild``: proving, and making anew what is derived."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.ledger.checkpoint import Promise
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import Refused
from tongban.library.causes import because

if TYPE_CHECKING:
    from tongban.apps.registry.upkeep import Report

MOST = 200
"""Findings that are told one by one at a shell; ``--json`` tells all."""


def verify(voice: Voice, options: argparse.Namespace) -> int:
    against = ""
    if options.against:
        read = _read(options.against)
        if isinstance(read, Refused):
            return voice.refuse(read)
        against = read
    open_up()
    from tongban.apps.registry.upkeep import verify_ledger

    with progress(voice) as say:
        report = verify_ledger(operator(voice.language).now, against, say)
    if options.json:
        told = {
            "sound": not report.findings,
            "entries": report.entries,
            "covered": report.covered,
            "checkpoints": report.checkpoints,
            "findings": [_as_json(each) for each in report.findings],
        }
        voice.write(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        tell(voice, report)
    return 1 if report.findings else 0


def tell(voice: Voice, report: Report) -> bool:
    """Say what a verification found; whether that was anything wrong."""
    _tell(voice, report.findings)
    if not report.findings:
        voice.say("ledger.sound")
    voice.say(
        "ledger.counted", entries=report.entries, covered=report.covered, checkpoints=report.checkpoints
    )
    return bool(report.findings)


def _tell(voice: Voice, findings: Sequence[Finding]) -> None:
    for each in findings[:MOST]:
        voice.refuse(each.refusal())
    if findings:
        voice.warn("ledger.wrong", n=len(findings))


def _as_json(found: Finding) -> dict[str, object]:
    return {"code": found.code, "chain": found.chain, "seq": found.seq, "facts": dict(found.facts)}


def _read(path: str) -> str | Refused:
    """The text of a file that somebody brought along."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        return Refused("cli.cannot_read", path, because(fault, "said"))


def checkpoint(voice: Voice, _: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.proof.checkpoints import checkpoint as publish

    head = publish(operator(voice.language).now)
    if isinstance(head, Refused):
        return voice.refuse(head)
    voice.write(head.note.rstrip("\n"))
    return 0


def receipt(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.proof.receipt import receipt as written

    text = written(options.number, operator(voice.language))
    if isinstance(text, Refused):
        return voice.refuse(text)
    voice.write(text.rstrip("\n"))
    return 0


def verify_receipt(voice: Voice, options: argparse.Namespace) -> int:
    """Needs no database and no home: whoever holds a receipt and the county's public key can run it."""
    from tongban.kernel.ledger.ed25519 import read_key
    from tongban.kernel.ledger.receipt import Verified
    from tongban.kernel.ledger.receipt import verify_receipt as judge

    text = _read(options.file)
    if isinstance(text, Refused):
        return voice.refuse(text)
    keys: dict[str, bytes] = {}
    for given in options.key:
        key = read_key(given)
        if isinstance(key, Refused):
            return voice.refuse(key)
        keys[key[0]] = key[1]
    found = judge(text, keys)
    if not isinstance(found, Verified):
        _tell(voice, found)
        return 1
    opened = found.facts.get("opened")
    number = opened.get("number", "") if isinstance(opened, Mapping) else ""
    pending = "pending" if found.pending else "covered"
    moment = instant_text(
        found.covered_by.due if isinstance(found.covered_by, Promise) else found.covered_by.at
    )
    recorded = instant_text(found.recorded)
    if number:
        voice.say("receipt.sound", number=number, recorded=recorded)
    else:
        voice.say("receipt.sound_entry", kind=found.kind, recorded=recorded)
        for name, value in sorted(found.facts.items()):
            voice.write(f"  {name}: {json.dumps(value, ensure_ascii=False)}")
    voice.say(f"receipt.{pending}", moment=moment)
    for name, value in found.values.items():
        voice.write(f"  {name}: {json.dumps(value, ensure_ascii=False)}")
    return 0


def rebuild(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.registry.upkeep import compare_projections, rebuild_projections

    if options.check:
        with progress(voice) as say:
            findings = compare_projections(say)
        _tell(voice, findings)
        if not findings:
            voice.say("ledger.derived")
        return 1 if findings else 0
    with progress(voice) as say:
        cases = rebuild_projections(say)
    voice.say("ledger.rebuilt", cases=cases)
    return 0
