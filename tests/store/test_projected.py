"""A change of what is derived from the ledger is noticed before it reaches a county that was set up earlier."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import msgspec
from small_practice import PROCEDURE, opened

from tongban.kernel import case
from tongban.kernel.ledger.seal import START
from tongban.store.projection import PROJECTED, case_row

SHAPES = {
    1: "e50ce33e8a1f56ab",
    2: "ffa0a3d706572fff",
    3: "ffa0a3d706572fff",
    4: "ffa0a3d706572fff",
    5: "798a4d33e9485e0c",
    6: "798a4d33e9485e0c",
    7: "f8c97834a7525381",
    8: "75246ee84cef9d0e",
    9: "2ee2753c0acae9ce",
    10: "2ee2753c0acae9ce",
    11: "413cbf5fa496103d",
    12: "a83cc670e4eb3148",
    13: "ac8d12c0bad122ff",
    14: "72b7743b57a974fa",
}
"""What a case's state and row hold, by the version of the projection. A new shape needs a new version, and so
does a new way to fill one: 3 names a case by the first line or text that was asked, 4 reads traditional characters as simplified
ones for the search. 5 has cases that are placed under others, and mandates that say who gave them; 6 finds a case
by the end of its number; 7 adds up numbers that were answered more than once; 8 keeps quiet hours.;
9 keeps the boards that were counted; 10 calls a subcase by the key that tells it from the others;
11 keeps the visits; 12 keeps the sealed parts of keys; 13 says which case of another practice a case is about;
14 keeps what a case said to other counties and heard from them."""


def test_a_new_shape_of_a_case_or_its_row_has_a_new_version() -> None:
    columns = sorted(case_row(PROCEDURE, opened().cases[0], START, None))
    shape = json.dumps([columns, dict(_kept())])
    assert SHAPES[PROJECTED] == hashlib.sha256(shape.encode()).hexdigest()[:16]


def _kept() -> Iterator[tuple[str, list[str]]]:
    """The members of a case and of all that it is made of."""
    for name, kind in sorted(vars(case).items()):
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == case.__name__:
            yield name, [field.encode_name for field in msgspec.structs.fields(kind)]
