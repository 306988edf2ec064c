"""What the registers of a practice and their columns are called, in both languages: so they stand in sheets."""

from __future__ import annotations

import re

from msgspec import Struct

from tongban.apps.office import Office
from tongban.apps.wording import Wording
from tongban.kernel.form import Field
from tongban.kernel.procedure.register import Register
from tongban.kernel.refusal import Refused
from tongban.library.folder import LANGUAGES

_NO_SHEET = re.compile(r"[\[\]:*?/\\]")


class Spoken(Struct, frozen=True):
    """The brought registers of one practice, and its words in every language, the reader's first."""

    practice: str
    registers: tuple[Register, ...]
    wordings: tuple[Wording, ...]

    def title(self, register: Register) -> str:
        return self.wordings[0].of(f"registers.{register.id}.title", register.id)

    def titles(self, register: Register) -> tuple[str, ...]:
        """Everything that a sheet with its rows may be called."""
        said = (each.of(f"registers.{register.id}.title", register.id) for each in self.wordings)
        return tuple(dict.fromkeys((register.id, *said)))

    def label(self, register: Register, column: str) -> str:
        return _label(self.wordings[0], register, column)

    def labels(self, register: Register, column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_label(each, register, column) for each in self.wordings))

    def choices(self, field: Field) -> dict[str, str]:
        """The choices of a column by what they are called in any language."""
        return {each.choice(field.id, choice): choice for choice in field.choices for each in self.wordings}

    def words(self, field: Field) -> tuple[str, ...]:
        """What the choices of a column are called in the reader's language."""
        return tuple(self.wordings[0].choice(field.id, choice) for choice in field.choices)

    def rules(self, register: Register) -> dict[str, str]:
        """What is said of a row that breaks a rule of the register, by the rule."""
        codes = (rule.code for rule in register.rules)
        return {code: self.wordings[0].of(f"conditions.{code}", code) for code in codes}

    def named(self, name: str) -> Register | None:
        """The register that is called so."""
        plain = sheet_title(name).lower()
        for register in self.registers:
            if plain in (sheet_title(each).lower() for each in self.titles(register)):
                return register
        return None


def sheet_title(title: str) -> str:
    """A title as the sheet of a workbook may be called: 31 characters at most, without those that Excel does not take."""
    return _NO_SHEET.sub(" ", title)[:31].strip()


def _label(wording: Wording, register: Register, column: str) -> str:
    own = wording.of(f"registers.{register.id}.fields.{column}")
    return own or wording.of(f"fields.{column}.label", column)


def spoken(here: Office, practice: str, adoption: str, language: str) -> Spoken | Refused:
    """Refuses a practice without brought registers."""
    languages = (language, *(each for each in LANGUAGES if each != language))
    wordings = tuple(here.wording(adoption, each) for each in languages)
    registers = tuple(each for each in wordings[0].procedure.registers if each.brought)
    if not registers:
        return Refused("register.none", practice, {"practice": wordings[0].title()})
    return Spoken(practice, registers, wordings)
