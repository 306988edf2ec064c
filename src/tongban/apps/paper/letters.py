"""Letters to the requester: written once from what the ledger holds, sealed, and set as often as somebody asks for them.

What a letter says is what was so when the step was taken. It tells nobody's identity; the name over it is set into the
requester's own copy alone and is no part of what is sealed. See decision 51.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.keeping import ALPHABET
from tongban.apps.casework.letters import Due, due_letters, title_of
from tongban.apps.casework.look import named
from tongban.apps.casework.whole import Whole, unasked, whole
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.paper.setting import typeset
from tongban.apps.wording import Wording, day, due_moment, say
from tongban.kernel.clock import derive, local_date
from tongban.kernel.commands import ActorKind
from tongban.kernel.events import ClockExtended, ClockResumed, ClockStarted, Resettled, Settled
from tongban.kernel.form import FieldKind, Held
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value
from tongban.library.assisted import ASSISTED
from tongban.library.texts import fill
from tongban.store.batch import Loaded
from tongban.store.identity import look as look_identity
from tongban.store.letters import Issued, issue, issued

CHECK_LENGTH = 16
OWN_COPY = "own_letter"
"""The purpose under which the requester's name is read for their own copy."""


class Letter(Struct, frozen=True):
    """An issued letter. ``check`` is what the public page is asked with; ``name`` who it is for, "" for everybody but them."""

    number: str
    check: str
    digest: str
    title: str
    text: Mapping[str, Value]
    name: str
    language: str


def letter(number: str, name: str, seq: int, acting: Acting) -> Letter | Refused:
    """The letter ``name`` that follows event ``seq`` of a case, for whoever may see the case.

    Written and sealed when somebody asks for it first. Refuses a case that is not this reader's to see, a letter that the
    practice does not have (``letter.unknown``), and one whose text was erased (``letter.erased``).
    """
    here = office()
    found = whole(number, acting, here)
    if isinstance(found, Refused):
        return found
    case = found.case
    due = next((d for d in due_letters(case, found.events, here) if (d.id, d.event.seq) == (name, seq)), None)
    if due is None:
        return Refused("letter.unknown", "letter", {"letter": name})
    wording = here.wording(case.adoption, acting.language)
    which: dict[str, Value] = {"letter": name, "event": seq, "language": acting.language}
    kept = issued(here.journal, case.id, **which) or _issue(found, due, which, wording, here, acting.now)
    if not kept.text:
        return Refused("letter.erased", "letter")
    return read(case.number, kept, _own_name(found, wording, here, acting))


def read(number: str, kept: Issued, name: str = "") -> Letter:
    """A letter of which the text is kept."""
    check, language = str(kept.facts["check"]), str(kept.facts["language"])
    return Letter(written(number), check, kept.digest, str(kept.text["title"]), kept.text, name, language)


def letter_after(here: Office, loaded: Loaded, seq: int, language: str, now: datetime) -> Issued | None:
    """The letter that follows event ``seq`` of a case, as the office itself issues it: sealed now if nobody asked for it yet. None
    where the practice has none; of several the first."""
    found = unasked(here, loaded)
    due = next((d for d in due_letters(found.case, found.events, here) if d.event.seq == seq), None)
    if due is None:
        return None
    which: dict[str, Value] = {"letter": due.id, "event": seq, "language": language}
    wording = here.wording(found.case.adoption, language)
    return issued(here.journal, found.case.id, **which) or _issue(found, due, which, wording, here, now)


def pdf(found: Letter, address: str, qr: str) -> bytes:
    """The letter as PDF/A-2a with the code that leads to ``address``, drawn as the SVG ``qr``."""
    page = say("month.page", found.language, n="\0", total="\0").split("\0")
    return typeset("letter", {**laid_out(found, address, qr), "page": page})


def laid_out(found: Letter, address: str, qr: str) -> Mapping[str, object]:
    """What the layout of a letter is handed; its ``missing`` characters are named where it stands by itself."""
    language = found.language
    addressee = found.name or say("letter.no_name", language)
    return {
        **{name: _listed(value) for name, value in found.text.items()},
        "language": "en" if language == "en" else "zh",
        "addressee": say("letter.to", language, name=addressee),
        "number_title": say("letter.number", language),
        "due_title": say("letter.due", language),
        "check_says": say("letter.check", language),
        "address": address,
        "digest": f"{say('letter.digest', language)} {found.digest[:16]}",
        "qr": qr,
        "qr_says": say("letter.qr", language),
        "missing_says": say("letter.missing", language),
        "missing": [],
    }


