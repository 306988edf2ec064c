"""A PDF that would run or start something on the desk's machine is not taken; one that only looks or leads is."""

from __future__ import annotations

import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desk_ground import Desk, county, desk
from tongban.apps.casework.files import keep
from tongban.apps.casework.papers import CARRIES, CLOSED, EMBEDDED, RUNS, fault_in
from tongban.kernel.refusal import Refused

__all__ = ["county", "desk"]


def pdf(*objects: bytes) -> bytes:
    numbered = b"".join(b"%d 0 obj%bendobj\n" % (n, each) for n, each in enumerate(objects, 3))
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type /Page>>endobj\n"
        + numbered
        + b"%%EOF\n"
    )


def packed(inside: bytes, entries: bytes = b"/Filter/FlateDecode") -> bytes:
    """An object stream with one object in it."""
    data = zlib.compress(b"9 0 " + inside)
    return b"<</Type/ObjStm/N 1/First 4 %b/Length %d>>stream\n%b\nendstream " % (entries, len(data), data)


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
ATTACHED = b"<</Type/Filespec/F(%b)/UF(%b)/EF<</F 9 0 R/UF 9 0 R>>>>"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (pdf(b"<</OpenAction" + SCRIPT + b">>"), "JavaScript"),
        (pdf(b"<</S /#4aava#53cript /JS 5 0 R>>"), "JavaScript"),
        (pdf(b"<</S %a remark\n/JavaScript>>"), "JavaScript"),
        (pdf(b"<</S 9 0 R>>", b"/JavaScript "), "JavaScript"),
        (pdf(b"<</Names<</JavaScript 8 0 R>>>>"), "JavaScript"),
        (pdf(packed(SCRIPT)), "JavaScript"),
        (pdf(packed(b"<</S/#4Aava#53cript>>")), "JavaScript"),
        (pdf(packed(SCRIPT).replace(b"/Type/ObjStm", b"")), "JavaScript"),
        (pdf(b"<</S/Launch/F(cmd.exe)>>"), "Launch"),
        (pdf(b"<</Subtype/RichMedia>>"), "RichMedia"),
        (pdf(b"<</S/Rendition/OP 1/JS(x)>>"), "Rendition"),
        (pdf(b"<</AcroForm<</XFA [(template) 7 0 R]>>>>"), "XFA"),
    ],
)
def test_what_would_run_or_start_something_is_found_and_named(data: bytes, what: str) -> None:
    assert fault_in(data) == (RUNS, what)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (pdf(ATTACHED % (b"bill.xml", b"bill.exe")), "bill.exe"),
        (pdf(ATTACHED % (b"a.js", b"a.js")), "a.js"),
        (pdf(b"<</F<feff006100 2e006500780065>/EF<</F 9 0 R>>>>"), "a.exe"),
        (pdf(b"<</UF 12 0 R/F(a.xml)/EF<</F 9 0 R>>>>"), EMBEDDED),
        (pdf(b"<</Names<</EmbeddedFiles 4 0 R>>>>"), EMBEDDED),
        (pdf(packed(ATTACHED % (b"a\\056bat", b"a.bat"))), "a.bat"),
    ],
)
def test_a_file_within_is_taken_only_under_a_name_that_nothing_runs_by(data: bytes, what: str) -> None:
    assert fault_in(data) == (CARRIES, what)


@pytest.mark.parametrize(
    "data",
    [
        pdf(packed(SCRIPT, b"/Filter/LZWDecode").replace(b"x\x9c", b"\x80\x0b")),
        pdf(packed(SCRIPT, b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>")),
        pdf(b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\nenciphered\nendstream ")
        + b"<</Encrypt 9 0 R>>",
        pdf(packed(b"0" * (33 << 20))),
    ],
)
def test_what_cannot_be_looked_into_is_not_taken(data: bytes) -> None:
    assert fault_in(data) == (CLOSED, "")


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"<</OpenAction[3 0 R/XYZ null null 1]/S/GoTo>>"),
        pdf(b"<</A<</S/URI/URI(https://www.example.cn/Launch)>>>>"),
        pdf(b"<</A<</S/URI/URI(https://www.example.cn/JavaScript/)>>>>"),
        pdf(b"<</S/Named/N/Print>>", b"<</AA<</O<</S/GoTo>>>>>>"),
        pdf(packed(b"<</Type/Outlines/First 3 0 R>>")),
        pdf(b"<</Type/Outlines/First 3 0 R>>", b"<</Filter/DCTDecode>>stream\n\xff\xd8\xff\nendstream "),
        pdf(ATTACHED % (b"\xfe\xff" + "电子发票.xml".encode("utf-16-be"), b"bill.XML")),
        pdf(
            packed(ATTACHED % (b"bill.xml", b"bill.xml")),
            b"<</Type/EmbeddedFile>>stream\n<x/>\nendstream ",
        ),
        pdf(b"<</Encrypt 9 0 R>>", b"<</Filter/FlateDecode>>stream\n\x01\x02\nendstream "),
        pdf(b"<<>>stream\nBT (see /JavaScripts) Tj\nendstream "),
    ],
)
def test_what_only_looks_or_leads_is_taken(data: bytes) -> None:
    assert fault_in(data) is None


def test_a_paper_that_unpacks_without_end_is_not_unpacked_for_ever() -> None:
    zeros = zlib.compress(b"1 0 " + bytes(40 << 20))
    data = pdf(*[b"<</Filter/FlateDecode>>stream\n" + zeros + b"\nendstream "] * 30)
    assert fault_in(data) is None, "no stream of objects is in it, so what it unpacks into is nobody's"


@pytest.mark.database
@pytest.mark.django_db
def test_whoever_sends_it_is_told_what_it_would_do_and_what_to_send_instead(desk: Desk) -> None:
    found = keep(
        [SimpleUploadedFile("通知.pdf", pdf(b"<</OpenAction" + SCRIPT + b">>"))],
        desk.acting(desk.clerk),
        "slip",
    )
    assert isinstance(found, Refused)
    assert (found.code, found.where, dict(found.facts)) == (
        "file.runs",
        "slip",
        {"name": "通知.pdf", "what": "JavaScript"},
    )
