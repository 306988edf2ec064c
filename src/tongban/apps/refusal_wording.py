"""A refusal in a practice's words: titles for the ids among its facts, and whoever may take a step by what its kind calls them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tongban.kernel.form import NUMBERS
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.texts import Words, product_texts, refusal_words

if TYPE_CHECKING:
    from tongban.apps.wording import Wording


def refusal_in_words(wording: Wording, refused: Refused, *, coded: bool) -> Words:
    """``coded``: choices have their codes behind them, for programs, which must send those."""
    field = refused.where.rpartition("/")[2]  # in a row of a table: rows/3/level
    said = partial(refusal_words, refused, wording.language)
    match refused.code:
        case "form.not_a_choice":
            return said(lambda fact, value: _chosen(wording, field, fact, value, coded=coded))
        case "form.too_small" | "form.too_large" | "form.out_of_range":
            return said(lambda _, value: _bound(wording, field, value))
        case "form.unknown_field" | "form.not_asked" if not coded:
            return said(lambda _, value: wording.label("", str(value)))
        case _:
            return said(lambda fact, value: _name(wording, fact, value, refused.where))


def _bound(wording: Wording, field: str, value: Value) -> str:
    """The least or most of a number as its field is read: money in yuan, a decimal with its point, a number with what it counts."""
    asked = wording.field(field)
    counts = asked is not None and asked.kind in NUMBERS
    return wording.value(field, value) if counts else ""


def _chosen(wording: Wording, field: str, fact: str, value: Value, *, coded: bool) -> str:
    match fact, value:
        case "nearest", str() if value:
            return _option(wording, field, value, coded=coded)
        case "choices", tuple():
            return wording.joined([_option(wording, field, str(each), coded=coded) for each in value])
        case _:
            return ""


def _option(wording: Wording, field: str, choice: str, *, coded: bool) -> str:
    label = wording.choice(field, choice)
    return product_texts().say("value.coded", wording.language, label=label, code=choice) if coded else label


def _name(wording: Wording, fact: str, value: Value, where: str) -> str:
    match fact, value:
        case "stage", str():
            return wording.stage(value)
        case "step", str():
            return wording.step(value)
        case "clock", str():
            return wording.clock(value)
        case "unit" | "category" | "own_category" | "division" | "own_division" | "peer", str():
            return wording.named(fact.removeprefix("own_"), value)
        case "units", tuple():
            return wording.joined([wording.names.unit(str(each), wording.language) for each in value])
        case "rows", tuple():
            named = [str(each).partition("/") for each in value]
            return wording.joined(
                [wording.names.entry(book, code, wording.language) for book, _, code in named]
            )
        case "kind" | "found", str():
            texts, key = product_texts(), f"{fact}.{value}"
            return texts.say(key, wording.language) if texts.has(key, wording.language) else ""
        case "condition", str():
            return wording.of(f"conditions.{value}", value)
        case "reason", str():
            return wording.choice("lawful_reason", value)
        case "lawful", tuple():
            return wording.joined([wording.choice("lawful_reason", str(each)) for each in value])
        case "roles", tuple():
            return wording.joined([_role(wording, str(each), where) for each in value])
        case _:
            return ""


def _role(wording: Wording, role_at: str, step: str) -> str:
    """``step`` is the one that was refused: where kinds call their requester differently, the word that all share."""
    role, _, relation = role_at.rpartition("@")
    own = {wording.requester(id_) for id_, kind in wording.procedure.kinds.items() if step in kind.steps}
    return wording.role_words(role, relation, own.pop() if len(own) == 1 else wording.requester(""))
