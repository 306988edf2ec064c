"""Whatever comes in from outside (spreadsheets, messages of other counties, parcels, editions) is answered: read or refused.

The reader of practices has the same in ``tests/library/test_any_input.py``, and single bytes of workbooks in
``tests/apps/test_sheets.py``.
"""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.apps.registry.sheets import read_sheet
from tongban.kernel.edition.checking import Verdict, check
from tongban.kernel.exchange.message import Head, fields_of, read_head, receipted
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.refusal import Refused
from tongban.library.parcel import signed_by, unwrap

OURS = Ed25519Signer(signed_by("330822"), bytes(range(32)))
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TRIES = settings(max_examples=300, deadline=None)
MEMORY = 300_000_000
"""Bytes that answering one hostile file may take at most."""

JSON_LIKE = st.text(alphabet='{}[]":,.0123456789eE+-truefalsnul \n\t\\u𠀀中\x00\ud800', max_size=200)
ANY = st.one_of(st.text(max_size=200), JSON_LIKE)
LINES = st.lists(ANY, max_size=8).map("\n".join)


def spoiled(text: str) -> st.SearchStrategy[str]:
    """A text with a piece of it gone, doubled or replaced."""
    places = st.tuples(st.integers(0, len(text)), st.integers(0, 40), ANY)
    return places.map(lambda at: text[: at[0]] + at[2] + text[at[0] + at[1] :])


@TRIES
@given(
    content=st.one_of(st.binary(max_size=400), LINES.map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_any_bytes_are_a_sheet_or_its_faults(content: bytes) -> None:
    for given_ in (content, gzip.compress(content), b"\xff\xfe" + content, b"PK\x03\x04" + content):
        assert read_sheet(given_, name="a").faults is not None


@TRIES
@given(text=ANY, plain=st.binary(max_size=200))
def test_any_text_is_a_message_of_a_county_or_a_refusal(text: str, plain: bytes) -> None:
    head = read_head(text)
    assert isinstance(head, Head | Refused)
    assert isinstance(fields_of(plain), dict | Refused)
    if isinstance(head, Head):
        assert isinstance(receipted(text, head, [OURS.verifier()]), str | Refused)


HEAD = (
    '{"v":1,"from":"330822","to":"331124","conversation":"a","n":1,"kind":"tell","at":"2026-03-02T01:00:00Z"}'
)


@TRIES
@given(text=spoiled(HEAD))
def test_a_spoiled_head_is_read_or_refused(text: str) -> None:
    assert isinstance(read_head(text), Head | Refused)


PARCEL = "tongban parcel 1\n" + HEAD + '\n{"path":"practice.yaml","text":"id: a"}\n\n— 330822 AAAA\n'


@TRIES
@given(text=st.one_of(LINES, spoiled(PARCEL)))
def test_any_text_is_a_parcel_or_a_refusal(text: str) -> None:
    found = unwrap(text, [OURS.verifier()])
    assert isinstance(found, Refused), "nobody signed it"


@TRIES
@given(text=st.one_of(LINES, spoiled('{"edition":1}\n{"figure":"a"}\n{"population":"b"}\n')))
def test_any_text_is_an_edition_or_what_is_wrong_with_it(text: str) -> None:
    assert isinstance(check(text, {"tongban.330822+00000000": bytes(32)}), Verdict)


@pytest.mark.parametrize("kind", ["gzip", "workbook", "many files", "deep"])
def test_what_unpacks_into_far_more_is_refused_before_it_does(kind: str) -> None:
    """A hundred megabytes of nothing in a few kilobytes; a workbook of ten thousand files; brackets without end."""
    out, nothing = io.BytesIO(), b"\0" * 1_000_000
    if kind == "gzip":
        with gzip.GzipFile(fileobj=out, mode="wb") as file:
            for _ in range(300):
                file.write(nothing)
    elif kind == "deep":
        out.write(b"[" * 1_000_000)
    else:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("[Content_Types].xml", "<Types/>")
            for n in range(10_000 if kind == "many files" else 300):
                book.writestr(f"xl/{n}.xml", b"" if kind == "many files" else nothing)
    tracemalloc.start()
    try:
        assert read_sheet(out.getvalue(), name="a.xlsx").faults
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MEMORY