def _listed(value: Value) -> object:
    return [_listed(each) for each in value] if isinstance(value, tuple) else value


def _issue(found: Whole, due: Due, which: Facts, wording: Wording, here: Office, now: datetime) -> Issued:
    case, check = found.case, "".join(secrets.choice(ALPHABET) for _ in range(CHECK_LENGTH))
    signs = due.event.by.unit or case.home
    facts: dict[str, Value] = {
        "case": case.id,
        "unit": signs,
        "check": check,
        "day": local_date(due.event.at).isoformat(),
    }
    return issue(here.journal, case.id, which, facts, _text(found, due, signs, wording, here), now)


def _text(found: Whole, due: Due, signs: str, wording: Wording, here: Office) -> dict[str, Value]:
    """What the letter says, part by part, in plain values."""
    case, event, language = found.case, due.event, wording.language
    shown = _answers(found, due, wording)
    clocks = _clocks(due, wording, here)
    merged: dict[str, Value] = {
        "number": written(case.number),
        "day": day(event.at, language),
        "unit": here.names.unit(signs, language),
        "practice": wording.title(),
        "due": clocks[0][1] if clocks else "",
        "outcome": _outcome(found, due, wording),
        **{name: value for name, _, value in shown},
    }
    body = fill(wording.of(f"letters.{due.id}.body"), language, merged)
    return {
        "title": title_of(due.id, wording),
        "number": written(case.number),
        "day": day(event.at, language),
        "unit": here.names.unit(signs, language),
        "county": here.names.division(here.county.code, language),
        "practice": wording.title(),
        "paragraphs": tuple(line.strip() for line in body.splitlines() if line.strip()),
        "shows": tuple((label, value) for _, label, value in shown),
        "clocks": tuple((title, due_at, lines) for title, due_at, lines in clocks),
    }


def _outcome(found: Whole, due: Due, wording: Wording) -> str:
    """The outcome as it was when the letter's step was taken, "" for none."""
    outcome = ""
    for event in found.events:
        if event.seq <= due.event.seq:
            for each in event.follows:
                match each:
                    case Settled():
                        outcome = each.outcome
                    case Resettled():
                        outcome = ""
                    case _:
                        pass
    return wording.outcome(outcome) if outcome else ""


def _answers(found: Whole, due: Due, wording: Wording) -> list[tuple[str, str, str]]:
    """Field, label and answer of what the letter shows, as it was answered last up to its event."""
    told: list[tuple[str, str, str]] = []
    until = [event for event in found.events if event.seq <= due.event.seq]
    for name in due.spec.shows:
        for event in reversed(until):
            value = event.facts.get(name, found.contents.get((event.seq, name)))
            if value not in (None, "", ()):
                form = wording.form_of(wording.procedure.kinds[found.case.kind], event.step)
                label = wording.label(form, name, resident=True)
                told.append((name, label, wording.value(name, cast(Value, value))))
                break
    return told


def _clocks(due: Due, wording: Wording, here: Office) -> list[tuple[str, str, tuple[str, ...]]]:
    """Title, due moment and derivation of the letter's clocks that the event set, as it set them."""
    told: list[tuple[str, str, tuple[str, ...]]] = []
    for each in due.event.follows:
        if (
            not isinstance(each, ClockStarted | ClockExtended | ClockResumed)
            or each.clock not in due.spec.clocks
        ):
            continue
        if each.due is None:
            continue
        lines: Sequence[str] = ()
        if isinstance(each, ClockStarted):
            derived = derive(here.county.calendar, each.limit, due.event.at, (), ())
            lines = [_line(line.code, dict(line.facts), wording) for line in derived]
        when = due_moment(each.due, wording.language)
        told.append((wording.clock_plain(each.clock), when, tuple(lines)))
    return told


def _line(code: str, facts: dict[str, Value], wording: Wording) -> str:
    return say(code, wording.language, **named(facts, wording, wording.language))


def _own_name(found: Whole, wording: Wording, here: Office, acting: Acting) -> str:
    """The requester's name, for themselves alone; reading it is noted like every look."""
    if acting.actor.kind is not ActorKind.REQUESTER:
        return ""
    names = [
        field.id
        for form in wording.procedure.forms.values()
        for field in form.fields
        if field.kind is FieldKind.name
        and field.place is Held.identity
        and field.id in found.case.given
        and field.id not in ASSISTED
    ]
    if not names:
        return ""
    looked = look_identity(
        here.journal, found.case.id, names[:1], "requester", OWN_COPY, OWN_COPY, acting.now
    )
    return "" if isinstance(looked, Refused) else str(looked.get(names[0], ""))
