"""What a clerk is offered for a message: category, division and unit, each with its reason.

An offer, never a decision: every part can be overruled. What the clerk chooses instead is the next
training's example; what she leaves standing is one only when a unit has taken the case. Nothing here reads or writes a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct, field

from tongban.apps.dispatch.characters import alike, joined
from tongban.apps.dispatch.classifier import SURE_ENOUGH, Classifier, Guess, looked
from tongban.apps.dispatch.kinds_of_place import kind_of
from tongban.apps.dispatch.landmarks import only_where
from tongban.apps.dispatch.place import Gazetteer
from tongban.apps.dispatch.scheme import Scheme, path_of
from tongban.apps.dispatch.took import UnitGuess, Units, Unlearnt
from tongban.kernel.county import County, Level
from tongban.kernel.procedure.model import RoutingRule
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import Routed, may_hold, route
from tongban.kernel.value import Value

ALTERNATIVES = 3
TWO = 2
APART = 0.8
"""How sure a sentence must be of another first level than a whole that is sure of its own, unless the message says that there
is something else: at 0.5 a third of all real messages about one matter would be taken for two."""
FURTHER = 0.4
"""How sure a sentence must be that comes after those words, where the whole is sure of its own."""
UNITS_LOOKED_AT = 10
SHORT, SURE_WHEN_SHORT = 8, 0.8
"""In so few characters one word decides alone (派出所): then it must be surer to be offered as sure."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Before any precedent: where nobody says when it is."""
WORTH_SHOWING = 0.02
"""The least confidence of an alternative."""

_FURTHER = re.compile(r"另外|还有一件|此外|第二件事|顺便")
"""What begins a second matter."""
_SENTENCE = re.compile(rf"[。！？；;!?\n]+|{_FURTHER.pattern}")
_SENTENCES = 6
_SHORTEST_SENTENCE = 6


class Message(Struct, frozen=True):
    """What was said. ``place`` is the place in the requester's words, ``division`` a code that was chosen."""

    title: str = ""
    body: str = ""
    place: str = ""
    division: str = ""


class Registers(Struct, frozen=True):
    """What a suggestion is made from. ``values`` is what the practice's routing rules may name besides."""

    classifier: Classifier
    scheme: Scheme
    gazetteer: Gazetteer
    county: County
    rules: tuple[RoutingRule, ...] = ()
    now: datetime = LONG_AGO
    """when precedents are asked for"""
    units: Units = field(default_factory=Unlearnt)
    values: Mapping[str, Value | datetime] = field(default_factory=dict)


class Option(Struct, frozen=True):
    """A category that may be meant, with the titles of all levels."""

    category: str
    title: str
    confidence: float
    because: tuple[str, ...] = ()


class Suggestion(Struct, frozen=True):
    """``category`` is "" when the classifier abstains; ``alternatives`` are then still the likeliest leaves.
    Where single sentences are about something else than the whole, that stands first among them.

    ``division_because`` are the words that named the division ("" when it was chosen, not found).
    ``elsewhere`` is another county, in full, of which a place is named (``elsewhere_because``) and none of ours: whoever
    reads it decides whether the matter is theirs, so no unit is named.
    ``unit`` with ``rule`` and ``duty`` is empty without a category; ``refused`` says why routing found
    nobody. ``before`` are units that took such matters before, likeliest first: a help where ``duty`` is
    empty, since then no list names the matter. A unit that a hard rule forbids is not among them.
    """

    category: str = ""
    title: str = ""
    confidence: float = 0.0
    because: tuple[str, ...] = ()
    alternatives: tuple[Option, ...] = ()
    division: str = ""
    division_because: str = ""
    unit: str = ""
    rule: str = ""
    duty: str = ""
    precedent: str = ""
    """the number of the adjudicated case that the unit rests on"""
    refused: Refused | None = None
    before: tuple[UnitGuess, ...] = ()
    elsewhere: str = ""
    elsewhere_because: str = ""
    matters: tuple[str, ...] = ()
    """the categories of both where it may be two matters: what the whole is about and what a single sentence surely is
    besides, or what two sentences surely are where the whole abstains"""
    doubted: str = ""
    """the category that the words alone would be, and that is of the town where the place is a village or the reverse"""
    place: str = ""
    """the name of that place, as the register has it, and ``kind`` its kind (see ``kinds_of_place``)"""
    kind: str = ""

    @property
    def abstains(self) -> bool:
        return not self.category


