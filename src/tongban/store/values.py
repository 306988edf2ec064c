"""Texts and files that events committed to: reading them, with the salts that prove them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from tongban.kernel.ledger.receipt import Disclosed
from tongban.kernel.value import Value
from tongban.store.batch import read_value
from tongban.store.journal import Journal

Given: TypeAlias = dict[int, dict[str, Disclosed]]
"""Values by the event that gave them and by field."""


def from_text(text: str) -> Value:
    """A value from its canonical text."""
    return read_value(json.loads(text))


def content(journal: Journal, case: str) -> Given:
    """All content of one case that has not been erased."""
    return contents(journal, [case]).get(case, {})


def contents(journal: Journal, cases: Iterable[str]) -> dict[str, Given]:
    """The content of many cases, by case."""
    sql = """
        SELECT chain::text, seq, field, value, salt FROM store_content
        WHERE county = %s AND chain = ANY (%s::uuid[]) ORDER BY chain, seq, field
    """
    found: dict[str, Given] = {}
    for row in journal.query(sql, (journal.county, list(cases))):
        case, seq, field, value, salt = cast(tuple[str, int, str, str, bytes], row)
        found.setdefault(case, {}).setdefault(seq, {})[field] = Disclosed(from_text(value), salt)
    return found


def latest(given: Given) -> Mapping[str, Value]:
    """The newest value of each field."""
    return {field: each.value for seq in sorted(given) for field, each in given[seq].items()}
