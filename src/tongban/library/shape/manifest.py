"""``practice.yaml``: what the practice is, what it rests on, and what a county may set."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tongban.library.shape.written import Day, Id, Many, Plain, Shape, Version, Words


class Origin(Shape):
    """Where the way of working comes from."""

    title: Words
    document: str = ""
    url: str = ""


class LegalBasis(Shape):
    title: Words
    document: Words
    since: Day
    until: Day | None = None


class Setting(Shape):
    """What an adopting county may change, and within which range."""

    type: Literal["limit", "whole", "text", "flag", "choice"]
    default: Plain
    least: Plain | None = None
    most: Plain | None = None
    choices: Many[Id] = ()


class Datum(Shape):
    """A personal datum the practice collects: what for, on what lawful basis, for how long."""

    datum: Id
    purpose: Id
    basis: Words
    keep_years: int = Field(ge=0, le=100)


class Manifest(Shape):
    id: Id
    version: Version
    origin: Many[Origin] = Field(min_length=1)
    legal_basis: Many[LegalBasis] = ()
    needs: Many[Id] = ()
    home: Id
    homes: Many[Id] = ()
    opens: Id | None = None
    roles: Many[Id] = Field(min_length=1)
    settings: dict[Id, Setting] = Field(default_factory=dict)
    data: Many[Datum] = ()

    @property
    def receiving(self) -> tuple[str, ...]:
        """The kinds of units that receive its cases, the foremost first."""
        return (self.home, *self.homes)
