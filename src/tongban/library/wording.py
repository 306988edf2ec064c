"""Are there words, in both languages, for everything a practice names, and for nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from tongban.library.faults import Faults
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice
from tongban.library.texts import PLACEHOLDER, product_texts


def wording_faults(practice: Practice, faults: Faults) -> None:
    """A key without words, words without a use, and placeholders that differ between the languages."""
    needed = _needed(practice)
    allowed = set(needed) | set(_optional(practice))
    for language in LANGUAGES:
        path = f"texts/{language}.yaml"
        words = practice.words[language]
        for key, place in needed.items():
            if not any(each in words for each in _ways(key)):
                parts = key.split(".")
                faults.refuse(
                    "practice.words_missing", practice.where(path, *parts), key=key, needed_by=place
                )
        known = {way for key in allowed for way in _ways(key)}
        for key in words:
            if key not in known:
                near = get_close_matches(key, known, 1, 0.0)
                where = practice.where(path, *key.split("."))
                faults.refuse("practice.words_unused", where, key=key, nearest=near[0] if near else "")
    _same_in_both(practice, allowed, faults)


def _same_in_both(practice: Practice, allowed: set[str], faults: Faults) -> None:
    first, second = (practice.words[language] for language in LANGUAGES)
    optional = {way for key in allowed for way in _ways(key)}
    for key in sorted((first.keys() ^ second.keys()) & optional):
        lacking = LANGUAGES[1] if key in first else LANGUAGES[0]
        having = practice.where(
            f"texts/{LANGUAGES[0] if key in first else LANGUAGES[1]}.yaml", *key.split(".")
        )
        path = f"texts/{lacking}.yaml"
        if not any(way in practice.words[lacking] for way in _ways(key)):
            # Already told as missing when it is needed; here it is an extra that stands in one language only.
            faults.refuse("practice.words_one_language", having, key=key, path=path)
    for key in sorted(first.keys() & second.keys()):
        here, there = (set(PLACEHOLDER.findall(words[key])) for words in (first, second))
        if here != there:
            where = practice.where(f"texts/{LANGUAGES[1]}.yaml", *key.split("."))
            faults.refuse("practice.placeholders", where, key=key, differ=tuple(sorted(here ^ there)))


def _ways(key: str) -> tuple[str, ...]:
    """The keys under which words may stand: a field's own for one form or register, or shared by all."""
    parts = key.split(".")
    if parts[0] == "forms" and len(parts) == 4:
        return (key, f"fields.{parts[2]}.{parts[3]}")
    if parts[0] == "registers" and len(parts) == 4:
        return (key, f"fields.{parts[3]}.label")
    return (key,)


def _needed(practice: Practice) -> dict[str, str]:
    """Every key that must have words, with the place that needs it."""
    found: dict[str, str] = {}
    for key, where in _asked_for(practice):
        found.setdefault(key, where)
    return found


def _asked_for(practice: Practice) -> Iterator[tuple[str, str]]:
    manifest = practice.manifest
    for key in ("practice.title", "practice.purpose", "practice.preconditions"):
        yield key, practice.where("practice.yaml")
    for n, role in enumerate(manifest.roles):
        yield f"roles.{role}", practice.where("practice.yaml", "roles", n)
    for name in manifest.settings:
        for part in ("title", "why"):
            yield f"settings.{name}.{part}", practice.where("practice.yaml", "settings", name)
    for n, datum in enumerate(manifest.data):
        yield f"purposes.{datum.purpose}", practice.where("practice.yaml", "data", n)
    for kind in practice.kinds:
        yield from _of_kind(practice, kind)
    for form, fields in practice.forms.items():
        for n, each in enumerate(fields):
            where = practice.where("forms.yaml", form, n)
            yield f"forms.{form}.{each.id}.label", where
            if each.unit and not all(product_texts().has(f"unit.{each.unit}", one) for one in LANGUAGES):
                yield f"measures.{each.unit}", where
            for choice in each.choices:
                yield f"choices.{each.id}.{choice}", where
            yield from ((f"conditions.{code}", where) for code in each.doubts)
    yield from _of_registers(practice)
    for n, rule in enumerate(practice.routing):
        yield f"routing.{rule.id}.reason", practice.where("routing.yaml", n)
    for name, indicator in practice.indicators.items():
        where = practice.where("indicators.yaml", name)
        yield f"indicators.{name}.title", where
        yield f"indicators.{name}.says", where
        for exclusion in indicator.exclusions:
            yield f"exclusions.{exclusion.id}", where

    for kind, letters in practice.letters.items():
        for name in letters:
            for part in ("title", "body"):
                yield f"letters.{name}.{part}", practice.where("letters.yaml", kind, name)

    for name, board in practice.boards.items():
        for part in ("title", "says"):
            yield f"boards.{name}.{part}", practice.where("boards.yaml", name)
        for item in board.items:
            yield f"items.{item}.title", practice.where("boards.yaml", name, "items", item)


