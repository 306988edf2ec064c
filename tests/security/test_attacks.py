"""Attacks that everybody tries, and that they fail. Where another test holds one already, ``docs/explanation/security.md`` names it."""

from __future__ import annotations

import ast
import importlib
import io
import logging
import pkgutil
import re
import zipfile
from pathlib import Path
from re import _constants as parts  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

import tongban
from tongban.apps.registry.sheets import read_sheet
from tongban.apps.sheets import harmless
from tongban.kernel.refusal import Refused
from tongban.library.document import read_document

SOURCE = Path(tongban.__file__).parent
pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


# Browsers


def test_over_tls_every_cookie_is_for_this_host_alone_and_a_planted_one_is_not_read(client: Client) -> None:
    answer = client.get("/sign-in/?lang=en", secure=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    for name, cookie in answer.cookies.items():
        assert name.startswith("__Host-")
        assert cookie["secure"] and cookie["path"] == "/" and not cookie["domain"]
        assert cookie["samesite"] == "Lax" and cookie["httponly"]
    planted = Client(raise_request_exception=False)
    planted.cookies["language"] = "en"
    assert planted.get("/sign-in/", secure=True).headers["Content-Language"] == "zh-Hans"
    assert planted.get("/sign-in/").headers["Content-Language"] == "en"


def test_no_page_may_be_framed_embedded_or_sniffed(client: Client) -> None:
    for path in ("/sign-in/", "/nowhere/", "/desk/", "/api/v1/nowhere", "/health/live", "/metrics"):
        heads = client.get(path).headers
        policy = heads["Content-Security-Policy"]
        for rule in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert rule in policy, path
        assert "unsafe" not in policy
        assert heads["X-Content-Type-Options"] == "nosniff"
        assert heads["Cross-Origin-Resource-Policy"] == heads["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/desk/", "/account/", "/api/v1/cases", "/health/live"])
