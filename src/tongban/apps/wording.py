"""Puts words for what the kernel says: stages, steps, answers, clocks, events. One place for every door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol, cast

from msgspec import Struct

from tongban.apps.measures import number
from tongban.apps.refusal_wording import refusal_in_words
from tongban.apps.saying_conditions import said as said_condition
from tongban.kernel.case import ClockState
from tongban.kernel.clock import LOCAL, Calendar, Limit, Unit, elapsed, last_date, local_date, promised
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.procedure.model import DROPPED, Kind, Procedure, Who
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.practice import Practice
from tongban.library.texts import Words, product_texts

SOON = timedelta(hours=24)
_WEEKDAYS = "一二三四五六日"
Tone = Literal["late", "soon", "kept", "rest"]
"""How a clock stands: the state colour and its word always go together."""


class Names(Protocol):
    """Names of what the registers know, in a language; the id itself where a register has no name."""

    def unit(self, unit: str, language: str) -> str: ...
    def division(self, code: str, language: str) -> str: ...
    def category(self, code: str, language: str) -> str: ...
    def person(self, person: str, language: str) -> str: ...
    def duty(self, code: str, language: str) -> str: ...
    def entry(self, register: str, code: str, language: str) -> str: ...
    def peer(self, code: str, language: str) -> str: ...
    def precedent(self, number: str) -> tuple[datetime, str] | None: ...


def say(key: str, language: str, **facts: Value) -> str:
    return product_texts().say(key, language, **facts)


def moment(at: datetime, language: str, now: datetime | None = None) -> str:
    """ "3月9日 14:05", with the year where it is not this one."""
    local = at.astimezone(LOCAL)
    this_year = now is not None and now.astimezone(LOCAL).year == local.year
    if language == "en":
        return f"{local.day} {local:%b}{'' if this_year else f' {local.year}'}, {local:%H:%M}"
    year = "" if this_year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?: ([0-9]{2}:[0-9]{2}))?")
"""A local day, or minute, as the kernel writes it."""


def dated(text: str, language: str) -> str:
    """Local dates or moments as the kernel tells them, in the reader's words: 2026年11月30日, 30 Nov 2026."""
    if ";" in text:
        return ("、" if language != "en" else ", ").join(dated(each, language) for each in text.split(";"))
    found = ISO.fullmatch(text)
    if found is None:
        return text
    day = date(int(found[1]), int(found[2]), int(found[3]))
    time = f" {found[4]}" if found[4] else ""
    if language == "en":
        return f"{day.day} {day:%b} {day.year}{time}"
    return f"{day.year}年{day.month}月{day.day}日{time}"


def day(at: datetime, language: str) -> str:
    """The local day of a moment, for everybody to read: without the hour, which could tell who it was."""
    return dated(local_date(at).isoformat(), language)


def due_day(due: datetime, language: str) -> str:
    """The last day of a due moment."""
    return dated((last_date(due) if ends_a_day(due) else local_date(due)).isoformat(), language)


def ends_a_day(at: datetime) -> bool:
    """Whether a due moment is the end of a day, as limits in days have it."""
    local = at.astimezone(LOCAL)
    return (local.hour, local.minute) == (0, 0)


def due_moment(at: datetime, language: str, now: datetime | None = None) -> str:
    """A due moment as people say it, with its weekday: the end of the last day, so that nobody takes the day
    before for it; day and time otherwise; the year where it is not this one."""
    whole = ends_a_day(at)
    local = datetime.combine(last_date(at), time(), LOCAL) if whole else at.astimezone(LOCAL)
    this_year = now is not None and now.astimezone(LOCAL).year == local.year
    clock = f"{local:%H:%M}"
    if language == "en":
        day = f"{local:%a} {local.day} {local:%b}{'' if this_year else f' {local.year}'}"
        return f"end of {day}" if whole else f"{day}, {clock}"
    year, weekday = "" if this_year else f"{local.year}年", _WEEKDAYS[local.weekday()]
    return f"{year}{local.month}月{local.day}日 周{weekday} {'24时' if whole else clock}"


class ClockWords(Struct, frozen=True):
    """How a clock stands, in words, with the tone of its colour and the share used (per mille).

    ``limit`` is what was promised; of working days also how many are left or passed.
    """

    tone: Tone
    words: str
    due: str
    share: int
    limit: str


