"""One change between two versions of a practice: as its author would write it, and in words for whoever reads no code."""

from __future__ import annotations

import re

from msgspec import Struct

from tongban.library.difference import Change
from tongban.library.shape.written import read_limit
from tongban.web.studio.saying import Saying
from tongban.web.words import has_words

COUNTED = ("text", "scenario")
"""Areas whose changes are only counted: what a case goes through is not among them."""
_NAMES = re.compile(r"\[?([a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*)\]?")
_NAMED = {
    "from": "stages.{}.title",
    "to": "stages.{}.title",
    "runs_in": "stages.{}.title",
    "next": "steps.{}.title",
    "judges": "steps.{}.title",
    "phase": "phases.{}",
    "roles": "roles.{}",
}
"""What the names in a part are names of."""
_TITLES = {
    "setting": "settings.{}.title",
    "kind": "kinds.{}",
    "stage": "stages.{}.title",
    "step": "steps.{}.title",
    "clock": "clocks.{}.title",
    "routing": "routing.{}.reason",
    "indicator": "indicators.{}.title",
    "board": "boards.{}.title",
    "register": "registers.{}.title",
    "view": "kinds.{}",
    "catalogue": "registers.{}.title",
}
"""Where the words of what changed stand, by its area."""


class ChangeLine(Struct, frozen=True):
    """``title`` is what people call the thing that changed, ``about`` what of it, "" for all of it or where there are no words. ``name``,
    ``before`` and ``after`` are as its author would write them; ``was`` and ``now`` the same in words, "" where it takes code to say it."""

    act: str
    area: str
    title: str
    about: str
    name: str
    before: str
    after: str
    was: str
    now: str
    where: str


def change_line(saying: Saying, change: Change) -> ChangeLine:
    """One change in the words of the practice."""
    part = change.name if change.area == "manifest" else change.part
    was, now = _said(saying, part, change.before), _said(saying, part, change.after)
    told = bool(was or not change.before) and bool(now or not change.after)
    return ChangeLine(
        act=saying.own(f"studio.act.{change.act}"),
        area=saying.own(f"studio.area.{change.area}"),
        title=_title(saying, change),
        about=_about(saying, change.area, part),
        name=" · ".join(each for each in (change.name, change.part) if each),
        before=change.before,
        after=change.after,
        was=was if told else "",
        now=now if told else "",
        where=change.where,
    )


def _about(saying: Saying, area: str, part: str) -> str:
    """What a part of a thing is called; where the same name means another part elsewhere, by its area."""
    keys = (f"studio.part.{area}.{part}", f"studio.part.{part}")
    return next((saying.own(key) for key in keys if has_words(key)), "")


def _title(saying: Saying, change: Change) -> str:
    """What people call the thing that changed; "" where only its author has a name for it."""
    within, _, name = change.name.rpartition("/")
    if change.area == "field":
        return saying.label(name, within)
    key = _TITLES.get(change.area)
    return saying.of_or(key.format(name), "") if key is not None else ""


def _said(saying: Saying, part: str, written: str) -> str:
    """A value in words: a number, a limit, yes or no, stages, steps and roles by what they are called."""
    if part == "when" and written:
        return saying.condition(written)
    if written in ("true", "false"):
        return saying.own("value.yes" if written == "true" else "value.no")
    if written.isdecimal() or read_limit(written) is not None:
        return saying.limit(written)
    names = _NAMES.fullmatch(written)
    if names is None or part not in _NAMED:
        return ""
    called = [saying.of_or(_NAMED[part].format(each), "") for each in names[1].split(", ")]
    return saying.joined(called) if all(called) else ""
