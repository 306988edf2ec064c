"""What was told, to whom and what became of it: on the page of a case, in a person's own list, and on the demo's telephone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import visible
from tongban.apps.notices import pretended
from tongban.apps.notices.bodies import Said, said
from tongban.apps.notices.channels import SMS, channels, pretends
from tongban.apps.notices.choices import Asked, of_case
from tongban.apps.notices.planning import PAPER, PERSON, REQUESTER, UNIT, has_phone
from tongban.apps.notices.proving import SERVED, proofs
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import visible as visible_among
from tongban.apps.wording import moment, say
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.clock.quiet import awake
from tongban.kernel.form import FieldKind, mask
from tongban.kernel.refusal import Refused
from tongban.store import deliveries as store
from tongban.store.batch import Stored
from tongban.store.deliveries import Delivery
from tongban.store.models import SendingRow

MOST = 100
_TONES = {"delivered": "kept", SERVED: "kept", "failed": "late", "unknown": "soon", PAPER: "soon"}
"""The colour of a state; any other is plain."""


class Line(Struct, frozen=True):
    """One notice for one of those it is for. ``text`` is its line and ``body`` what it says beneath, "" where nothing can be told or
    its words have gone. ``state`` in words; ``paper``: it waits to be handed over on paper; ``proved``: the ledger says that it
    was served, and ``letter`` with which letter."""

    at: datetime
    when: str
    who: str
    text: str
    way: str
    state: str
    tone: str
    number: str
    written: str
    seq: int
    n: int
    paper: bool
    served: bool
    proved: bool = False
    letter: bool = False
    body: str = ""


class OfCase(Struct, frozen=True):
    """Everything that was told about a case. ``proofs`` are what the ledger says of what was served, in words."""

    number: str
    lines: tuple[Line, ...]
    proofs: tuple[str, ...]


def told_of_case(number: str, acting: Acting) -> OfCase | Refused:
    """For people of the office. Refuses an unknown case and a reader who may not see it."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    rows = store.of_case(here.journal, case.id, MOST)
    served = proofs(here, case.id)
    lettered = {
        (said.get("seq"), said.get("n")) for said in map(Stored.facts, served) if "letter_seq" in said
    }
    lines = _lines(here, rows, {case.id: case.number}, acting)
    return OfCase(
        case.number,
        tuple(replace(each, letter=each.proved and (each.seq, each.n) in lettered) for each in lines),
        _proofs(here, served, acting.language),
    )


def told_requester(number: str, acting: Acting) -> tuple[tuple[Line, ...], Asked, str] | Refused:
    """For the requester: what was sent to them, what they chose, and why no message can come (``no_message``). Refuses a case
    that is not theirs."""
    here = office()
    case = _own(number, acting, here)
    if isinstance(case, Refused):
        return case
    rows = [row for row in store.of_case(here.journal, case.id, MOST) if row[0].whom == REQUESTER]
    lines = _lines(here, rows, {case.id: case.number}, acting)
    return lines, of_case(here, case.id) or Asked(""), _no_message(here, case)


def no_message(number: str, acting: Acting) -> str:
    """Why no text message about their case can come to the requester: the county sends none (``no_way``), or no number was left
    (``no_phone``); "" where messages come. A case that is not theirs has no number for them."""
    here = office()
    case = _own(number, acting, here)
    return "no_phone" if isinstance(case, Refused) else _no_message(here, case)


def _no_message(here: Office, case: Case) -> str:
    if SMS not in channels(here):
        return "no_way"
    return "" if has_phone(here, case) else "no_phone"


def _own(number: str, acting: Acting, here: Office) -> Case | Refused:
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    if loaded.case.id not in acting.actor.owns:
        return Refused("case.unknown", "number", {"number": number})
    return loaded.case


def own_list(acting: Acting) -> tuple[Line, ...]:
    """What somebody who works here was told, the latest first; of cases that are theirs to see no longer, the line alone."""
    here = office()
    rows = store.of_whom(here.journal, f"{PERSON}{acting.actor.person}", MOST)
    chains = sorted({each.chain for each, _ in rows})
    cases = {each.case.id: each.case.number for each in here.journal.load(ids=chains)}
    return _lines(here, rows, cases, acting, visible_among(here, acting, chains) if chains else set())


