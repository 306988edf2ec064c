"""What the doors show of cases: plain values, words already in the reader's language.

Query code hands over ready strings, because turning rows into words in a template costs several
times what it costs here (measured), and because one place then decides what is masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from tongban.apps.wording import Tone
from tongban.kernel.procedure.drawing import Drawing
from tongban.kernel.refusal import Refused
from tongban.library.texts import Words


class ClockView(Struct, frozen=True):
    """One clock lap in words. ``share`` is elapsed over promised, 0..1000 per mille, capped for the drawing."""

    id: str
    title: str
    tone: Tone
    words: str
    """"还有 2 天" / "超期 3 小时" / "按时" …"""
    due: str
    """the due moment in local words, "" while suspended"""
    share: int
    promise: bool
    to_requester: bool
    """whether it is promised to the requester; what a subcase promises may be between offices"""
    running: bool
    own: bool
    """whether it is the requester's time that runs"""
    provisional: bool
    source: str
    """the document that the limit rests on"""
    limit: str = ""
    """what was promised: "5 个工作日，还剩 2 个" """
    due_at: datetime | None = None
    """for programs"""


class PromiseView(Struct, frozen=True):
    """One thing that was promised to the requester, in their words: "派给承办单位".

    ``coming``: it has no date yet; this says when there will be one, and the longest it may take then.
    """

    what: str
    tone: Tone
    words: str
    due: str
    running: bool = False
    coming: str = ""


class Fact(Struct, frozen=True):
    label: str
    value: str
    long: bool = False
    practice: str = ""
    """the id of an adopted practice that the answer names; "" for any other answer"""
    case: str = ""
    """the number of a case that the answer names; "" for any other answer"""


class StoryLine(Struct, frozen=True):
    """One event in words. ``mine`` marks what the reader did; ``system`` what nobody did by hand; ``put_down`` says when it
    was entered, if that was long after it happened."""

    when: str
    what: str
    who: str
    facts: tuple[Fact, ...]
    follows: tuple[str, ...]
    mine: bool = False
    system: bool = False
    put_down: str = ""
    at: datetime | None = None
    """for programs"""
    same: tuple[str, ...] = ()
    """numbers of other cases that found the same already, for which nothing was opened"""


class Option(Struct, frozen=True):
    """A choice. ``group`` is what it lies within: a township, a first-level category; "" for none."""

    value: str
    label: str
    group: str = ""


class FieldView(Struct, frozen=True):
    """A form field ready to draw. ``value`` is what was entered or is known; ``fault`` what is wrong with it."""

    id: str
    kind: str
    label: str
    help: str
    required: bool
    one_of: int = 0
    """of how many fields, this among them, at least one is needed; 0 where each is asked by itself"""
    options: tuple[Option, ...] = ()
    value: str = ""
    values: tuple[str, ...] = ()
    longest: int = 0
    measure: str = ""
    """what a number counts, in words: minutes, households"""
    fault: str = ""
    fix: str = ""
    doubt: str = ""
    """what to look at again in an answer that would be taken as it is"""
    shown: str = ""
    """the value as people read it: the name of a unit, division or category, the words of a choice, else the value itself"""
    register: str = ""
    """the title of the register that the value comes from"""
    offer: Option | None = None
    """a known fact that may be the answer, to be taken by one click"""
    offer_follows: str = ""
    """the field of the same form that the offer repeats: what is answered there is what is offered here"""
    nearest: tuple[Option, ...] = ()
    """choices that come nearest to what was typed and is none: one of them can be picked"""
    only_if: str = ""
    """the label of the box that must be ticked for this to be asked; "" for a field asked in any case"""
    opens: bool = False
    """whether it is such a box, and the fields that it asks for come next"""
    closes: bool = False
    """whether it is the last of those"""
    idle: bool = False
    """whether the answers so far do not ask for it"""
    doubting: bool = False
    """whether what is chosen here may be pointed out as doubtful, by what else is answered"""
    hangs_on: tuple[str, ...] = ()
    """the fields of the same form whose answers say whether it is asked"""
    first: str = ""
    """the label of the field that says among what may be chosen here, as long as it is not answered; "" for none"""


class Foreseen(Struct, frozen=True):
    """What a step would bring: the stage it leads to, and its consequences in words.

    ``wide``: the category is too wide to be routed by, so that only the unit of last resort takes the case.
    """

    stage: str
    follows: tuple[str, ...]
    wide: bool = False
    otherwise: tuple[str, ...] = ()
    """what speaks for another unit than the one chosen by hand"""
    doubts: tuple[Words, ...] = ()
    """what to look at again before it is done, though it stops nothing"""


class ColumnView(Struct, frozen=True):
    """A column of the table that a step comes with."""

    id: str
    label: str
    required: bool


class StepView(Struct, frozen=True):
    """A step that the reader could take now; ``blocked`` says why not, in words, "" when nothing stands in the way.

    ``tried`` marks the step of a refused attempt, ``says`` what is wrong with it beyond its fields.
    """

    id: str
    title: str
    help: str
    fields: tuple[FieldView, ...]
    blocked: str = ""
    fix: str = ""
    hint: str = ""
    """the same remedy, "" where it only says to look at the page, for who is looking at it"""
    main: bool = False
    awaited: bool = False
    """whether it is what the stage waits for, though something that the reader can do something about is in its way"""
    tried: bool = False
    says: tuple[Words, ...] = ()
    foreseen: Foreseen | None = None
    """what the main step would bring as its form stands; None when that cannot be said yet"""
    answers: bool = False
    """whether it answers the requester: what it tells is looked at before it is sent"""
    checks: bool = False
    """whether it passes judgement on such an answer"""
    table: tuple[ColumnView, ...] = ()
    """the columns of the table that comes with it; none for a step without one"""


