"""The fields of a form: their kinds, their limits, and where their values are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from tongban.kernel.expression import MAX_SOURCE, Expression, Kind
from tongban.kernel.expression.kind import MAX_COUNT, MAX_WHOLE
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value


class FieldKind(Enum):
    """What a field takes. In brackets: what its value is in the ledger."""

    __hash__ = (
        object.__hash__
    )  # a member is only ever itself; the hash of Enum is slow, and tables go by kind

    line = "line"
    """One line of words, 200 characters at most unless ``max`` says otherwise [text]."""
    text = "text"
    """Words over several lines, 5,000 characters at most unless ``max`` says otherwise [text]."""
    choice = "choice"
    choices = "choices"
    """Several of ``choices``, in their order [tuple of text]."""
    flag = "flag"
    whole = "whole"
    """A whole number of ``unit`` [int]."""
    money = "money"
    """Yuan as written ("12.30"), kept as fen [int]; an int is fen already."""
    decimal = "decimal"
    """A number of ``unit`` as written ("6.5"), kept as hundredths [int]; an int is hundredths already."""
    date = "date"
    """A local day [text, 2026-03-01]."""
    moment = "moment"
    """An instant [text, 2026-03-01T06:30:00Z]; without an offset it is China's time."""
    phone = "phone"
    id_card = "id_card"
    """A resident identity number of 18 characters, GB 11643."""
    credit_code = "credit_code"
    """A unified social credit code, GB 32100-2015."""
    name = "name"
    """A person's name."""
    unit = "unit"
    units = "units"
    """Several units by their ids [tuple of text]."""
    division = "division"
    category = "category"
    duty = "duty"
    """An entry of a duty list, of the holder or of a unit named in the same form, by its code [text]."""
    case = "case"
    peer = "peer"
    """A county with which this one talks, by its code [text]."""
    code = "code"
    """A short code of something that no register here holds: a lamp post, a meter, a document [text]."""
    files = "files"
    """Attachments by their ids [tuple of text]."""
    rating = "rating"
    """1 to 5 [int]."""
    entry = "entry"
    """A row of a brought register, by its code [text]."""
    entries = "entries"
    """Several of them, by their codes [tuple of text]."""
    condition = "condition"
    """An expression over a row of the register ``of``: whom something is for [text]. Nobody is asked it."""


class Held(Enum):
    """Where a value is kept, from the most open place to the strictest."""

    __hash__ = object.__hash__  # as for FieldKind

    ledger = "ledger"
    """In the body of the event, for as long as the ledger is."""
    content = "content"
    """Beside the ledger, which holds a salted digest; it can be erased."""
    identity = "identity"
    """In the identity store, opened for a stated purpose and logged."""


class AskedOf(Enum):
    """Who is asked. What the office works out itself is never a resident's burden, nor theirs to decide."""

    everybody = "everybody"
    office = "office"
    """Whoever takes the step by a post. A requester neither sees the field nor may answer it."""
    nobody = "nobody"
    """What a register or an earlier answer says (``infer``), such as what was promised: nobody may say otherwise."""


class Says(Enum):
    """What a text of a step that is the work itself tells the requester: the parts of a complete reply."""

    deed = "deed"
    """what was done, found out or decided"""
    basis = "basis"
    """the rule, document or standard that it rests on"""
    remains = "remains"
    """what is still to be done"""
    whom_to_ask = "whom_to_ask"
    """who can be asked or turned to"""


class Told(Enum):
    """What the door says of the way by which a step came; nobody is asked it, and nobody may answer it."""

    channel = "channel"
    """a resident's own device, a code, a program, a post, a device of the office: one of the field's choices"""
    source = "source"
    """a digest of where it came from, so that many from one place can be seen without knowing the place"""


CHANNELS = ("web", "code", "api", "desk", "office")
"""A resident's own device, one that opened a code, a program, a post of the office, and a device of the office that says
to be a resident's."""


class Check(Enum):
    """Which days a date or moment may name, seen from today; today always passes."""

    none = "none"
    past = "past"
    future = "future"


