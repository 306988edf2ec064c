"""``practice.yaml``: what the practice is, what it rests on, and what a county may set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from tongban.library.shape.written import Day, Id, Many, Plain, SettingName, Shape, Version, Words


class Cited(Shape):
    """What a practice rests on: its title and document as they stand there, and what both are called in English."""

    title: Words
    title_en: str = ""
    document: str = ""
    document_en: str = ""

    def called(self, language: str) -> str:
        """The title in a language; as it stands there, where there is no other."""
        return self.title_en or self.title if language == "en" else self.title

    def found_in(self, language: str) -> str:
        """The document in a language, in the same way."""
        return self.document_en or self.document if language == "en" else self.document


class Origin(Cited):
    """Where the way of working comes from."""

    url: str = ""


class LegalBasis(Cited):
    """By what right it is done, and from when until when that holds."""

    document: Words
    since: Day
    until: Day | None = None


class Setting(Shape):
    """What an adopting county may change, and within which range."""

    type: Literal["limit", "whole", "text", "flag", "choice", "practices"]
    default: Plain
    least: Plain | None = None
    most: Plain | None = None
    choices: Many[Id] = ()


class Datum(Shape):
    """A personal datum the practice collects: what for, on what lawful basis (as it stands there, and in English), for how long."""

    datum: Id
    purpose: Id
    basis: Words
    basis_en: str = ""
    keep_years: int = Field(ge=0, le=100)

    def allowed_by(self, language: str) -> str:
        """The lawful basis in a language; as it stands there, where there is no other."""
        return self.basis_en or self.basis if language == "en" else self.basis


class ServesSpec(Shape):
    """Whom it is for, of which field it is, and what it takes on."""

    field: Literal[
        "demands", "coordination", "services", "enterprise", "livelihood", "grassroots", "officials"
    ]
    whom: Many[Literal["residents", "enterprises", "villages", "staff"]] = Field(min_length=1)
    need: Literal["problem", "apply", "propose", "report"] | None = None
    duties: Many[Id] = ()


class HearsSpec(Shape):
    """The practices that are heard: named here, or by a setting of the kind ``practices``."""

    practices: Many[Id] = ()
    setting: Id | None = None


def _hears(given: object) -> object:
    match given:
        case list():
            return {"practices": given}
        case dict() if set(given) == {"setting"}:
            return given
        case _:
            raise PydanticCustomError("practice.not_plain", "not plain", {"given": str(given)[:60]})


class Manifest(Shape):
    id: Id
    version: Version
    origin: Many[Origin] = Field(min_length=1)
    legal_basis: Many[LegalBasis] = ()
    needs: Many[Id] = ()
    serves: ServesSpec | None = None
    hears: Annotated[
        HearsSpec | None, BeforeValidator(_hears, json_schema_input_type=Many[Id] | SettingName)
    ] = None
    home: Id
    homes: Many[Id] = ()
    opens: Id | None = None
    roles: Many[Id] = Field(min_length=1)
    settings: dict[Id, Setting] = Field(default_factory=dict)
    data: Many[Datum] = ()
    assisted: bool = False
    guarded: bool = False
    """whether only posts that name the practice reach its cases"""

    @property
    def receiving(self) -> tuple[str, ...]:
        """The kinds of units that receive its cases, the foremost first."""
        return (self.home, *self.homes)
