"""Do the names in ``letters.yaml`` lead somewhere, may what a letter says be in it, and does every notice with legal weight bring one?

A letter goes to the requester and is proved to strangers, so it tells nobody's identity and nothing that is kept among colleagues.
"""

from __future__ import annotations

from tongban.kernel.form import Held
from tongban.library.faults import Faults, place_of
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice
from tongban.library.texts import PLACEHOLDER

FILE = "letters.yaml"
MERGED = ("number", "day", "unit", "practice", "due", "outcome")
"""What the text of every letter may name; beside that, what it shows."""


def letter_faults(practice: Practice, faults: Faults) -> None:
    for kind, letters in practice.letters.items():
        if not faults.known("practice.unknown_kind", practice.where(FILE, kind), kind, practice.kinds):
            continue
        spec = practice.kinds[kind]
        fields = {each.id: each for form in practice.forms_of(kind).values() for each in form}
        for name, letter in letters.items():
            for n, step in enumerate(letter.after):
                faults.known(
                    "practice.unknown_step", practice.where(FILE, kind, name, "after", n), step, spec.steps
                )
            for n, clock in enumerate(letter.clocks):
                at = practice.where(FILE, kind, name, "clocks", n)
                faults.known("practice.unknown_clock", at, clock, practice.clocks.get(kind, {}))
            for n, field in enumerate(letter.shows):
                at = practice.where(FILE, kind, name, "shows", n)
                if faults.known("practice.unknown_field", at, field, fields) and (
                    place_of(fields[field]) is Held.identity
                    or fields[field].inner
                    or fields[field].released_by
                ):
                    faults.refuse("practice.letter_tells", at, name=field)
            _text(practice, name, {*MERGED, *letter.shows}, faults)


def served_faults(practice: Practice, faults: Faults) -> None:
    """What is served is a letter: a notice alone says a number and what to do, never what was decided. For whoever takes a practice on:
    what was taken on before goes on as it was."""
    for kind in practice.kinds:
        after = {step for each in practice.letters.get(kind, {}).values() for step in each.after}
        for step, _, place, follow in practice.follows(kind):
            if follow.notify is not None and follow.notify.served and step not in after:
                at = practice.at(kind, *place)
                faults.refuse("practice.served_nothing", at, name=follow.notify.notice, step=step)


def _text(practice: Practice, name: str, known: set[str], faults: Faults) -> None:
    for language in LANGUAGES:
        for part in ("title", "body"):
            key = f"letters.{name}.{part}"
            where = practice.where(f"texts/{language}.yaml", *key.split("."))
            for each in PLACEHOLDER.findall(practice.words[language].get(key, "")):
                faults.known("practice.letter_names", where, each, known)