OFFERS_OWNER = "duty"
"""What a field for a unit offers: the one whose duty list has the category of the matter."""
TAKER_UNIT = "taker.unit"
"""What a field may be filled in with beside facts: the unit by whose post the step is taken. Who acts for an office says so by their
post, and cannot say that it is another one."""
ENTRIES = (FieldKind.entry, FieldKind.entries)
"""Kinds that name rows of a brought register."""
HUNDREDTHS = (FieldKind.money, FieldKind.decimal)
"""Kinds that are written with a point and kept as a hundredfold, because no float survives every hand."""
NUMBERS = (FieldKind.whole, *HUNDREDTHS)
"""Kinds whose values are added up."""
_WRITTEN = (FieldKind.line, FieldKind.text)
_STRICTNESS: Mapping[Held, int] = {Held.ledger: 0, Held.content: 1, Held.identity: 2}
_HELD: Mapping[FieldKind, Held] = {
    FieldKind.line: Held.content,
    FieldKind.text: Held.content,
    FieldKind.files: Held.content,
    FieldKind.phone: Held.identity,
    FieldKind.id_card: Held.identity,
    FieldKind.name: Held.identity,
}
_EXPRESSION_KINDS: Mapping[FieldKind, Kind] = {
    FieldKind.choices: Kind.texts,
    FieldKind.files: Kind.texts,
    FieldKind.units: Kind.texts,
    FieldKind.entries: Kind.texts,
    FieldKind.flag: Kind.flag,
    FieldKind.whole: Kind.whole,
    FieldKind.money: Kind.whole,
    FieldKind.decimal: Kind.whole,
    FieldKind.rating: Kind.whole,
    FieldKind.moment: Kind.moment,
}
_DAYS = 36_525
"""Days of a hundred years: further from today no day is bounded."""
_MAX: Mapping[FieldKind, int] = {
    FieldKind.line: 200,
    FieldKind.text: 5_000,
    FieldKind.name: 50,
    FieldKind.choices: 100,
    FieldKind.files: 20,
    FieldKind.units: 100,
    FieldKind.entries: 100,
    FieldKind.rating: 5,
    FieldKind.condition: MAX_SOURCE,
    FieldKind.date: _DAYS,
    FieldKind.moment: _DAYS,
}
_MIN: Mapping[FieldKind, int] = {
    FieldKind.whole: -MAX_WHOLE,
    FieldKind.decimal: -MAX_WHOLE,
    FieldKind.money: 0,
    FieldKind.rating: 1,
}
_MOST: Mapping[FieldKind, int] = {
    FieldKind.text: 100_000,
    FieldKind.choices: 1_000,
    FieldKind.files: 1_000,
    FieldKind.units: 1_000,
    FieldKind.entries: 1_000,
    FieldKind.date: _DAYS,
    FieldKind.moment: _DAYS,
}
"""What ``max`` may not pass: the limits of expressions and of the store."""
_ID = re.compile(r"[a-z][a-z0-9_]{0,49}")


def stricter_or_equal(held: Held, other: Held) -> bool:
    """Whether ``held`` guards a value at least as well as ``other`` does."""
    return _STRICTNESS[held] >= _STRICTNESS[other]