def _of_registers(practice: Practice) -> Iterator[tuple[str, str]]:
    """Brought registers are read and written in sheets: their columns and choices are named in words."""
    for name, register in practice.brought.items():
        where = practice.where("registers.yaml", name)
        yield f"registers.{name}.title", where
        for column in dict.fromkeys([*register.key, *(each.id for each in register.fields)]):
            yield f"registers.{name}.fields.{column}", where
        yield from ((f"conditions.{code}", where) for code in register.rows)
        for each in register.fields:
            yield from ((f"choices.{each.id}.{choice}", where) for choice in each.choices)


def _of_kind(practice: Practice, kind: str) -> Iterator[tuple[str, str]]:
    spec = practice.kinds[kind]
    yield f"kinds.{kind}", practice.at(kind, "kind")
    for n, phase in enumerate(spec.phases):
        yield f"phases.{phase}", practice.at(kind, "phases", n)
    for stage in spec.stages:
        for part in ("title", "plain"):
            yield f"stages.{stage}.{part}", practice.at(kind, "stages", stage)
    for name, step in spec.steps.items():
        yield f"steps.{name}.title", practice.at(kind, "steps", name)
        for code in step.needs:
            yield f"conditions.{code}", practice.at(kind, "steps", name, "needs", code)
        if step.on == "told" and step.of is not None:
            yield f"messages.{step.of}", practice.at(kind, "steps", name, "of")
    for clock in practice.clocks.get(kind, {}):
        yield f"clocks.{clock}.title", practice.where("deadlines.yaml", kind, clock)
    for _, _, place, follow in practice.follows(kind):
        where = practice.at(kind, *place)
        notice = follow.notify.notice if follow.notify is not None else follow.ask_rating
        if notice is not None:
            yield f"notices.{notice}.subject", where
            yield f"notices.{notice}.body", where
        if follow.tell is not None:
            yield f"messages.{follow.tell.message}", where
        if follow.settle is not None:
            for outcome in _outcomes(practice, kind, follow.settle.outcome, follow.settle.answer):
                yield f"outcomes.{outcome}", where


def _outcomes_of(practice: Practice, kind: str) -> list[str]:
    """Every outcome that cases of a kind can have."""
    settled = [follow.settle for *_, follow in practice.follows(kind) if follow.settle is not None]
    return list(
        dict.fromkeys(o for each in settled for o in _outcomes(practice, kind, each.outcome, each.answer))
    )


def _outcomes(practice: Practice, kind: str, outcome: str | None, answer: str | None) -> list[str]:
    if outcome is not None:
        return [outcome]
    fields = [each for fields in practice.forms_of(kind).values() for each in fields if each.id == answer]
    return list(dict.fromkeys(choice for each in fields for choice in each.choices))


def _optional(practice: Practice) -> Iterator[str]:
    """What may have words and need not: help under a field, what to say when a step is done, and the like."""
    yield "practice.looked_for"
    yield "roles.requester"
    for id_, kind in practice.kinds.items():
        yield f"requesters.{id_}"
        for name in kind.steps:
            yield from (
                f"steps.{name}.help",
                f"steps.{name}.done",
                f"steps.{name}.past",
                f"steps.{name}.plain",
            )
        for step in kind.steps.values():
            for branch in step.to:
                yield from (f"lawful.{r}" for f in branch.then if f.suspend for r in f.suspend.lawful)
            yield from (f"lawful.{reason}" for f in step.then if f.suspend for reason in f.suspend.lawful)
        ends = [name for name, stage in kind.stages.items() if stage.settled or stage.end]
        yield from (f"outcomes.{name}" for name in ends)
        reached = _outcomes_of(practice, id_)
        yield from (
            f"stages.{name}.{each}.{part}" for name in ends for each in reached for part in ("title", "plain")
        )
    for clocks in practice.clocks.values():
        yield from (f"clocks.{name}.{part}" for name in clocks for part in ("help", "plain"))
    yield from (f"items.{item}.says" for board in practice.boards.values() for item in board.items)
    for form, fields in practice.forms.items():
        for each in fields:
            yield from (f"forms.{form}.{each.id}.{part}" for part in ("help", "plain"))
            if each.again is not None:
                yield f"again.{each.again}"
    for name, register in practice.registers.items():
        yield f"registers.{name}.title"
        yield from (f"fields.{each.id}.label" for each in register.fields)
