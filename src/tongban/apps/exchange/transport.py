"""The way to another county: one HTTP request, which believes no answer blindly."""

from __future__ import annotations

import json
import re
from base64 import b64encode

from tongban.apps.outgoing import Answer, send
from tongban.kernel.exchange.message import Signed
from tongban.kernel.refusal import Refused

DOOR = "/api/v1/exchange/messages"
LARGEST = 20_000
"""Bytes of an answer: a receipt, or the words of a refusal."""
_CODE = re.compile(r"[a-z]{2,30}\.[a-z_]{2,60}")


def deliver(address: str, signed: Signed) -> str | Refused:
    """The receipt that is answered. Refuses with the other county's code, or ``exchange.unreachable``.

    The address may lie in the office's own network: whoever has the shell of the machine gave it.
    """
    body = json.dumps(
        {"note": signed.note, "head": signed.head, "sealed": b64encode(signed.sealed).decode()},
        ensure_ascii=False,
    ).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    came = send(address.rstrip("/") + DOOR, body, headers, largest=LARGEST, known=True)
    if isinstance(came, Refused):
        said = came.facts.get("said") or came.code
        return Refused("exchange.unreachable", address, {"said": str(said)[:200]})
    answer = _read(came)
    if came.status != 200:
        code = answer.get("code")
        known = isinstance(code, str) and _CODE.fullmatch(code) is not None
        return Refused(str(code) if known else "exchange.answer", address, {"answer": came.status})
    receipt = answer.get("receipt")
    if not isinstance(receipt, str):
        return Refused("exchange.answer", address, {"answer": came.status})
    return receipt


def _read(came: Answer) -> dict[str, object]:
    try:
        found: object = json.loads(came.body) if came.body.startswith(b"{") else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