class Field(Struct, frozen=True):
    """One thing that a form asks.

    ``min`` and ``max`` bound the characters of line, text and name, the number of choices and files,
    the value of whole, money (in fen), decimal (in hundredths) and rating, and of a day that is ahead or past how many days it may lie from today; None is the default of the kind. ``held`` None
    is the place of the kind. ``when`` decides whether the field is asked: it may name what is known
    of the case and, as ``given.<id>``, the fields before this one. ``infer`` names a known fact that
    answers the field when nobody did: entered once.
    """

    id: str
    kind: FieldKind
    required: bool = False
    choices: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    unit: str = ""
    check: Check = Check.none
    held: Held | None = None
    infer: str = ""
    offer: str = ""
    """A known fact that may be the answer, or ``duty``: offered beside the field, taken only by whoever answers."""
    when: Expression | None = None
    again: str = ""
    """Why a datum that is known already is asked again ("" for one that is not)."""
    asked_of: AskedOf = AskedOf.everybody
    inner: bool = False
    """Whether it is a word among colleagues: the requester is not shown it, and it is never published."""
    released_by: tuple[str, ...] = ()
    """The steps of which one must have been taken since it was answered, and before it was answered anew, for the requester to be shown it;
    none: they are shown it at once. It is never published."""
    official: bool = False
    """Whether it names somebody in office, their post or an office's telephone, which the law makes public: it is neither masked
    where it is published nor pointed out before."""
    recuses: bool = False
    """The units named here are what the matter is about: they and all below them have no part in the case."""
    handed_up: bool = False
    """Where the receiving unit is one of those, the nearest unit above that is none receives the case in its place."""
    says: Says | None = None
    """Which part of a reply it is; None for what is none in particular."""
    of: tuple[str, ...] = ()
    """The kinds of unit that may be named; all where none is said. Of an entry, its register."""
    placed: str = ""
    """Of units: the field with the division in which each must lie, or around which; "" for units anywhere."""
    among: str = ""
    """Of entries: a known list (``subject.papers``, ``facts.first_items``) of those that may be chosen; all where none is said."""
    where: Expression | None = None
    """Of entries: what must hold of a row that may be chosen, over ``row.<column>``, ``today`` and ``settings.<setting>``; None for every row."""
    like: tuple[str, ...] = ()
    """Of entries: the words, here or asked before, to which rows may be so alike that whoever answers should look at them."""
    doubts: tuple[tuple[str, Expression], ...] = ()
    """Of entries: by the code of its words, what makes a chosen row doubtful, over ``row.<column>`` and what is known with these answers. It stops nothing."""
    door: Told | None = None
    """What the door answers in the place of whoever takes the step; None for a field that people answer."""

    @property
    def place(self) -> Held:
        """Where the value is kept."""
        return _HELD.get(self.kind, Held.ledger) if self.held is None else self.held

    @property
    def least(self) -> int:
        return _MIN.get(self.kind, 0) if self.min is None else self.min

    @property
    def most(self) -> int:
        return _MAX.get(self.kind, MAX_WHOLE) if self.max is None else self.max

    @property
    def expression_kind(self) -> Kind:
        """What the field is in an expression. Dates are text: ISO days compare as they should."""
        if self.kind is FieldKind.whole and self.least >= 0 and self.most <= MAX_COUNT:
            return Kind.count
        return _EXPRESSION_KINDS.get(self.kind, Kind.text)


class Form(Struct, frozen=True):
    """What one step asks, in order."""

    id: str
    fields: tuple[Field, ...]

    def of_office(self) -> frozenset[str]:
        """Ids of the fields that a requester is not asked."""
        return frozenset(each.id for each in self.fields if each.asked_of is AskedOf.office)

    def of_nobody(self) -> frozenset[str]:
        """Ids of the fields that are only ever filled in."""
        return frozenset(each.id for each in self.fields if each.asked_of is AskedOf.nobody)

    def of_door(self) -> frozenset[str]:
        """Ids of the fields that the door answers."""
        return frozenset(each.id for each in self.fields if each.door is not None)

    def told_by(self, channel: str, source: str) -> Mapping[str, str]:
        """What a door answers; nothing of what it does not say."""
        said = {Told.channel: channel, Told.source: source}
        return {each.id: said[each.door] for each in self.fields if each.door is not None and said[each.door]}

    def told_by_post(self, unit: str) -> Mapping[str, str]:
        """What the post answers by which a step is taken; nothing for who has none."""
        return {each.id: unit for each in self.fields if unit and each.infer == TAKER_UNIT}

    def by_place(self, values: Facts) -> Mapping[Held, Mapping[str, Value]]:
        """The values of this form's fields by the place where each is to be kept; every place is there."""
        places: dict[Held, dict[str, Value]] = {Held.ledger: {}, Held.content: {}, Held.identity: {}}
        for asked in self.fields:
            if asked.id in values:
                places[asked.place][asked.id] = values[asked.id]
        return places


