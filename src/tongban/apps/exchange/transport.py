"""The way to another county: one HTTP request, which follows no redirection, waits not for ever and believes no answer blindly."""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64encode
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from tongban.kernel.exchange.message import Signed
from tongban.kernel.refusal import Refused

DOOR = "/api/v1/exchange/messages"
SECONDS = 10
LARGEST = 20_000
"""Bytes of an answer: a receipt, or the words of a refusal."""
_CODE = re.compile(r"[a-z]{2,30}\.[a-z_]{2,60}")


def deliver(address: str, signed: Signed) -> str | Refused:
    """The receipt that is answered. Refuses with the other county's code, or ``exchange.unreachable``."""
    body = json.dumps(
        {"note": signed.note, "head": signed.head, "sealed": b64encode(signed.sealed).decode()},
        ensure_ascii=False,
    ).encode()
    try:
        kind, answer = _posted(address, body)
    except (OSError, HTTPException, ValueError) as fault:
        return Refused("exchange.unreachable", address, {"said": str(fault)[:200]})
    if kind != 200:
        code = answer.get("code")
        known = isinstance(code, str) and _CODE.fullmatch(code) is not None
        return Refused(str(code) if known else "exchange.answer", address, {"answer": kind})
    receipt = answer.get("receipt")
    return receipt if isinstance(receipt, str) else Refused("exchange.answer", address, {"answer": kind})


def _posted(address: str, body: bytes) -> tuple[int, dict[str, object]]:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        way: HTTPConnection = HTTPSConnection(host, parts.port, timeout=SECONDS, context=context)
    else:
        way = HTTPConnection(host, parts.port, timeout=SECONDS)
    try:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        way.request("POST", parts.path.rstrip("/") + DOOR, body, headers)
        answer = way.getresponse()
        text = answer.read(LARGEST + 1)
    finally:
        way.close()
    found: object = json.loads(text) if len(text) <= LARGEST and text.startswith(b"{") else {}
    return answer.status, found if isinstance(found, dict) else {}
