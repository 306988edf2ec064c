"""What goes in and out: pydantic models, strict on the way in, read from plain values on the way out."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

# Each validator is built when its shape is first used: the pages' first answer does not wait for fifty of them.


class In(BaseModel):
    """A body or a query: nothing unknown, nothing converted in silence."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class Query(BaseModel):
    """A query string, whose values are text by nature."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Out(BaseModel):
    """An answer, read from the plain values of a use case."""

    model_config = ConfigDict(from_attributes=True, frozen=True, defer_build=True)


def _storable(text: str) -> str:
    """Refuse what no database keeps: NUL and halves of surrogate pairs."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("not text")
    return text


Word = Annotated[str, StringConstraints(max_length=200), AfterValidator(_storable)]
"""A short text: an id, a few words to look for."""
Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_storable)]
Scope = Annotated[str, StringConstraints(pattern="^(read|act|identity|admin|webhooks)$")]


class Page(Out):
    """A list in pages."""

    next: str = Field(
        default="",
        description='cursor of the next page, to be sent as ``after``; "" at the end. The `Link` header has its address',
    )