def check(form: Form) -> tuple[Refused, ...]:
    """Every fault of a form itself: ids, choices, limits, places looser than the kind's own (words may stand in the ledger where
    they are for everybody to read, which whoever knows the registers judges), a ``when`` that names a field not asked before, a required field that not everybody is asked, and a part of a reply
    that is no text which its reader may see."""
    faults: list[Refused] = []
    before: set[str] = set()
    for asked in form.fields:
        faults += _faults_of(asked, before)
        before.add(asked.id)
    return tuple(faults)


def _faults_of(asked: Field, before: set[str]) -> list[Refused]:
    faults = []
    default = _HELD.get(asked.kind, Held.ledger)
    most = _MOST.get(asked.kind, 10_000 if asked.kind in (FieldKind.line, FieldKind.name) else MAX_WHOLE)
    choosing = asked.kind in (FieldKind.choice, FieldKind.choices)
    if not _ID.fullmatch(asked.id):
        faults.append(Refused("form.field_id", asked.id))
    if asked.id in before:
        faults.append(Refused("form.field_twice", asked.id))
    twice = len(set(asked.choices)) != len(asked.choices)
    if choosing != bool(asked.choices) or twice or any(not 0 < len(one) <= 100 for one in asked.choices):
        faults.append(Refused("form.field_choices", asked.id, {"kind": asked.kind.value}))
    if not asked.least <= asked.most <= most:
        limits: Facts = {"min": asked.least, "max": asked.most, "most": most}
        faults.append(Refused("form.field_limits", asked.id, limits))
    if not stricter_or_equal(asked.place, default) and asked.kind not in _WRITTEN:
        places: Facts = {"held": asked.place.value, "least": default.value}
        faults.append(Refused("form.field_held", asked.id, places))
    if asked.required and asked.asked_of is not AskedOf.everybody:
        faults.append(Refused("form.field_asked_of", asked.id))
    if asked.asked_of is AskedOf.nobody and not asked.infer:
        faults.append(Refused("form.field_nobody", asked.id))
    if asked.infer == TAKER_UNIT and (
        asked.kind is not FieldKind.unit or asked.asked_of is not AskedOf.nobody
    ):
        faults.append(Refused("form.field_taker", asked.id))
    if asked.recuses and (
        asked.kind not in (FieldKind.unit, FieldKind.units) or asked.place is not Held.ledger
    ):
        faults.append(Refused("form.field_recuses", asked.id))
    if asked.handed_up and not asked.recuses:
        faults.append(Refused("form.field_recuses", asked.id))
    faults += _of_faults(asked)
    if asked.door is not None and (asked.required or asked.infer or asked.offer or not _told_right(asked)):
        faults.append(Refused("form.field_door", asked.id, {"kind": asked.kind.value}))
    if asked.says is not None and (asked.kind not in _WRITTEN or asked.inner or asked.place is Held.identity):
        faults.append(Refused("form.field_says", asked.id, {"kind": asked.kind.value}))
    for name in sorted(asked.when.names if asked.when else ()):
        if name.startswith("given.") and name.removeprefix("given.") not in before:
            faults.append(Refused("form.field_when", asked.id, {"name": name}))
    return faults


def _of_faults(asked: Field) -> list[Refused]:
    """``of`` names kinds of unit or, for an entry, the one register that it is of (of a condition, that of whose rows it speaks); only entries are chosen ``among`` others."""
    faults = []
    if asked.kind in (*ENTRIES, FieldKind.condition):
        if len(asked.of) != 1:
            faults.append(Refused("form.field_entry_of", asked.id))
    elif asked.of and asked.kind not in (FieldKind.unit, FieldKind.units):
        faults.append(Refused("form.field_of", asked.id))
    if asked.among and asked.kind not in ENTRIES:
        faults.append(Refused("form.field_among", asked.id))
    return faults


def _told_right(asked: Field) -> bool:
    """A channel is a choice of all channels there are; a source is a code that is kept with the identity, where it can be erased."""
    if asked.door is Told.channel:
        return asked.kind is FieldKind.choice and set(asked.choices) == set(CHANNELS)
    return asked.kind is FieldKind.code and asked.place is Held.identity
