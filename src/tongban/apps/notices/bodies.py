"""What a notice says: its line and what stands beneath, in the practice's own words and of what was so when it became due.

Nothing is kept of it. It is told again from the ledger for whoever may read it, so what was erased since is not in it. A
sentence that lacks a fact is left out, whole: see :func:`whole_sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tongban.apps.casework.leads import case_of
from tongban.apps.casework.party import of_another
from tongban.apps.casework.shown import is_shown, titled
from tongban.apps.notices.words import REQUESTER, plain_facts, subject
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.titles import TITLE, untitled
from tongban.apps.wording import Wording
from tongban.kernel.case import Case
from tongban.kernel.events import Event, Noticed, RatingAsked
from tongban.kernel.form import Field, FieldKind, mask_text
from tongban.kernel.procedure.evolve import RESERVED, evolve
from tongban.kernel.procedure.model import Kind
from tongban.kernel.value import Value
from tongban.library.texts import PLACEHOLDER, fill
from tongban.store import deliveries as store
from tongban.store.values import Given, contents

Key = tuple[str, int, int]
"""A notice: the chain of its case, the event and the how many-eth that followed from it."""
_PIECE = re.compile(r".+?(?:[。！？](?![”’」）])|[.!?](?=\s|$)\s*|$)", re.DOTALL)
_ENDS = re.compile(r"[\s。．.；;，,、]+$")
_WRITTEN = (FieldKind.text, FieldKind.line)


class Said(Struct, frozen=True):
    """``line`` is the practice's subject, ``body`` what it says beneath, "" where nothing of it can be told."""

    line: str
    body: str


class Moment(Struct, frozen=True):
    """A case as it stood when an event was through, with that event and all before it."""

    case: Case
    events: Sequence[Event]
    given: Given
    title: str

    @property
    def event(self) -> Event:
        return self.events[-1]


def said(here: Office, keys: Iterable[Key], language: str, now: datetime) -> Mapping[Key, Said]:
    """What these notices say to whoever they are for, in three queries however many they are. Who may read them is asked before.
    Who asked is told nothing that
    is kept among colleagues, and no numbers of others: as in a letter."""
    found: dict[Key, Said] = {}
    for key, then in moments(here, sorted(set(keys))).items():
        case, to = then.case, ""
        match then.event.follows[key[2]]:
            case Noticed(notice=notice, to=to):
                pass
            case RatingAsked(notice=notice):
                to = REQUESTER
            case _:
                continue
        wording = here.wording(case.adoption, language)
        kind = here.procedure(case.adoption).kinds[case.kind]
        found[key] = Said(
            subject(here, case, notice, to, language, now, then.event),
            body(then, notice, to, wording, kind, now),
        )
    return found


def short(here: Office, keys: Iterable[Key], language: str, now: datetime) -> Mapping[Key, str]:
    """What a message may carry beneath its line, over somebody else's lines: number, unit and due date; for what a case is about, the
    word for such cases. Nothing of a guarded practice."""
    found: dict[Key, str] = {}
    for key, then in moments(here, sorted(set(keys))).items():
        case = then.case
        follow = then.event.follows[key[2]]
        if case.practice in here.county.guarded or not isinstance(follow, Noticed | RatingAsked):
            continue
        to = follow.to if isinstance(follow, Noticed) else REQUESTER
        wording = here.wording(case.adoption, language)
        kind = here.procedure(case.adoption).kinds[case.kind]
        facts = plain_facts(case, then.event, to, wording, kind, now)
        facts["title"] = wording.of(f"kinds.{case.kind}", wording.title())
        found[key] = whole_sentences(wording.of(f"notices.{follow.notice}.body"), language, facts)
    return found


def body(then: Moment, notice: str, to: str, wording: Wording, kind: Kind, now: datetime) -> str:
    """The body of one notice with what was so then."""
    template = wording.of(f"notices.{notice}.body")
    case, language = then.case, wording.language
    facts = plain_facts(case, then.event, to, wording, kind, now)
    resident = to == REQUESTER
    title, first = _ENDS.sub("", then.title), then.events[0]
    if resident:
        title = "" if of_another(case, first, wording, kind) else titled(title, first, wording, kind)
    facts["title"] = title or untitled(wording, case.stage, case.kind)
    facts["stage"] = wording.stage(case.stage, case.outcome)
    if case.outcome:
        facts["outcome"] = wording.outcome(case.outcome)
    for name in PLACEHOLDER.findall(template):
        if name not in facts:
            facts[name] = _answer(name, then.events, then.given, wording, kind, resident=resident)
    return whole_sentences(template, language, facts)


def whole_sentences(template: str, language: str, facts: Mapping[str, str]) -> str:
    """The sentences of which every fact is there. What a sentence names and nobody knows would leave a hole in it: an answer that was
    not given or was erased, a day when no clock runs."""
    pieces: list[str] = _PIECE.findall(template)
    known = {name: value for name, value in facts.items() if value}
    told = (each for each in pieces if set(PLACEHOLDER.findall(each)) <= known.keys())
    return fill("".join(told), language, known).strip()


def _answer(
    name: str, events: Sequence[Event], given: Given, wording: Wording, kind: Kind, *, resident: bool
) -> str:
    """What was answered last, in words that fit into a sentence; "" for what was not answered, was erased, or is not this reader's."""
    for event in reversed(events):
        field = _asked(event, name, wording, kind)
        kept = given.get(event.seq, {}).get(name)
        value: Value = event.facts.get(name, kept.value if kept is not None else None)
        if event.step in RESERVED or field is None or value in (None, "", ()):
            continue
        if field.kind is FieldKind.files or (resident and not is_shown(field, event, events, wording, kind)):
            return ""
        case = case_of(field, value, wording.procedure.forms.values())
        words = written(case) if case else wording.value(name, value)
        if resident and field.kind in _WRITTEN and event.by.via != REQUESTER:
            words = mask_text(words)
        return _ENDS.sub("", words) if field.kind in _WRITTEN else words
    return ""


def _asked(event: Event, name: str, wording: Wording, kind: Kind) -> Field | None:
    """The field by which an event was answered."""
    form = wording.procedure.forms.get(wording.form_of(kind, event.step))
    own = next((each for each in form.fields if each.id == name), None) if form is not None else None
    return own or wording.field(name)


def moments(here: Office, keys: Sequence[Key]) -> dict[Key, Moment]:
    """How things stood when each of these notices became due; without those of cases that are there no longer."""
    if not keys:
        return {}
    chains = sorted({chain for chain, *_ in keys})
    events = store.events_until(here.journal, [(chain, seq) for chain, seq, _ in keys])
    given = contents(here.journal, chains)
    rows = here.rows(
        f"SELECT id::text, {TITLE} FROM store_case WHERE county = %s AND id = ANY(%s::uuid[])",  # noqa: S608 - constants
        [here.county.code, chains],
    )
    titles = {str(chain): str(title) for chain, title in rows}
    wanted: dict[str, dict[int, list[int]]] = {}
    for chain, seq, n in keys:
        wanted.setdefault(chain, {}).setdefault(seq, []).append(n)
    found: dict[Key, Moment] = {}
    for chain, sought in wanted.items():
        case: Case | None = None
        own = events.get(chain, ())
        for i, event in enumerate(own):
            case = evolve(case, event)
            for n in sought.get(event.seq, ()):
                found[chain, event.seq, n] = Moment(
                    case, own[: i + 1], given.get(chain, {}), titles.get(chain, "")
                )
    return {key: found[key] for key in keys if key in found}
