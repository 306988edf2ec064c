"""How each kind of field is drawn: one table, so that every form of every practice looks alike."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

MOST_RADIOS = 6
"""Up to this many choices stand open; more go into a list that folds."""
ACCEPTED_FILES = "image/*,application/pdf"
"""A phone offers its camera for images; no ``capture``, which would forbid pictures taken before."""


class Drawable(Protocol):
    """What a field must say of itself to be drawn (``FieldView`` does)."""

    @property
    def kind(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def options(self) -> tuple[object, ...]: ...


class Widget(Struct, frozen=True):
    """``shape`` names the partial ``fields/<shape>.html``; ``group`` says it is a fieldset of several inputs.

    ``unit`` is the key of words that stand after the box.
    """

    shape: str
    type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    width: str = ""
    unit: str = ""
    group: bool = False
    spellcheck: bool = True
    accept: str = ACCEPTED_FILES
    find: str = "fields.pick.place"
    """The key of what stands in a list that is typed into, before anything is typed."""
    within: str = "fields.pick.within"
    """The key by which a choice that others lie within is called, ``{place}`` being its own name."""
    widest: str = ""
    """The key of what choices stand under that lie within nothing; "" for no heading."""

    @property
    def path(self) -> str:
        """The partial that draws it."""
        return f"fields/{self.shape}.html"

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The five answers of a rating, best first, each with the key of its words."""
        return tuple((str(n), f"fields.rating.{n}") for n in range(5, 0, -1))


_LINE = Widget("input")
_FOUND = Widget("found")
_LIST = Widget("list")
_YES_OR_NO = Widget("yes_no", group=True)
_WIDGETS = {
    "line": _LINE,
    "text": Widget("text"),
    "choice": Widget("radios", group=True),
    "choices": Widget("boxes", group=True),
    "flag": Widget("flag"),
    "whole": Widget("input", inputmode="numeric", width="short", autocomplete="off"),
    "money": Widget("input", inputmode="decimal", width="short", autocomplete="off", unit="fields.yuan"),
    "decimal": Widget("input", inputmode="decimal", width="short", autocomplete="off"),
    "date": Widget("input", type="date", width="short"),
    "moment": Widget("input", type="datetime-local", width="middle"),
    "phone": Widget("input", type="tel", inputmode="tel", autocomplete="tel", width="middle"),
    "id_card": Widget("input", autocomplete="off", width="middle", spellcheck=False),
    "credit_code": Widget("input", autocomplete="off", width="middle", spellcheck=False),
    "name": Widget("input", autocomplete="name", width="middle", spellcheck=False),
    "unit": Widget(
        "places", find="fields.pick.unit", within="fields.pick.itself", widest="fields.pick.county"
    ),
    "units": Widget("boxes", group=True),
    "entry": _LIST,
    "entries": Widget("boxes", group=True),
    "division": Widget("places"),
    "category": _LIST,
    "duty": _LIST,
    "peer": _LIST,
    "case": Widget("input", autocomplete="off", width="middle", spellcheck=False),
    "code": Widget("input", autocomplete="off", width="middle", spellcheck=False),
    "condition": Widget("input", autocomplete="off", spellcheck=False),
    "files": Widget("files"),
    "rating": Widget("rating", group=True),
}


def widget_of(field: Drawable) -> Widget:
    """The widget for a field; a list without anything to choose from becomes a box to write in.

    A box that is not ticked sends nothing, so a yes or no that must be answered has two circles: "no" is an answer.
    """
    if field.kind == "flag" and field.required:
        return _YES_OR_NO
    if field.kind == "choice" and len(field.options) > MOST_RADIOS:
        return _LIST
    if field.kind in ("unit", "division", "category", "duty", "peer") and not field.options:
        return _LINE
    if field.kind in ("entry", "entries") and not field.options:
        return _FOUND
    return _WIDGETS.get(field.kind, _LINE)
