"""Rows of registers, read for a decision: by register and key, in one query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from tongban.kernel.procedure.subjects import Place
from tongban.kernel.value import Facts
from tongban.store.batch import read_value
from tongban.store.journal import Journal
from tongban.store.wire import array


def rows_of(journal: Journal, keys: Mapping[str, str]) -> Mapping[Place, tuple[Facts, datetime]]:
    """The rows of these registers with these keys, each with the moment of the step that wrote it last."""
    if not keys:
        return {}
    sql = """SELECT register, key, fields, at FROM store_subject
             WHERE county = %s AND (register, key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"""
    found = journal.query(sql, (journal.county, array(keys), array(keys.values())))
    rows = cast("list[tuple[str, str, str, datetime]]", found)
    return {(register, key): (_facts(fields), at) for register, key, fields, at in rows}


def _facts(fields: str) -> Facts:
    value = read_value(json.loads(fields))
    assert isinstance(value, Mapping)
    return value