class RelatedView(Struct, frozen=True):
    number: str
    title: str
    unit: str
    stage: str
    settled: bool


class CasePage(Struct, frozen=True):
    """A whole case as one reader may see it."""

    id: str
    number: str
    title: str
    practice: str
    kind: str
    stage: str
    plain: str
    """where the case stands, in the resident's words"""
    holder: str
    waits_on: str
    waits_for: str
    """who is waited for and what for: "热线中心审核员：审核通过"; "" when the case waits for nothing"""
    nobody: Words | None
    """that nobody could go on with it where it stands, for offices alone (its ``says``); None where somebody could"""
    sample: str
    """whether chance chose the case to be called, for those who call; "" for everybody else"""
    opened: str
    opened_at: datetime
    outcome: str
    ending: str
    """who ended it, where it ended otherwise than by being handled: "诉求人本人"; "" elsewhere"""
    settled: bool
    promise: ClockView | None
    promises: tuple[PromiseView, ...]
    clocks: tuple[ClockView, ...]
    drawing: Drawing
    facts: tuple[Fact, ...]
    story: tuple[StoryLine, ...]
    steps: tuple[StepView, ...]
    subcases: tuple[RelatedView, ...] = ()
    parent: RelatedView | None = None
    joined: RelatedView | None = None
    followers: tuple[RelatedView, ...] = ()
    """cases that are handled with this one, for offices alone"""
    lent: int = 0
    """how many mandates were given on it"""
    fixed: int = 0
    """how many boards were counted for it, for offices alone"""
    visits: int = 0
    """how often the requester came in person"""
    part_of: tuple[Fact, ...] = ()
    """what the whole says that it is a part of"""
    under: RelatedView | None = None
    """the case that it was placed under"""
    placed: tuple[RelatedView, ...] = ()
    """those that were placed under it"""
    photos: tuple[str, ...] = ()
    """attachment ids that the reader may open"""
    titles: Mapping[str, str] = field(default_factory=dict)
    """the practice's own words, for the drawing"""
    identity: tuple[Option, ...] = ()
    """what is known of the requester and masked here: fields and labels, no values"""
    erased: tuple[str, ...] = ()
    """labels of what was known of the requester and is erased; told of a case that is settled"""
    provable: bool = False
    """whether a telephone number was given: with it the requester proves that the case is theirs"""
    category: str = ""
    division: str = ""
    practice_id: str = ""
    adoption: str = ""
    """the version of the practice that the case follows"""
    received: bool = False
    """whether the reader's own unit received the case"""
    called: str = ""
    """what the practice calls whoever brings such a case, as a heading; "" for the usual word"""
    open_below: int = 0
    """how many of its subcases are not settled, for offices alone"""
    costs: tuple[str, ...] = ()
    """what the step that it waits for would cost those below, for who looks on"""
    heard: bool = False
    """whether a practice of the county opens something when such a case settles, and this one has"""
    told: str = ""
    """what was written when the case was opened, without the requester's identity"""
    helped: bool = False
    """whether somebody filled it in for the requester"""
    letters: tuple[LetterView, ...] = ()
    """what the requester has in writing"""


class Looked(Struct, frozen=True):
    """Somebody opened the identity of a case's requester. ``purpose`` is a code of the closed list; ``times``: how often one after
    another, the last time ``when``."""

    when: str
    who: str
    purpose: str
    why: str
    times: int = 1


class Row(Struct, frozen=True):
    """A line of a worklist, the clock first."""

    number: str
    title: str
    tone: Tone
    clock: str
    due: str
    stage: str
    holder: str
    place: str
    category: str
    opened: str
    due_at: datetime | None
    """for programs, as is ``opened_at``: words tell no year and follow the language"""
    opened_at: datetime


class LetterView(Struct, frozen=True):
    """A letter there is to a case: its id, the event that it follows, its title and day."""

    id: str
    seq: int
    title: str
    day: str


class Worklist(Struct, frozen=True):
    """A page of a list. ``late``, ``soon`` and ``total`` are None where nobody counted: what is found by words is
    read only as far as it is shown."""

    rows: tuple[Row, ...]
    late: int | None
    soon: int | None
    total: int | None
    older: str
    """cursor of the next page, "" at the end"""


class Tally(Struct, frozen=True):
    """How many cases a list holds and how many of them are late; counted up to a thousand."""

    view: str
    late: int
    soon: int
    total: int


class Taken(Struct, frozen=True):
    """A step was taken. ``again`` marks a retried request that had been acted on before."""

    number: str
    case_id: str
    adoption: str
    stage: str
    to: str
    events: int
    due: datetime | None
    warnings: tuple[Refused, ...] = ()
    untaken: tuple[Refused, ...] = ()
    """where it went and nobody could go on with it, for the office alone"""
    again: bool = False
    says: str = ""
    """what happened, in the words of the practice"""


class Line(Struct, frozen=True):
    """One line of a deadline's derivation."""

    code: str
    words: str


class Opening(Struct, frozen=True):
    """A way to open a case that somebody may use: a step of a kind of a practice, with its titles.

    ``inner``: such cases run between offices, no requester has a part in them.
    """

    practice: str
    kind: str
    step: str
    title: str
    practice_title: str
    help: str
    adoption: str
    inner: bool = False


class Explained(Struct, frozen=True):
    """How a due date came about, line by line with its sources."""

    clock: str
    title: str
    lap: int
    due: str
    lines: tuple[Line, ...]
    due_at: datetime | None
