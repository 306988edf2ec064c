"""``tongban ledger``, ``tongban rebuild``: proving, and making anew what is derived."""

from __future__ import annotations

import argparse
import json

from tongban.cli.machine import open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

MOST = 200
"""Findings that are told one by one at a shell; ``--json`` tells all."""


def verify(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.registry.upkeep import verify_ledger

    with progress(voice) as say:
        findings = list(verify_ledger(say))
    if options.json:
        told = [
            {"code": each.code, "chain": each.chain, "seq": each.seq, "facts": dict(each.facts)}
            for each in findings
        ]
        voice.write(
            json.dumps({"sound": not findings, "findings": told}, ensure_ascii=False, indent=2, default=str)
        )
    elif findings:
        for each in findings[:MOST]:
            voice.refuse(each.refusal())
        voice.say("ledger.wrong", n=len(findings))
    else:
        voice.say("ledger.sound")
    return 1 if findings else 0


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


def rebuild(voice: Voice, _: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.registry.upkeep import rebuild_projections

    with progress(voice) as say:
        cases = rebuild_projections(say)
    voice.say("ledger.rebuilt", cases=cases)
    return 0