class Ringing(Struct, frozen=True):
    """A message on the demo's telephone; of a number only its ends are shown."""

    when: str
    kind: str
    to: str
    text: str


def telephone() -> tuple[Ringing, ...] | None:
    """What the demo's gateway was handed, the latest first; None where messages are real."""
    if not pretends(office()):
        return None
    return tuple(
        Ringing(f"{each.at.astimezone(LOCAL):%m-%d %H:%M}", each.kind, _masked(each.to), each.text)
        for each in reversed(pretended.messages())
    )


class Waits(Struct, frozen=True):
    """Notices that wait until ``at``. ``quiet``: it is night or a day of rest; else they wait for a window, to go out together."""

    at: datetime
    n: int
    quiet: bool


def waiting_next(now: datetime) -> Waits | None:
    """What goes out next of what waits for the morning or a window; None when nothing waits."""
    here = office()
    at = store.next_at(here.journal)
    if at is None or at <= now:
        return None
    return Waits(at, store.waiting_at(here.journal, at), awake(here.county.calendar, now) > now)


def _masked(to: str) -> str:
    if "@" in to:
        return f"{to[0]}…@{to.partition('@')[2]}"
    return mask(FieldKind.phone, to) if to else ""


def _lines(
    here: Office,
    rows: Sequence[tuple[Delivery, SendingRow | None]],
    numbers: Mapping[str, str],
    acting: Acting,
    readable: Collection[str] | None = None,
) -> tuple[Line, ...]:
    """Deliveries as lines, with what they say of cases that are ``readable``; None where all are. ``numbers`` are the cases' by id."""
    keys = [
        (each.chain, each.seq, each.n)
        for each, _ in rows
        if each.text and (readable is None or each.chain in readable)
    ]
    told = said(here, keys, acting.language, acting.now)
    return tuple(
        _line(
            here, each, message, numbers.get(each.chain, ""), acting, told.get((each.chain, each.seq, each.n))
        )
        for each, message in rows
    )


def _line(
    here: Office, each: Delivery, message: SendingRow | None, number: str, acting: Acting, told: Said | None
) -> Line:
    """``told`` is what the notice says to this reader, in their language; None where it is kept from them or has gone. What has
    legal weight keeps the line that went out: its digest is proved."""
    language = acting.language
    state = each.dropped or (message.state if message is not None else "waits")
    at = (message.ended or message.accepted or message.made) if message is not None else each.at
    words = say(f"notices.state.{state}", language, when=moment(each.at, language, acting.now))
    channel = message.channel if message is not None else each.channel
    return Line(
        at=at,
        when=moment(at, language, acting.now),
        who=_who(here, each.whom, language),
        text=told.line
        if told is not None and not each.served
        else each.text or say("notices.text_gone", language),
        way=say(f"notices.way.{channel.partition('/')[0]}", language)
        if channel and message is not None
        else "",
        state=words,
        tone=_TONES.get(state, "rest"),
        number=number,
        written=written(number) if number else "",
        seq=each.seq,
        n=each.n,
        paper=each.served and state == PAPER,
        served=each.served,
        proved=each.served and state == SERVED,
        body=told.body if told is not None else "",
    )


def _who(here: Office, whom: str, language: str) -> str:
    if whom == REQUESTER:
        return say("story.requester", language)
    if whom.startswith(UNIT):
        return say("notices.group_of", language, unit=here.names.unit(whom.removeprefix(UNIT), language))
    return here.names.person(whom.removeprefix(PERSON), language)


def _proofs(here: Office, served: Sequence[Stored], language: str) -> tuple[str, ...]:
    """What the ledger says of what was served about a case."""
    found = []
    for note in served:
        facts = note.facts()
        way = say(f"notices.way.{facts.get('way', '')}", language)
        by = str(facts.get("by", ""))
        who = here.names.person(by, language) if by else say("notices.gateway", language)
        digest = str(facts.get("text", ""))[:16]
        found.append(
            say("notices.proof", language, when=moment(note.at, language), way=way, who=who, digest=digest)
        )
    return tuple(found)
