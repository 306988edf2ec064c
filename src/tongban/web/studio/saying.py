"""Puts a practice's rules into words: limits, conditions, roles, places. For people who read no code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from tongban.apps.adoption.shelf import said
from tongban.apps.wording import dated, limit_words
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Relation
from tongban.kernel.procedure.sight import CASE_NAMES
from tongban.kernel.value import Value
from tongban.library.practice import Practice
from tongban.library.shape.rules import RungSpec
from tongban.library.shape.written import LimitSpec, WhoSpec, read_limit
from tongban.web.studio.phrases import denials, phrased
from tongban.web.words import has_words, say

_COMPARED = re.compile(r'\b(facts|given|case)\.(\w+)\s*(==|!=)\s*"([^"]*)"', re.ASCII)
_AMONG = re.compile(r"\b(facts|given|case|subject)\.(\w+) in \[([^\]]*)\]", re.ASCII)
_FILLED = re.compile(r'\bfacts\.(\w+) != ""', re.ASCII)
_DONE = re.compile(r"(?<![+] )\bcount\.(\w+) (> 0|== 0)", re.ASCII)
_COUNTED = re.compile(r"\bcount\.(\w+)", re.ASCII)
_SUMMED = re.compile(r"\bsum\.(\w+)", re.ASCII)
_KNOWN = re.compile(r"(!?)\b(facts|given)\.(\w+)", re.ASCII)
_SETTING = re.compile(r"(!?)\bsettings\.(\w+)", re.ASCII)
_TALLIED = re.compile(r"\bsubcases\.(of|took|said)\.(\w+)", re.ASCII)
_REGISTERED = re.compile(r"(!?)\b(registered|mine)\.(\w+)", re.ASCII)
_CLOCK = re.compile(r"(!?)\bclock\.(\w+)\.(cut_short|ended|kept)\b", re.ASCII)
_OF_ROW = re.compile(r"\bsubject\.(\w+)\.(\w+)", re.ASCII)
_OF_CASE = re.compile(r"(!?)\b((?:case|subcases|now|subject)\.\w+)", re.ASCII)
_SIGNS = (
    ("&&", "and"), ("||", "or"), (">=", "at_least"), ("<=", "at_most"), ("==", "is"), ("!=", "is_not"),
    (">", "more"), ("<", "less"),
)  # fmt: skip


FEW = 4


class Saying(Struct, frozen=True):
    """A practice's words in one language. ``values`` are its settings as they are shown."""

    practice: Practice
    language: str
    values: Mapping[str, Value]

    def of(self, key: str) -> str:
        """A text of the practice; the end of its key where it has none."""
        return said(self.practice, key, self.language)

    def own(self, key: str, **facts: Value) -> str:
        return say(key, self.language, **facts)

    def joined(self, parts: list[str]) -> str:
        return ("、" if self.language == "zh-Hans" else ", ").join(parts)

    def some(self, names: list[str]) -> str:
        """A few names; of many the first two and how many there are."""
        if len(names) <= FEW:
            return self.joined(names)
        return self.own("studio.and_more", names=self.joined(names[:2]), n=len(names))

    def day(self, day: date) -> str:
        return dated(day.isoformat(), self.language)

    def limit(self, text: object) -> str:
        """ "5 working_days" as people say it."""
        limit = read_limit(str(text))
        return limit_words(limit, self.language) if limit is not None else str(text)

    def limit_of(self, spec: LimitSpec) -> str:
        """A limit as written, what the setting says at present, or the field that will say it."""
        if spec.field is not None:
            return self.own("studio.said_in", field=self.label(spec.field))
        return self.limit(self.values.get(spec.setting, "") if spec.setting is not None else spec.text)

    def until(self, field: str, limit: LimitSpec | None) -> str:
        """The end of a clock that ends on the day answered in a field, or so long after it."""
        if limit is None:
            return self.own("studio.until_day", field=self.label(field))
        return self.own("studio.after_day", field=self.label(field), limit=self.limit_of(limit))

    def setting(self, name: str) -> str:
        return self.of(f"settings.{name}.title")

    def label(self, field: str, form: str = "") -> str:
        words = self.practice.words.get(self.language, {})
        own = words.get(f"forms.{form}.{field}.label")
        return own or self.of_or(f"fields.{field}.label", field)

    def help(self, field: str, form: str) -> str:
        return self.of_or(f"forms.{form}.{field}.help", "") or self.of_or(f"fields.{field}.help", "")

    def of_or(self, key: str, otherwise: str) -> str:
        found = self.of(key)
        return otherwise if found == key.rpartition(".")[2] else found

    def value(self, kind: str, value: Value) -> str:
        """A setting's value: a limit in words, yes or no, else as it is."""
        if kind == "limit":
            return self.limit(value)
        if isinstance(value, bool):
            return self.own("value.yes" if value else "value.no")
        return str(value)

    def who(self, who: WhoSpec, kind: str) -> str:
        """Who may take a step of a kind; a requester by what that kind calls them."""
        if who.relation is Relation.REQUESTER and (own := self.requester(kind)):
            return own
        if who.relation in (Relation.REQUESTER, Relation.ANYONE, Relation.SYSTEM, Relation.MANDATE):
            return self.own(f"relation.{who.relation.value}")
        return self.own(f"relation.role_at_{who.relation.value}", role=self.of(f"roles.{who.role}"))

    def requester(self, kind: str) -> str:
        """What the practice calls whoever has a part in cases of a kind; "" for no word of its own."""
        return self.of_or(f"requesters.{kind}", "") or self.of_or("roles.requester", "")

    def rung(self, rung: RungSpec) -> str:
        """When a clock acts, and what is done then."""
        step = self.of(f"steps.{rung.step}.title")
        if rung.before is not None:
            return self.own("studio.rung.before", limit=self.limit_of(rung.before), step=step)
        if rung.after is not None:
            return self.own("studio.rung.after", limit=self.limit_of(rung.after), step=step)
        if rung.every is not None:
            return self.own("studio.rung.every", limit=self.limit_of(rung.every), step=step)
        return self.own("studio.rung.due", step=step)

    def condition(self, source: str | None) -> str:
        """An expression in the practice's own words; the expression itself always stands beside it."""
        if source is None:
            return ""
        text = phrased(
            source,
            self._sign,
            lambda field: self._quoted(self.label(field)),
            self._choice,
            self._sign("or_list"),
        )
        text = _FILLED.sub(lambda m: self._answered(m[1], "given"), text)
        text = _AMONG.sub(self._among, text)
        text = _COMPARED.sub(self._compared, text)
        text = _DONE.sub(self._done, text)
        text = _COUNTED.sub(
            lambda m: self.own("studio.expression.count", step=self.of(f"steps.{m[1]}.title")), text
        )
        text = _SUMMED.sub(
            lambda m: self.own("studio.expression.sum", what=self._quoted(self.label(m[1]))), text
        )
        text = _KNOWN.sub(self._known, text)
        text = _SETTING.sub(self._set, text)
        text = _TALLIED.sub(self._tallied, text)
        text = _REGISTERED.sub(lambda m: self._holds(m[1], m[2], f"registers.{m[3]}.title"), text)
        text = _CLOCK.sub(lambda m: self._holds(m[1], m[3], f"clocks.{m[2]}.title"), text)
        text = _OF_ROW.sub(self._of_row, text)
        text = _OF_CASE.sub(self._of_case, text)
        gap = " " if self.language == "en" else ""
        for sign, name in _SIGNS:
            text = text.replace(f" {sign} ", f"{gap}{self._sign(name)}{gap}")
        return denials(text, self._sign)

    def _sign(self, name: str, **facts: Value) -> str:
        return self.own(f"studio.expression.{name}", **facts)

    def _set(self, found: re.Match[str]) -> str:
        what = self._quoted(self.setting(found[2]))
        return self._sign("no", what=what) if found[1] else what

    def _of_row(self, found: re.Match[str]) -> str:
        """A column of a row that the case is about."""
        return self._sign(
            "of_row",
            what=self._quoted(self.of(f"registers.{found[1]}.title")),
            column=self._quoted(self._column(*found.groups())),
        )

    def _column(self, register: str, name: str) -> str:
        return self.of_or(f"registers.{register}.fields.{name}", "") or self.label(name)

    def _tallied(self, found: re.Match[str]) -> str:
        area, name = found.groups()
        said = {
            "of": self.of(f"kinds.{name}"),
            "took": self.of(f"steps.{name}.title"),
            "said": self.label(name),
        }[area]
        return self.own(f"studio.expression.tally_{area}", what=self._quoted(said))

    def _holds(self, sign: str, what: str, titled: str) -> str:
        """What a register has or a clock came to, by its name in the practice; ``sign`` is "!" where it shall not be so."""
        key = f"studio.expression.{'not_' if sign else ''}{what}"
        return self.own(key, what=self._quoted(self.of(titled)))

    def _quoted(self, text: str) -> str:
        return self.own("studio.expression.quoted", text=text)

    def _compared(self, found: re.Match[str]) -> str:
        area, name, sign, value = found.groups()
        if not value:
            return self.own("studio.expression.empty" if sign == "==" else "studio.expression.filled",
                            what=self._asked(area, name))  # fmt: skip
        return self.own("studio.expression.is_choice" if sign == "==" else "studio.expression.is_not_choice",
                        what=self._asked(area, name), choice=self._choice(name, value))  # fmt: skip

    def _asked(self, area: str, name: str) -> str:
        """What a comparison looks at: something of the case, or a field by its label."""
        of_case = area == "case" and f"case.{name}" in CASE_NAMES
        return self.own(f"studio.expression.case.{name}") if of_case else self._quoted(self.label(name))

    def _choice(self, name: str, value: str) -> str:
        if name in ("holder_level", "home_level"):
            return self.own(f"studio.level.{value}")
        if name == "stage":
            return self.of_or(f"stages.{value}.title", value)
        return self.of_or(f"choices.{name}.{value}", "") or self.of_or(f"outcomes.{value}", value)

    def _done(self, found: re.Match[str]) -> str:
        key = "studio.expression.done" if found[2] == "> 0" else "studio.expression.not_done"
        return self.own(key, step=self.of(f"steps.{found[1]}.title"))

    def _answered(self, field: str, how: str) -> str:
        return self.own(f"studio.expression.{how}", what=self._quoted(self.label(field)))

    def _among(self, found: re.Match[str]) -> str:
        name = found[2]
        values = [each.strip().strip('"') for each in found[3].split(",")]
        choices = [self._choice(name, value) for value in values]
        joint = self.own("studio.expression.or_choice")
        gap = " " if self.language == "en" else ""
        choice = f"{gap}{joint}{gap}".join(choices)
        return self.own("studio.expression.is_choice", what=self._asked(found[1], name), choice=choice)

    def _known(self, found: re.Match[str]) -> str:
        """A field as a condition: ticked, answered, or (in a comparison) its label alone."""
        sign, area, name = found.groups()
        if area == "given":
            return self._answered(name, "not_given" if sign else "given")
        ticked = any(
            each.id == name and each.kind is FieldKind.flag
            for fields in self.practice.forms.values()
            for each in fields
        )
        if ticked:
            return self._answered(name, "not_ticked" if sign else "ticked")
        return self._quoted(self.label(name))

    def _of_case(self, found: re.Match[str]) -> str:
        sign, name = found.groups()
        known = has_words(f"studio.expression.{name}")
        what = (
            self.own(f"studio.expression.{name}")
            if known
            else self._quoted(self.label(name.partition(".")[2]))
        )
        if sign and name == "case.late":
            return self.own("studio.expression.not_late")
        return self.own("studio.expression.no", what=what) if sign else what