def suggest(message: Message, registers: Registers, threshold: float = SURE_ENOUGH) -> Suggestion:
    """The suggestion for one message; an empty one when the message says nothing."""
    text = joined(message.title, message.body)
    if len(text.strip()) < SHORT:
        threshold = max(threshold, SURE_WHEN_SHORT)
    where = placed(message, registers)
    division = where.division
    kind = kind_at(division, registers)
    look = looked(registers.classifier, text).at(kind)
    sure = look.suggest(1, threshold)
    likely = look.suggest(ALTERNATIVES + 1, 0.0)
    doubted = look.doubted()
    best = option(sure[0], registers.scheme) if sure else Option("", "", 0.0)
    apart = matters_apart(message, best.category, registers.classifier, kind)
    found = {
        each.category: option(each, registers.scheme)
        for each in (*apart, *likely)
        if each.category != best.category and each.confidence >= WORTH_SHOWING
    }
    others = tuple(found.values())
    found_unit = _unit("" if where.elsewhere else best.category, division, registers)
    routed = Routed("", "") if isinstance(found_unit, Refused) else found_unit
    return Suggestion(
        best.category,
        best.title,
        best.confidence,
        best.because,
        others[:ALTERNATIVES],
        division,
        where.because,
        routed.unit,
        routed.rule,
        routed.duty,
        routed.precedent,
        found_unit if isinstance(found_unit, Refused) else None,
        took_before("" if where.elsewhere else best.category, division, registers),
        where.elsewhere,
        where.elsewhere_because,
        both(best.category, [each.category for each in apart if each.category in found]),
        doubted,
        registers.gazetteer.divisions[division].name if doubted else "",
        kind if doubted else "",
    )


def kind_at(division: str, registers: Registers) -> str:
    """Whether a division is a village or a part of the town, by its name in the register; "" above that level."""
    known = registers.gazetteer.divisions.get(division)
    return kind_of(known.name) if known is not None and known.level is Level.VILLAGE else ""


def took_before(category: str, division: str, registers: Registers) -> tuple[UnitGuess, ...]:
    """Units that took such matters before and may take this one; none without a category."""
    if not category:
        return ()
    likely = registers.units.likely(
        matter_of(category, division, registers.scheme, registers.county), UNITS_LOOKED_AT
    )
    may = (each for each in likely if may_hold(registers.county, each.unit, category, "lead") is None)
    return tuple(may)[:ALTERNATIVES]


def matter_of(category: str, division: str, scheme: Scheme, county: County) -> Mapping[str, str]:
    """What units are learnt from: the titles of the category's levels, and the codes of the places around."""
    around = [code for code in county.division_chain(division) if code != county.code]
    found = {
        f"category.{n}": scheme.categories[code].title
        for n, code in enumerate(path_of(category), 1)
        if code in scheme.categories
    }
    return {**found, **{f"place.{n}": code for n, code in enumerate(around)}}


def matters_apart(message: Message, best: str, classifier: Classifier, kind: str = "") -> list[Guess]:
    """What single sentences are surely about, and the whole is not: one matter besides the whole's, or two where the whole
    abstains. Two problems in one message are what makes it abstain. Empty where there is one matter."""
    parts = _sentences(message.body)
    if len(parts) < TWO:
        return []
    found: dict[str, Guess] = {}
    own, missing = (path_of(best)[0], TWO - 1) if best else ("", TWO)
    usual = SURE_ENOUGH if not best or says_more(message) else APART
    for part, further in parts[:_SENTENCES]:
        enough = FURTHER if further and best else usual
        look = looked(classifier, joined("", part)).at(kind)
        field = look.surely(enough)
        if field not in ("", own) and field not in found:
            found[field] = look.suggest(1, enough)[0]
        if len(found) == missing:
            return list(found.values())
    return []


def _sentences(body: str) -> list[tuple[str, bool]]:
    """The sentences that say something, and whether each comes after the message said that it goes on to something else."""
    begun = _FURTHER.search(body)
    cut = begun.end() if begun is not None else len(body)
    every = [
        (part, further)
        for text, further in ((body[:cut], False), (body[cut:], True))
        for part in _SENTENCE.split(text)
    ]
    return [
        (part, further)
        for part, further in every
        if len(part) >= _SHORTEST_SENTENCE and not only_where(alike(part))
    ]


def says_more(message: Message) -> bool:
    """Whether a message says itself that it goes on to something else."""
    return _FURTHER.search(message.body) is not None


def both(best: str, others: Sequence[str]) -> tuple[str, ...]:
    every = (*filter(None, [best]), *others)
    return every if len(every) == TWO else ()


def option(guess: Guess, scheme: Scheme) -> Option:
    """A guess with the titles of all its levels."""
    return Option(guess.category, scheme.title(guess.category), guess.confidence, guess.because)


class Where(Struct, frozen=True):
    """The division of a message and the words that named it ("" when it was chosen), or the county that it names instead."""

    division: str = ""
    because: str = ""
    elsewhere: str = ""
    elsewhere_because: str = ""


def placed(message: Message, registers: Registers) -> Where:
    """The chosen division, or a smaller one within it that the text names; else what the text names, ours or not."""
    found, other = registers.gazetteer.look(message.place, message.title, message.body)
    if found is None:
        away = other if not message.division else None
        return Where(message.division) if away is None else Where("", "", away.county, away.words)
    if message.division and message.division not in registers.county.division_chain(found.code):
        return Where(message.division)
    if message.division == found.code:
        return Where(message.division)
    return Where(found.code, found.words)


def _unit(category: str, division: str, registers: Registers) -> Routed | Refused:
    """Unit by the practice's rules, or why they found nobody; nowhere without a category."""
    if not category or not registers.rules:
        return Routed("", "")
    values = {
        **registers.values,
        "facts.category": category,
        "facts.division": division,
        "case.division": division,
    }
    return route(registers.rules, registers.county, category, division, values, registers.now)
