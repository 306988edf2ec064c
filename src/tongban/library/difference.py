"""What changes between two versions of a practice: plain facts for a page and for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct
from pydantic import BaseModel

from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice

Area = Literal[
    "manifest",
    "setting",
    "kind",
    "stage",
    "step",
    "clock",
    "routing",
    "field",
    "indicator",
    "board",
    "register",
    "view",
    "catalogue",
    "letter",
    "text",
    "scenario",
]


class Change(Struct, frozen=True):
    """One thing that was added, removed or changed.

    ``name`` says which one (``appeal/dispatch``, ``help_limit``), ``part`` what of it ("" for all of it).
    ``before`` and ``after`` are how it is written, "" where it was or is not there. ``where`` is file and
    line in the new version, or in the old one for what is gone.
    """

    act: Literal["added", "removed", "changed"]
    area: Area
    name: str
    part: str
    before: str
    after: str
    where: str


class _Thing(Struct, frozen=True):
    value: object
    where: str


_Key = tuple[Area, str]


def diff(old: Practice, new: Practice) -> tuple[Change, ...]:
    """Every change, in the order of the new version; what is gone comes after what stands there."""
    before, after = dict(_things(old)), dict(_things(new))
    changes: list[Change] = []
    for (area, name), thing in after.items():
        former = before.get((area, name))
        if former is None:
            changes.append(Change("added", area, name, "", "", _shown(thing.value), thing.where))
        else:
            for part, was, now in _parts(former.value, thing.value):
                changes.append(Change("changed", area, name, part, _shown(was), _shown(now), thing.where))
    for (area, name), thing in before.items():
        if (area, name) not in after:
            changes.append(Change("removed", area, name, "", _shown(thing.value), "", thing.where))
    return tuple(changes)


def _things(practice: Practice) -> Iterator[tuple[_Key, _Thing]]:
    """Everything that can change, under a name that stays."""

    def at(path: str, *place: str | int) -> str:
        return practice.where(path, *place)

    manifest = practice.manifest
    for part in type(manifest).model_fields:
        if part != "settings":
            yield ("manifest", part), _Thing(getattr(manifest, part), at("practice.yaml", part))
    for name, setting in manifest.settings.items():
        yield ("setting", name), _Thing(setting, at("practice.yaml", "settings", name))
    for kind, spec in practice.kinds.items():
        path = practice.kind_files[kind]
        yield ("kind", kind), _Thing(spec.phases, at(path, "phases"))
        if spec.shared is not None:
            yield ("kind", f"{kind}/shared"), _Thing(spec.shared, at(path, "shared"))
        for name, stage in spec.stages.items():
            yield ("stage", f"{kind}/{name}"), _Thing(stage, at(path, "stages", name))
        for name, step in spec.steps.items():
            yield ("step", f"{kind}/{name}"), _Thing(step, at(path, "steps", name))
        for name, clock in practice.clocks.get(kind, {}).items():
            yield ("clock", f"{kind}/{name}"), _Thing(clock, at("deadlines.yaml", kind, name))
    for n, rule in enumerate(practice.routing):
        yield ("routing", rule.id), _Thing((n + 1, rule), at("routing.yaml", n))
    for form, fields in practice.forms.items():
        for n, asked in enumerate(fields):
            yield ("field", f"{form}/{asked.id}"), _Thing(asked, at("forms.yaml", form, n))
    for name, indicator in practice.indicators.items():
        yield ("indicator", name), _Thing(indicator, at("indicators.yaml", name))
    for name, board in practice.boards.items():
        yield ("board", name), _Thing(board, at("boards.yaml", name))
    for name, register in practice.registers.items():
        yield ("register", name), _Thing(register, at("registers.yaml", name))
    for kind, letters in practice.letters.items():
        for name, letter in letters.items():
            yield ("letter", f"{kind}/{name}"), _Thing(letter, at("letters.yaml", kind, name))
    if practice.catalogue is not None:
        yield ("catalogue", practice.catalogue.register_), _Thing(practice.catalogue, at("catalogue.yaml"))
    for name, view in practice.views.items():
        yield ("view", name), _Thing(view, at("views.yaml", name))
    for language in LANGUAGES:
        for key, words in practice.words[language].items():
            yield ("text", f"{language}/{key}"), _Thing(words, at(f"texts/{language}.yaml", *key.split(".")))
    for path, story in practice.stories.items():
        yield ("scenario", path), _Thing(story, at(path))


def _parts(before: object, after: object) -> Iterator[tuple[str, object, object]]:
    """The parts of one thing that differ; all of it when it has no named parts."""
    if before == after:
        return
    if isinstance(before, BaseModel) and isinstance(after, BaseModel) and type(before) is type(after):
        for name, info in type(after).model_fields.items():
            was, now = getattr(before, name), getattr(after, name)
            if was != now:
                yield info.alias or name, was, now
    else:
        yield "", before, after


def _shown(value: object) -> str:
    """As an author would write it, on one line; what is at its default is left out."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case BaseModel():
            written = {
                info.alias or name: getattr(value, name)
                for name, info in type(value).model_fields.items()
                if name in value.model_fields_set
            }
            if len(written) == 1 and next(iter(written)) in ("text", "number", "to", "outcome"):
                return _shown(next(iter(written.values())))
            return _shown(written)
        case Mapping():
            return "{" + ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items()) + "}"
        case tuple():
            return "[" + ", ".join(_shown(inner) for inner in value) + "]"
        case _:
            return str(getattr(value, "value", value))
