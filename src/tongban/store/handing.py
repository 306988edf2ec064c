"""What a case keeps beside the ledger, read to be handed on to its subcases: each reading of an identity is a note."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from tongban.kernel.form import Held
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Facts, Value
from tongban.store.identity import look
from tongban.store.journal import Journal
from tongban.store.wire import array

SYSTEM, PURPOSE = "system", "handed_on"


def handed_over(journal: Journal, case: str, step: str, places: Mapping[str, Held], now: datetime) -> Facts:
    """The latest of these answers of a case, as far as they were not erased.

    ``places`` says where each is kept. That identities were read, and for which ``step``, is a note. Raises
    ``RefusedError`` where that cannot be sealed.
    """
    content = [name for name, place in places.items() if place is Held.content]
    identity = [name for name, place in places.items() if place is Held.identity]
    found: dict[str, Value] = {}
    if content:
        sql = """SELECT DISTINCT ON (field) field, value FROM store_content
                 WHERE county = %s AND chain = %s::uuid AND field = ANY (%s::text[]) ORDER BY field, seq DESC"""
        rows = cast(list[tuple[str, str]], journal.query(sql, (journal.county, case, array(content))))
        found |= {field: _value(value) for field, value in rows}
    if identity:
        seen = look(journal, case, identity, SYSTEM, PURPOSE, step, now)
        if not isinstance(seen, Mapping):
            raise RefusedError(seen)
        found |= {name: _tupled(value) for name, value in seen.items()}
    return found


def _value(text: str) -> Value:
    return _tupled(json.loads(text))


def _tupled(value: object) -> Value:
    return cast(Value, tuple(value) if isinstance(value, list) else value)
