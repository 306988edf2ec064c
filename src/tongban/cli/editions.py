"""``tongban figure publish`` and ``verify``: two people put a month out; whoever has the file can check it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused
from tongban.library.causes import because

if TYPE_CHECKING:
    from tongban.apps.acting import Acting
    from tongban.kernel.edition.checking import Step, Verdict

LARGEST = 300 * 1024 * 1024
"""Bytes of a file that is fetched; an edition of a million cases is smaller."""
PATIENCE = 60
"""Seconds for an address to answer."""
LIST = "/open/figures/editions.txt"


def publish(voice: Voice, options: argparse.Namespace) -> int:
    """The first one proposes, the next one looks and then releases what they saw; each with their own password."""
    from tongban.cli.machine import open_up
    from tongban.cli.people import signed_in

    open_up()
    acting = signed_in(voice, options.login)
    if isinstance(acting, Refused):
        return voice.refuse(acting)
    acting = replace(acting, names_seen=frozenset(options.names_seen.split()))
    from tongban.apps.editions.publishing import drop, propose, release, take_down, waiting
    from tongban.apps.office import office

    if options.take_down:
        done = take_down(options.period, options.take_down, options.why, acting)
    elif options.drop:
        refused = drop(options.period, acting)
        if refused is not None:
            return voice.refuse(refused)
        voice.say("edition.dropped", period=options.period)
        return 0
    elif options.release:
        done = release(options.period, options.release, acting)
    elif waiting(office(), options.period) is not None and not options.why:
        return _look(voice, options.period, acting)
    else:
        done = propose(options.period, options.why, acting)
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say(f"edition.{done.what}", period=done.period, edition=done.edition, digest=done.digest)
    return 0


def _look(voice: Voice, period: str, acting: Acting) -> int:
    """What waits, each figure beside the one in force, and how it is released."""
    from tongban.apps.editions.reviewing import review

    found = review(period, acting)
    if isinstance(found, Refused):
        return voice.refuse(found)
    waits, newest = found.month.proposal, found.month.newest
    assert waits is not None
    for each in found.changes:
        words = each.term.words
        said = [each.now or voice.words("edition.dropped_figure")]
        if newest is not None and each.changed:
            said.append(voice.words("edition.was", before=each.before or "–"))
        if each.redefined:
            said.append(voice.words("edition.redefined"))
        voice.write(f"{words.practice} · {words.title}: {'; '.join(said)}")
    if found.month.named:
        voice.say("edition.named", names=" ".join(found.month.named))
    look = "edition.look_why" if waits.why else "edition.look"
    voice.say(look, period=period, edition=waits.edition, why=waits.why, digest=waits.digest)
    return 0


def verify(voice: Voice, options: argparse.Namespace) -> int:
    """Needs no database and no home: whoever has the file and the county's public key can run it."""
    from tongban.kernel.edition.against import check_against
    from tongban.kernel.ledger.ed25519 import read_key

    keys: dict[str, bytes] = {}
    for given in options.key:
        key = read_key(given)
        if isinstance(key, Refused):
            return voice.refuse(key)
        keys[key[0]] = key[1]
    text = brought(options.file)
    if isinstance(text, Refused):
        return voice.refuse(text)
    newest = brought(options.list) if options.list else _newest(options.file)
    if isinstance(newest, Refused):
        return voice.refuse(newest)
    older = brought(options.corrects) if options.corrects else ""
    if isinstance(older, Refused):
        return voice.refuse(older)
    verdict = check_against(text, older, keys, newest, datetime.now(UTC))
    if options.json:
        voice.write(json.dumps(told(verdict), ensure_ascii=False, indent=2))
        return 0 if verdict.true else 1
    for step in verdict.steps:
        _say(voice, step)
        for found in step.findings:
            voice.find(named(found.refusal(), voice))
    _conclude(voice, verdict)
    return 0 if verdict.true else 1


def told(verdict: Verdict) -> Mapping[str, object]:
    """A verdict for programs: what the file says that it is, whether that is so, and each step."""
    edition = verdict.edition
    what: dict[str, object] = {"true": verdict.true, "sort": verdict.sort}
    if edition is not None:
        head = edition.head
        what |= {name: getattr(head, name) for name in ("county", "period", "edition", "corrects")}
        what |= {"digest": edition.digest, "figures": len(edition.figures)}
    steps = [
        {
            "step": each.name,
            "taken": each.taken,
            "facts": dict(each.facts),
            "findings": [{"code": one.code, "facts": dict(one.facts)} for one in each.findings],
        }
        for each in verdict.steps
    ]
    return {**what, "steps": steps}