def test_trace_gives_nothing_back_of_what_was_sent(client: Client, path: str) -> None:
    answer = client.generic("TRACE", path, headers={"x-secret": "of somebody"})
    assert b"of somebody" not in answer.content
    assert answer.status_code in (302, 405)


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b"]
)
def test_a_host_that_is_not_ours_gets_nothing(client: Client, host: str) -> None:
    assert client.get("/sign-in/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("said", ["en\r\nSet-Cookie: a=b", "en%0d%0aSet-Cookie:%20a=b", "\x00", "<script>"])
def test_no_answer_has_a_header_that_a_stranger_wrote(client: Client, said: str) -> None:
    answer = client.get("/sign-in/", {"lang": said})
    assert answer.status_code == 200
    assert not [value for value in answer.headers.values() if "\r" in value or "\n" in value]
    assert "a" not in answer.cookies


@pytest.mark.parametrize("said", ["\0" + "a" * 12, "a" * 8 + "'--", "x"])
def test_a_session_that_nobody_was_given_is_none(client: Client, said: str) -> None:
    client.cookies["sessionid"] = said
    assert client.get("/sign-in/").status_code == 200


def test_signing_in_gives_a_new_session_and_signing_out_ends_it_for_good(client: Client) -> None:
    User.objects.create_user("clerk", password="a good one")
    session = client.session
    session["owns"] = []
    session.save()
    fixed = client.cookies["sessionid"].value
    client.post("/sign-in/", {"username": "clerk", "password": "a good one"})
    mine = client.cookies["sessionid"].value
    assert mine != fixed
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = mine
    assert "_auth_user_id" not in thief.session


def test_a_form_from_another_page_does_nothing() -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    User.objects.create_user("clerk", password="a good one")
    answer = strict.post("/sign-in/", {"username": "clerk", "password": "a good one"})
    assert answer.status_code == 403
    assert "_auth_user_id" not in strict.session


# Logs


def test_no_line_of_a_log_is_written_by_a_stranger(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get("/nowhere/%0d%0aCRITICAL%20everything%20is%20lost/")
    assert [each.getMessage() for each in caplog.records]
    for record in caplog.records:
        assert "\n" not in record.getMessage() and "\r" not in record.getMessage()


# Readers


def test_a_list_that_doubles_itself_is_no_document() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    )
    assert isinstance(read_document("practice.yaml", bomb), Refused)
    assert isinstance(read_document("practice.yaml", "a: !!python/object/apply:os.system [id]\n"), Refused)
    assert isinstance(read_document("practice.yaml", "[" * 5_000), Refused)


def _book(shared: str, sheet: str = "") -> bytes:
    """A workbook made by hand, with its texts and its sheet as given."""
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        file.writestr(
            "xl/workbook.xml",
            f'<workbook {ns} xmlns:r="{rel}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        file.writestr("xl/sharedStrings.xml", shared)
        cell = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        file.writestr(
            "xl/worksheets/sheet1.xml", sheet or f"<worksheet {ns}><sheetData>{cell}</sheetData></worksheet>"
        )
    return out.getvalue()


def test_a_workbook_whose_texts_call_each_other_or_a_file_is_refused() -> None:
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for doctype in (f"<!DOCTYPE x [{laughs}]>", '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'):
        sheet = read_sheet(
            _book(f'<?xml version="1.0"?>{doctype}<sst {ns}><si><t>&i;</t></si></sst>'), name="a.xlsx"
        )
        assert sheet.faults
        assert "root:" not in repr(sheet)


def test_nothing_of_the_product_reads_xml_from_outside() -> None:
    """XML is written, never parsed; workbooks are read by openpyxl, and the test above says what of theirs is refused."""
    readers = {"fromstring", "iterparse", "XMLParser", "XMLPullParser", "parseString", "make_parser"}
    found = []
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            names = (
                {each.name for each in node.names} if isinstance(node, ast.Import | ast.ImportFrom) else set()
            )
            if (module.startswith(("xml", "lxml", "defusedxml")) and names & (readers | {"parse"})) or names & {
                "xml.dom", "xml.sax", "lxml", "lxml.etree", "xml.dom.minidom", "xml.etree.ElementTree",
            }:  # fmt: skip
                found.append(str(file.relative_to(SOURCE)))
    assert found == []


def test_no_cell_that_is_given_out_is_computed() -> None:
    for text in (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
    ):
        assert harmless(text).startswith("'")
    assert harmless("12 = 12") == "12 = 12"


def _nested(pattern: Any, *, inside: bool = False) -> bool:
    """Whether an endless repetition stands in another: what takes exponential time on a text that nearly fits."""
    for op, value in pattern:
        if op in (parts.MAX_REPEAT, parts.MIN_REPEAT):
            endless = value[1] is parts.MAXREPEAT or value[1] > 1_000
            if endless and inside:
                return True
            if _nested(value[2], inside=inside or endless):
                return True
        elif op is parts.SUBPATTERN:
            if _nested(value[3], inside=inside):
                return True
        elif op is parts.BRANCH:
            if any(_nested(each, inside=inside) for each in value[1]):
                return True
        elif op in (parts.ASSERT, parts.ASSERT_NOT) and _nested(value[1], inside=inside):
            return True
    return False


LOOKED_AT = frozenset(
    {
        r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*",
        r"\[?([a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*)\]?",
        r"\^\(([a-z_]+(?:\|[a-z_]+)*)\)\$",
        r"\bfacts\.(\w+)\.all\((\w+), (\2 in \w+\.\w+(?: \|\| \2 in \w+\.\w+)*)\)",
        r"\bfacts\.(\w+)\.all\((\w+), (!\(\2 in \w+\.\w+\)(?: && !\(\2 in \w+\.\w+\))*)\)",
    }
)
"""Patterns with a repetition in a repetition that were looked at: the inner one begins with what the outer cannot."""


def test_no_pattern_takes_exponential_time() -> None:
    found = {}
    for module in pkgutil.walk_packages([str(SOURCE)], "tongban."):
        if module.name.startswith(("tongban.demo", "tongban.analytics.engines", "tongban.config.wsgi")):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if (
                isinstance(value, re.Pattern)
                and isinstance(value.pattern, str)
                and _nested(parser.parse(value.pattern))
            ):
                found[value.pattern] = f"{module.name}.{name}"
    assert {each: at for each, at in found.items() if each not in LOOKED_AT} == {}