def clock_words(state: ClockState, calendar: Calendar, now: datetime, language: str) -> ClockWords:
    """A lap of a clock in words. Used time is counted in the clock's own unit, what is left as everywhere."""
    unit = state.limit.unit
    due = due_moment(state.due, language, now) if state.due is not None else ""
    total = promised(state.limit) + sum(promised(each) for each in state.extensions)
    used = elapsed(calendar, unit, state.started, state.ended or now, state.spans)
    share = min(1000, used * 1000 // total) if total else 1000
    limit = " + ".join(limit_words(each, language) for each in (state.limit, *state.extensions))
    if state.ended is not None:
        return ClockWords(*ended(language, late=state.kept is False), due, share, limit)
    tone, words = remaining(state.due, now, language)
    if {each.unit for each in (state.limit, *state.extensions)} == {Unit.WORKING_DAYS}:
        limit += _of_working_days(total - used, language)
    return ClockWords(tone, words, due, 1000 if tone == "late" else share, limit)


def _of_working_days(left: int, language: str) -> str:
    """How many working days of a limit are left or passed; "" on the last one, where hours say more."""
    if not left:
        return ""
    return counted("limit.left" if left > 0 else "limit.passed", abs(left), language)


def limit_words(limit: Limit, language: str) -> str:
    """A limit as a practice sets it: "5 working days"."""
    return counted(f"limit.{limit.unit.value}", limit.amount, language)


def ended(language: str, *, late: bool) -> tuple[Tone, str]:
    """How a clock that runs no more stands."""
    return ("late", say("clock.missed", language)) if late else ("kept", say("clock.kept", language))


def remaining(due: datetime | None, now: datetime, language: str) -> tuple[Tone, str]:
    """How a running clock stands, in one way everywhere: what is left of it, or by how much it is late. No due moment: stopped."""
    if due is None:
        return "rest", say("clock.stopped", language)
    if now >= due:
        return "late", say("clock.over", language, span=span(due, now, language))
    tone: Tone = "soon" if due - now <= SOON else "rest"
    return tone, say("clock.left", language, span=span(now, due, language))


def lapse(start: datetime, end: datetime) -> tuple[int, str]:
    """A stretch of time as calendar and wall clock show it, rounded down: minutes under an hour, hours under
    a day, days under two years, years from then on, nights and holidays included. Anybody can check it against the two moments."""
    first, last = local_date(start), local_date(end)
    if (years := last.year - first.year - ((last.month, last.day) < (first.month, first.day))) >= 2:
        return years, "years"
    minutes = int((end - start).total_seconds()) // 60
    if minutes >= 24 * 60:
        return minutes // (24 * 60), "days"
    return (minutes // 60, "hours") if minutes >= 60 else (max(minutes, 1), "minutes")


def span(start: datetime, end: datetime, language: str) -> str:
    """The same in words."""
    n, unit = lapse(start, end)
    return counted(f"span.{unit}", n, language)


def counted(key: str, n: int, language: str) -> str:
    """A number of things; English says one of them differently."""
    return say(f"{key}_one" if n == 1 else key, language, n=n)


class Wording:
    """The words of one practice in one language, with the names of the registers."""

    def __init__(self, practice: Practice, procedure: Procedure, names: Names, language: str) -> None:
        self.practice = practice
        self.procedure = procedure
        self.names = names
        self.language = language
        self._words = practice.words.get(language) or {}
        self._fields: Mapping[str, Field] = {
            field.id: field for form in procedure.forms.values() for field in form.fields
        }

    def of(self, key: str, otherwise: str = "") -> str:
        """A text of the practice; the other language's before nothing at all."""
        found = self._words.get(key)
        if found is None:
            found = next((w[key] for w in self.practice.words.values() if key in w), None)
        return found if found is not None else otherwise

    def title(self) -> str:
        return self.of("practice.title", self.practice.id)

    def stage(self, stage: str, outcome: str = "") -> str:
        """A stage; one where cases end may be called by their outcome: "已撤回" and not "已办结"."""
        return self.ended_otherwise(stage, outcome) or self.of(f"stages.{stage}.title", stage)

    def plain(self, stage: str, outcome: str = "") -> str:
        own = self.of(f"stages.{stage}.{outcome}.plain") if outcome else ""
        return own or self.of(f"stages.{stage}.plain", self.stage(stage))

    def ended_otherwise(self, stage: str, outcome: str) -> str:
        """What a stage is called for cases with an outcome; "" where that has no words of its own."""
        return self.of(f"stages.{stage}.{outcome}.title") if outcome else ""

    def phase(self, phase: str) -> str:
        if phase == DROPPED:
            return say("phase.dropped", self.language)
        return self.of(f"phases.{phase}", phase)

    def step(self, step: str) -> str:
        return self.of(f"steps.{step}.title") or say_or(f"step.{step}", self.language, step)

    def past(self, step: str, *, resident: bool = False) -> str:
        """What happened, for whoever reads of it later: "已联系诉求人"; to a ``resident``, "已联系您"."""
        own = self.of(f"steps.{step}.plain") if resident else ""
        return own or self.of(f"steps.{step}.past") or self.step(step)

    def done(self, step: str) -> str:
        """What is said to whoever just took the step."""
        return self.of(f"steps.{step}.done") or self.step(step)

    def clock(self, clock: str) -> str:
        return self.of(f"clocks.{clock}.title", clock)

    def clock_plain(self, clock: str) -> str:
        """What a clock promises or waits for, in the requester's words."""
        return self.of(f"clocks.{clock}.plain", self.clock(clock))

    def outcome(self, outcome: str) -> str:
        return self.of(f"outcomes.{outcome}") or self.of(f"choices.outcome.{outcome}") or self.stage(outcome)

    def role(self, role: str) -> str:
        return self.of(f"roles.{role}", role)

    def label(self, form: str, field: str, *, resident: bool = False) -> str:
        """What a field is called; a ``resident`` is spoken to where the practice has words for that."""
        own = self._in_form(form, field, "plain") if resident else ""
        return own or self._in_form(form, field, "label") or field

    def _in_form(self, form: str, field: str, part: str) -> str:
        """The words of a field in one form, else those it has in all."""
        return self.of(f"forms.{form}.{field}.{part}") or self.of(f"fields.{field}.{part}")

    def help(self, form: str, field: str) -> str:
        return self.of(f"forms.{form}.{field}.help") or self.of(f"fields.{field}.help")

    def choice(self, field: str, choice: str) -> str:
        return self.of(f"choices.{field}.{choice}", choice)

    def field(self, field: str) -> Field | None:
        return self._fields.get(field)

    def form_of(self, kind: Kind, step: str) -> str:
        found = kind.steps.get(step)
        return found.form if found is not None else ""

    def value(self, field: str, value: Value) -> str:
        """An answer as people read it."""
        asked = self._fields.get(field)
        kind = asked.kind if asked is not None else FieldKind.line
        match kind:
            case FieldKind.choice:
                return self.choice(field, str(value))
            case FieldKind.choices:
                return self.joined(self.choice(field, each) for each in _texts(value))
            case FieldKind.unit | FieldKind.division | FieldKind.category | FieldKind.duty | FieldKind.peer:
                return self.named(kind.value, str(value))
            case FieldKind.units:
                return self.joined(self.names.unit(each, self.language) for each in _texts(value))
            case FieldKind.entry | FieldKind.entries if asked is not None:
                codes = _texts(value) if isinstance(value, tuple | list) else (str(value),)
                return self.joined(self.names.entry(asked.of[0], each, self.language) for each in codes)
            case FieldKind.flag:
                return say("value.yes" if value else "value.no", self.language)
            case FieldKind.rating:
                return say(f"rating.{value}", self.language)
            case FieldKind.files:
                return say("value.files", self.language, n=len(_texts(value)))
            case FieldKind.whole | FieldKind.money | FieldKind.decimal if asked is not None:
                own = self.of(f"measures.{asked.unit}") if asked.unit else ""
                return number(asked, value if isinstance(value, int) else 0, self.language, own)
            case FieldKind.date:
                return dated(str(value), self.language)
            case FieldKind.condition if asked is not None and asked.of:
                return self._condition(str(value), asked.of[0])
            case FieldKind.moment:
                return moment(datetime.fromisoformat(str(value)), self.language)
            case _:
                return str(value)

    def _condition(self, source: str, register: str) -> str:
        speaks = next((each for each in self.procedure.registers if each.id == register), None)
        return said_condition(source, self.language, speaks.vocabulary, self.of) if speaks else source

    def named(self, what: str, code: str) -> str:
        """What a register calls a code; ``what`` is one of the names that registers have here."""
        found: str = getattr(self.names, what)(code, self.language)
        return found

    def joined(self, parts: object) -> str:
        return ("、" if self.language == "zh-Hans" else ", ").join(cast("list[str]", parts))

    def refusal(self, refused: Refused, *, coded: bool = False) -> Words:
        """A refusal in words, with titles for the ids among its facts.

        ``coded``: choices have their codes behind them, for programs, which must send those.
        """
        return refusal_in_words(self, refused, coded=coded)

    def requester(self, kind: str) -> str:
        """Whoever has a part in cases of a kind, by the practice's own word: that of the kind, else the one for all; "" for none."""
        return self.of(f"requesters.{kind}") or self.of("roles.requester")

    def role_at(self, who: Who, kind: str) -> str:
        """Somebody who may take a step of a kind, wherever the case is."""
        return self.role_words(who.role, who.relation.value, self.requester(kind))

    def role_words(self, role: str, relation: str, requester: str) -> str:
        """The same by their codes; ``requester`` is what a requester is called, "" for no word of the practice's own."""
        if role:
            return say(f"relation.role_at_{relation}", self.language, role=self.role(role))
        return (requester if relation == "requester" else "") or say(f"relation.{relation}", self.language)


def say_or(key: str, language: str, otherwise: str) -> str:
    texts = product_texts()
    return texts.say(key, language) if texts.has(key, language) else otherwise


def _texts(value: Value) -> list[str]:
    return [str(each) for each in value] if isinstance(value, tuple | list) else []
