"""Does a document have the shape of its model? Every fault with file, line and a fixed code."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Annotated, Generic, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.document import Document, Place

T = TypeVar("T")

_KINDS: Mapping[str, str] = {
    "string_type": "practice.not_text",
    "int_type": "practice.not_whole",
    "bool_type": "practice.not_flag",
    "tuple_type": "practice.not_a_list",
    "list_type": "practice.not_a_list",
    "dict_type": "practice.not_a_mapping",
    "model_type": "practice.not_a_mapping",
    "model_attributes_type": "practice.not_a_mapping",
    "string_too_short": "practice.nothing_written",
    "too_short": "practice.nothing_written",
    "string_too_long": "practice.too_long",
    "too_long": "practice.too_long",
    "greater_than_equal": "practice.out_of_range",
    "less_than_equal": "practice.out_of_range",
    "string_pattern_mismatch": "practice.spelling",
}


_RULES: Mapping[tuple[str, str], str] = {
    ("string_too_long", "max_length"): "letters_most",
    ("too_long", "max_length"): "rows_most",
    ("greater_than_equal", "ge"): "at_least",
    ("less_than_equal", "le"): "at_most",
    ("greater_than", "gt"): "above",
    ("less_than", "lt"): "below",
    ("date_parsing", ""): "day",
    ("date_from_datetime_parsing", ""): "day",
    ("date_from_datetime_inexact", ""): "day",
    ("date_type", ""): "day",
    ("datetime_parsing", ""): "moment",
    ("datetime_type", ""): "moment",
    ("float_type", ""): "number",
    ("float_parsing", ""): "number",
}


class Shaped(Generic[T]):
    """A model (or a mapping or list of models) that documents can be fitted to."""

    def __init__(self, kind: object) -> None:
        self.kind = kind

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """Built when the first document is fitted: most processes never read a story."""
        return TypeAdapter(cast("type[T]", self.kind))

    def fit(self, document: Document) -> T | Refused:
        """The document as the model. Facts of a refusal name what was given and what would be right."""
        try:
            # Through JSON, because there a list may become a tuple and a word an enumeration, strictly.
            return self.adapter.validate_json(json.dumps(document.value))
        except ValidationError as error:
            found = error.errors(include_url=False)
            # A list whose entries were refused also counts as empty: that is no fault of its own.
            inner = {each["loc"][:end] for each in found for end in range(len(each["loc"]))}
            faults = [
                self._fault(document, each)
                for each in found
                if not (each["type"] == "too_short" and each["loc"] in inner)
            ]
            return Refused.of(list({(f.code, f.where, str(f.facts)): f for f in faults}.values()))

    def schema(self) -> Mapping[str, object]:
        return self.adapter.json_schema()

    def _fault(self, document: Document, error: ErrorDetails) -> Refused:
        place = cast(Place, tuple(part for part in error["loc"] if part != "[key]"))
        name = ".".join(str(part) for part in place)
        given = "" if isinstance(error["input"], dict | list) else str(error["input"])[:60]
        context = error.get("ctx", {})
        facts: dict[str, Value] = {"name": name, "given": given}
        match error["type"]:
            case "extra_forbidden":
                key = str(place[-1])
                known = _keys(self.kind, place[:-1])
                near = get_close_matches(key, known, 1, 0.0)
                facts = {"key": key, "nearest": near[0] if near else "", "known": ", ".join(known)}
                return Refused("practice.unknown_key", document.where(*place), facts)
            case "missing":
                around = document.where(*place[:-1])
                return Refused("practice.missing_key", around, {"key": str(place[-1]), "name": name})
            case "literal_error" | "enum":
                expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
                near = get_close_matches(given, expected.split(", "), 1, 0.0)
                facts |= {"known": expected, "nearest": near[0] if near else ""}
                return Refused("practice.not_one_of", document.where(*place), facts)
            case own if own.startswith("practice."):
                facts |= {key: cast(Value, value) for key, value in context.items()}
                return Refused(own, document.where(*place), facts)
            case other:
                if error["input"] is None:
                    return Refused("practice.nothing_written", document.where(*place), facts)
                code = _KINDS.get(other, "practice.not_like_this")
                return Refused(code, document.where(*place), {**facts, **_reason(other, context)})


def _reason(kind: str, context: Mapping[str, object]) -> dict[str, Value]:
    """Which rule was broken, by a code with words of ours, and its bound."""
    name, bound = next(
        (
            (each, context[each])
            for each in ("ge", "le", "gt", "lt", "min_length", "max_length")
            if each in context
        ),
        ("", None),
    )
    rule = _RULES.get((kind, name)) or _RULES.get((kind, ""), "manual")
    return {"reason": f"cause.{rule}", **({"bound": bound} if isinstance(bound, int | str) else {})}


def _keys(kind: object, place: Place) -> list[str]:
    """The keys that a mapping at that place may have: the model's fields under their written names."""
    here = _plain(kind)
    for part in place:
        here = _plain(_inside(here, part))
    return list(_fields(here)) if isinstance(here, type) and issubclass(here, BaseModel) else []


@cache
def _fields(model: type[BaseModel]) -> Mapping[str, object]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _inside(kind: object, part: str | int) -> object:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _fields(kind).get(str(part))
    arguments = get_args(kind)
    if not arguments:
        return None
    return arguments[1] if get_origin(kind) is dict else arguments[0]


def _plain(kind: object) -> object:
    """Without what is wrapped around it: constraints, and that it may be left out."""
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            kind = get_args(kind)[0]
        elif origin in (Union, types.UnionType):
            kind = next((each for each in get_args(kind) if each is not type(None)), None)
        else:
            return kind
