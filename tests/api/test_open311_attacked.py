"""Whatever is sent to Open311, the answer is one of the standard's, and nothing is taken that the form would not take."""

from __future__ import annotations

import json
import string
from urllib.parse import quote_plus
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_ground import Desk, county, desk
from open311_ground import Program, offered
from tongban.api.open311.writing import body

__all__ = ["county", "desk"]

ANY = st.text(st.characters(codec=None), max_size=60)
NAMES = st.sampled_from(
    ["service_code", "description", "address_string", "address_id", "lat", "long", "phone", "first_name",
     "last_name", "email", "media_url", "jurisdiction_id", "account_id", "device_id", "attribute[wish]",
     "attribute[credit_code]", "attribute[public_consent]", "attribute[wish][]", "attribute[]", "attribute"]
)  # fmt: skip
GOOD = {
    "service_code": "hotline.01.05.04",
    "description": "下水道堵了",
    "address_string": "天马街道",
    "phone": "13800138000",
}


@pytest.mark.parametrize("form", ["xml", "json"])
def test_every_character_is_written_so_that_it_can_be_read(form: str) -> None:
    for code in (*range(0x300), 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF):
        data = body(form, "errors", [{"code": 400, "description": f"a{chr(code)}b"}])
        if form == "json":
            read = json.loads(data)[0]["description"]
        else:
            read = ElementTree.fromstring(data)[0][1].text
        lawful = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
        assert read == f"a{chr(code) if lawful else chr(0xFFFD)}b"


@given(st.recursive(st.none() | st.booleans() | ANY | st.floats(allow_nan=False, allow_infinity=False), lambda few: st.dictionaries(st.sampled_from(["a", "b"]), few, min_size=1, max_size=2)))  # fmt: skip
def test_any_tree_is_well_formed(node: object) -> None:
    ElementTree.fromstring(body("xml", "errors", [{"x": node}]))  # type: ignore[dict-item]
    json.loads(body("json", "errors", [{"x": node}]))  # type: ignore[dict-item]


@pytest.mark.database
def test_what_a_program_sends_is_answered_whatever_it_is(desk: Desk) -> None:
    program = offered(desk, most=6000)

    @settings(max_examples=150)
    @given(st.dictionaries(NAMES, ANY | st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,8})?"), max_size=5), st.sampled_from(["xml", "json"]), st.booleans())  # fmt: skip
    def sent(fields: dict[str, str], form: str, good: bool) -> None:
        fields = {**(GOOD if good else {}), **fields}
        pairs = [f"{quote_plus(n)}={quote_plus(v, errors='surrogatepass')}" for n, v in fields.items()]
        told, status = program.raw("&".join([f"api_key={program.key}", *pairs]), form)
        assert status in (200, 400, 403, 404) and "incident" not in str(told), told

    sent()


@pytest.mark.database
def test_bytes_that_are_no_form_are_refused_and_nothing_breaks(desk: Desk) -> None:
    program = offered(desk, most=6000)

    @settings(max_examples=60)
    @given(st.binary(max_size=200))
    def sent(data: bytes) -> None:
        told, status = program.raw(b"api_key=" + program.key.encode() + b"&" + data)
        assert status in (200, 400, 403, 404) and "incident" not in str(told), told

    sent()


@pytest.mark.database
@pytest.mark.parametrize("size", [4001, 100_000, 3_000_000])
def test_very_long_values_are_refused(desk: Desk, size: int) -> None:
    program = offered(desk)
    for name in ("description", "address_string", "media_url", "phone", "first_name", "attribute[wish]"):
        told, status = program.post(**{**GOOD, name: "长" * size})
        if name != "address_string" or size > 5_000:
            assert status == 400, (name, told)
    assert (
        program.raw("&".join(f"{letter}{n}=" for n in range(60) for letter in string.ascii_letters))[1] == 400
    )


@pytest.mark.database
@pytest.mark.parametrize("media", ["application/json", "multipart/form-data", "text/plain; charset=gbk", ""])
def test_another_media_type_is_an_error_of_the_standard(desk: Desk, media: str) -> None:
    program = offered(desk)
    response = Program().client.generic("POST", "/open311/v2/requests.xml", b"\xb0\xa1=1", media)
    assert response.status_code in (400, 403) and b"<errors>" in response.content
    assert program.key not in response.content.decode()
