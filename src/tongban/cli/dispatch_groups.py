"""``tongban dispatch twins``, ``hot`` and ``precedents``: which cases may be the same matter as one, what many write
about, and what was adjudicated for matters to come, which can be revoked."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused


def twins(voice: Voice, options: argparse.Namespace) -> int:
    """The surest first; those taken for the same matter are marked. None at all is an answer too."""
    open_up()
    from tongban.apps.dispatch.finding import twins as found_for

    found = found_for(options.number, operator(voice.language))
    if isinstance(found, Refused):
        return voice.refuse(found)
    if options.json:
        voice.write_json(found)
        return 0
    for each in found:
        voice.say("dispatch.twin", number=each.number, sure=each.sure, title=each.title)
        taken = voice.words("dispatch.twin_taken") if each.taken else ""
        voice.write("  " + " · ".join(filter(None, (taken, each.place, each.stage, each.opened))))
        voice.write(f"  {each.why}")
    if not found:
        voice.say("dispatch.no_twins")
    return 0


def hot(voice: Voice, options: argparse.Namespace) -> int:
    """The hottest first, each with the numbers of its cases in JSON. None at all is an answer too."""
    since: date | None = None
    if options.since:
        try:
            since = date.fromisoformat(options.since)
        except ValueError:
            return voice.refuse(Refused("dispatch.since", "since", {"given": options.since[:40]}))
    open_up()
    from tongban.apps.supervision.hot import hot as hot_since
    from tongban.kernel.clock import LOCAL

    found = hot_since(operator(voice.language), datetime.combine(since, time(), LOCAL) if since else None)
    if isinstance(found, Refused):
        return voice.refuse(found)
    if options.json:
        voice.write_json(found)
        return 0
    for each in found.hotspots:
        voice.say(
            "dispatch.hotspot",
            heat=each.heat,
            people=each.people,
            cases=each.cases,
            open=each.open,
            title=each.title,
        )
        trend = voice.words(f"dispatch.trend.{each.trend}")
        voice.say(
            "dispatch.hotspot_span",
            first=each.first,
            last=each.last,
            trend=trend,
            lately=each.lately,
            before=each.before,
        )
        voice.write("  " + " · ".join((*each.places, *each.words)))
        for effort in each.efforts:
            voice.say(
                "dispatch.hotspot_taken_on",
                number=effort.number,
                title=effort.title,
                lead=effort.lead,
                n=len(effort.numbers),
            )
    if not found.hotspots:
        voice.say("dispatch.no_hot", since=found.since)
    return 0


def precedents(voice: Voice, options: argparse.Namespace) -> int:
    """All that were ever set, those in force first. None at all is an answer too."""
    open_up()
    from tongban.apps.dispatch.precedents import precedents as every

    found = every(operator(voice.language))
    if isinstance(found, Refused):
        return voice.refuse(found)
    if options.json:
        voice.write_json(found)
        return 0
    for each in found:
        voice.say("dispatch.precedent", category=each.category, division=each.division, unit=each.unit)
        state = voice.words(f"dispatch.precedent_state.{each.state}")
        told = {"number": each.number, "since": each.since, "by": each.by, "duty": each.duty}
        voice.say("dispatch.precedent_rests", state=state, **told)
        voice.say("dispatch.precedent_did", sent=each.sent, back=each.back)
    if not found:
        voice.say("dispatch.no_precedents")
    return 0


def revoke_precedent(voice: Voice, options: argparse.Namespace) -> int:
    """The step that ends it, taken by somebody who may, in their own name: what was adjudicated no machine ends."""
    open_up()
    from tongban.apps.casework.look import look
    from tongban.apps.casework.take import take
    from tongban.apps.dispatch.precedents import precedent
    from tongban.cli.people import signed_in

    acting = signed_in(voice, options.login)
    if isinstance(acting, Refused):
        return voice.refuse(acting)
    found = precedent(options.number, acting)
    if isinstance(found, Refused):
        return voice.refuse(found)
    kept, _ = found
    if kept.ended:
        return voice.refuse(Refused("routing.no_precedent", "number", {"number": kept.number}))
    page = look(kept.number, acting) if kept.revoke else Refused("")
    steps = () if isinstance(page, Refused) else page.steps
    form = next((each.fields for each in steps if each.id == kept.revoke), ())
    reason = next((each.id for each in form if each.kind == "text"), "")
    if not reason:
        return voice.refuse(Refused("dispatch.precedent_stays", "number", {"number": kept.number}))
    done = take(kept.number, kept.revoke, {reason: options.why}, acting)
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say("dispatch.precedent_revoked", number=kept.number)
    return 0
