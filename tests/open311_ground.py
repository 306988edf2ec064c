"""A program outside that speaks Open311: every answer it gets, XML and JSON, is held to the schemas and to each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import jsonschema
import xmlschema
from django.test import Client

from desk_ground import Desk
from tongban.apps.open311.keys import issue
from tongban.apps.open311.offers import offer
from tongban.kernel.refusal import Refused

SCHEMAS = Path(__file__).parent / "api" / "open311_schemas"
XSD = xmlschema.XMLSchema11(str(SCHEMAS / "georeport.xsd"))
DEFS = json.loads((SCHEMAS / "georeport.json").read_text("utf-8"))
FORM = "application/x-www-form-urlencoded; charset=utf-8"
NUMBERS = {"order", "code", "lat", "long"}
ADMINISTRATOR = "hushaohua"


def judged(response: Any, kind: str) -> Any:
    """The answer as values, once its schema has let it pass."""
    media = response["Content-Type"]
    shape = kind if response.status_code < 400 else "errors"
    if media == "application/json; charset=utf-8":
        told = json.loads(response.content.decode("utf-8"))
        schema = {"$ref": f"#/$defs/{shape}", "$defs": DEFS["$defs"]}
        jsonschema.validate(told, schema, format_checker=jsonschema.FormatChecker())
        return told
    assert media == "text/xml; charset=utf-8", media
    text = response.content.decode("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n')
    XSD.validate(text)
    root = ElementTree.fromstring(text)
    assert root.tag == ("service_requests" if shape in ("created", "token") else shape)
    return spark(root)


def spark(node: ElementTree.Element) -> Any:
    """XML as the Spark convention maps it: what holds several of one name is a list."""
    several = {
        "services",
        "attributes",
        "values",
        "service_requests",
        "errors",
        "endpoints",
        "formats",
        "notes",
    }
    if node.tag in several:
        return [spark(each) for each in node]
    if len(node):
        return {each.tag: spark(each) for each in node}
    return node.text


def textual(told: Any) -> Any:
    """JSON as XML has it: everything is text."""
    match told:
        case dict():
            return {name: textual(each) for name, each in told.items()}
        case list():
            return [textual(each) for each in told]
        case bool():
            return "true" if told else "false"
        case None:
            return None
        case _:
            return str(told)


class Program:
    """Requests at the door. ``key`` is shown with what is sent."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.client = Client()

    def get(self, path: str, kind: str, language: str = "en", **query: str) -> Any:
        """Both formats, which must say the same; the answer as JSON and its status."""
        answers = []
        for form in ("xml", "json"):
            response = self.client.get(
                f"/open311/{path}.{form}", query, headers={"Accept-Language": language}
            )
            answers.append((judged(response, kind), response.status_code))
        (xml, xml_status), (told, status) = answers
        assert xml == textual(told) and xml_status == status, (xml, told)
        return told, status

    def post(self, form: str = "json", language: str = "en", headers: Any = None, **sent: Any) -> Any:
        fields = {"api_key": self.key, **{name.replace("__", "."): value for name, value in sent.items()}}
        body = urlencode({name: value for name, value in fields.items() if value is not None}, doseq=True)
        return self.raw(body, form, language, headers)

    def raw(self, body: str | bytes, form: str = "json", language: str = "en", headers: Any = None) -> Any:
        heads = {"Accept-Language": language, **(headers or {})}
        response = self.client.generic("POST", f"/open311/v2/requests.{form}", body, FORM, headers=heads)
        return judged(response, "created"), response.status_code


def offered(desk: Desk, most: int = 60) -> Program:
    """A program with a key, where the county offers what residents bring."""
    acting = desk.acting(ADMINISTRATOR)
    made = offer("hotline", {}, acting)
    assert not isinstance(made, Refused), made
    key = issue("街坊随手报", 30, most, acting)
    assert not isinstance(key, Refused)
    return Program(key[1])