def _conclude(voice: Voice, verdict: Verdict) -> None:
    """Of what file this was said, with the figures that hold; of one that is not believed nothing is repeated."""
    edition, sort = verdict.edition, verdict.sort
    if edition is None or sort == "false":
        voice.say("edition.false")
        return
    from tongban.kernel.edition.recount import definition_of

    head, language = edition.head, voice.language
    words = {
        each.hash: each.words.get(language) or next(iter(each.words.values())) for each in edition.definitions
    }
    average = {each.hash for each in edition.definitions if definition_of(each.text).kind == "average"}
    for each in edition.figures:
        said, counted = words[each.definition], each.county
        value = voice.words("edition.nothing")
        if counted.denominator:
            share = counted.numerator / counted.denominator
            value = f"{share:.2f}" if each.definition in average else f"{share * 100:.1f} %"
        title = f"{said.practice} · {said.title}"
        numbers = {"numerator": counted.numerator, "denominator": counted.denominator}
        voice.say("edition.figure", title=title, value=value, **numbers)
    listed = next((step for step in verdict.steps if step.name == "newest"), None)
    if sort == "true" and (listed is None or not listed.taken):
        sort = "true_unlisted"
    voice.say(
        f"edition.{sort}",
        county=head.county_name.get(language, head.county),
        period=head.period,
        edition=head.edition,
        n=len(edition.figures),
        at=listed.facts.get("at", "") if listed is not None else "",
        digest=edition.digest,
    )


def _say(voice: Voice, step: Step) -> None:
    """A step in a line. That of the list says as of when, and what is left says why."""
    if not step.taken:
        old = "list_before" if "released" in step.facts else "old_list" if "at" in step.facts else "no_list"
        voice.say(f"edition.{'first' if step.name == 'before' else old}", **step.facts)
    elif not step.good:
        voice.say(f"edition.wrong.{step.name}")
    elif step.name == "against":
        _say_beside(voice, step)
    elif step.name == "newest":
        voice.say("edition.newest", **step.facts)
    else:
        voice.say("edition.good", step=voice.words(f"edition.step.{step.name}", **step.facts))


def _say_beside(voice: Voice, step: Step) -> None:
    """What an earlier file shows, and each difference in a line."""
    if step.facts["linked"]:
        voice.say("edition.good", step=voice.words("edition.step.against", **step.facts))
    else:
        voice.say("edition.unlinked", **step.facts)
    changes = step.facts.get("changes", ())
    for each in changes if isinstance(changes, tuple) else ():
        if isinstance(each, Mapping):
            said = {name: each[name] for name in ("before", "now")}
            voice.say(f"edition.change.{each['what']}", figure=each["key"], **said)


def named(refused: Refused, voice: Voice) -> Refused:
    """A finding with the unit and the member of a value in words."""
    if refused.code != "edition.figure_differs":
        return refused
    key, unit, member = (str(refused.facts[name]) for name in ("key", "unit", "member"))
    of = voice.words("edition.others") if unit == "*" else unit
    words = {"key": f"{key} ({of})" if of else key, "member": voice.words(f"edition.member.{member}")}
    return Refused(refused.code, "", {**refused.facts, **words})


def brought(place: str) -> str | Refused:
    """The text of a file, or of what stands at an address."""
    if place.startswith(("http://", "https://")):
        return _fetched(place)
    try:
        return Path(place).read_bytes().decode()
    except (OSError, UnicodeDecodeError) as fault:
        return Refused("cli.cannot_read", place, because(fault, "said"))


def _fetched(address: str) -> str | Refused:
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - only http and https come here
            content = answer.read(LARGEST + 1)
        if len(content) > LARGEST:
            return Refused(
                "edition.address", "", {"address": address, "reason": "cause.too_large", "bound": LARGEST}
            )
        text: str = content.decode()
        return text
    except (OSError, HTTPException, ValueError) as fault:
        return Refused("edition.address", "", {"address": address, **because(fault)})


def _newest(place: str) -> str | Refused:
    """The list beside a file that came from an address; "" for a file: whoever has only that has no list."""
    if not place.startswith(("http://", "https://")):
        return ""
    from urllib.parse import urlsplit

    parts = urlsplit(place)
    return _fetched(f"{parts.scheme}://{parts.netloc}{LIST}")
