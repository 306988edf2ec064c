"""A resident is known by a code sent to their telephone: then every case brought with that number is theirs to follow.

A code goes to whatever number is given, so nobody learns whether anybody ever used it here; what it opened is told to whoever
holds the telephone. What waits for the code is carried by the browser that asked (sealed), so that nobody uses up a stranger's tries.
"""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error
from datetime import date, datetime, timedelta
from hmac import compare_digest

import msgspec
from msgspec import Struct

from tongban.apps import patience
from tongban.apps.keyring import cipher_of
from tongban.apps.notices.codes import send_code
from tongban.apps.office import Office, office
from tongban.apps.patience import Bound, place
from tongban.apps.people.proving import told_of_it
from tongban.kernel import shapes
from tongban.kernel.form import Field, FieldKind, Form, read
from tongban.kernel.refusal import Refused
from tongban.store.identity import cases_of

MINUTES = 5
DIGITS = 6
TRIES = Bound("by_phone:code", 5, MINUTES * 60)
"""Tries at one code."""
USED = Bound("by_phone:used", 1, MINUTES * 60)
"""A code works once, also where two bring it at the same moment."""
AT_A_NUMBER = Bound("by_phone:number", 15, 24 * 60 * 60)
"""Wrong codes for one number in a day, from everywhere: of a million, so nobody comes upon one by trying."""
FROM_A_PLACE = Bound("by_phone:place", 10, 60 * 60)
"""Codes asked for from one address, whatever the numbers."""
OF_ALL = Bound("by_phone:all", 1000, 60 * 60)
"""Codes of the whole county: text messages cost money, and somebody may make them their sport."""
YEARS = 2
"""A number may have come to somebody else since: older cases want their own number as well."""
MOST = 50
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PLACE = "by_phone"
_PHONE = Form("proof", (Field("phone", FieldKind.phone, required=True),))


class Waiting(Struct, frozen=True):
    """What waits for its code: ``digest`` is the code's, ``id`` counts the tries, ``until`` is in seconds."""

    id: str
    phone: str
    digest: str
    until: float


def ask(phone: str, address: str, language: str, now: datetime) -> str | Refused:
    """Send a code to a number; what the browser is to carry comes back. Refuses what is no mobile number, too many codes for
    one number, one address or the county, and a county that can send none; none of it says whether a case has the number."""
    answers = read(_PHONE, {"phone": phone}, known={}, today=date.min)
    if isinstance(answers, Refused):
        return answers
    number = str(answers.values["phone"])
    if not _MOBILE.fullmatch(number):
        return Refused("people.no_mobile", "phone")
    moment = now.timestamp()
    seconds = max(patience.count(FROM_A_PLACE, place(address), moment), patience.count(OF_ALL, "", moment))
    if seconds:
        return Refused("people.wait", "phone", {"minutes": -(-seconds // 60)})
    here, code, made = office(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_hex(16)
    refused = send_code(number, code, MINUTES, language, now)
    if refused is not None:
        return refused
    until = (now + timedelta(minutes=MINUTES)).timestamp()
    return _sealed(here, Waiting(made, number, _digest(here, made, code), until))


def masked(carried: str) -> str:
    """The number that a code went to, as it may be shown; "" where nothing waits."""
    found = _opened(office(), carried)
    return f"{found.phone[:3]}****{found.phone[-4:]}" if found is not None else ""


def prove_phone(carried: str, code: str, now: datetime) -> tuple[str, ...] | Refused:
    """The ids of the cases of whoever has the code, the newest first; none where the number brought none.

    A wrong code, one of another browser and one that has run out are refused in the same words; it works once, and after
    five tries no more.
    """
    here, no = office(), Refused("people.code_wrong", "second")
    found = _opened(here, carried)
    if found is None or found.until <= now.timestamp():
        return no
    moment, whom = now.timestamp(), here.journal.lookup.source(found.phone)
    if patience.trying(((TRIES, found.id), (AT_A_NUMBER, whom)), moment):
        return no
    digits = "".join(str(int(char)) for char in code[:20] if char.isdecimal())
    if not compare_digest(_digest(here, found.id, digits), found.digest):
        return no
    patience.untried(((AT_A_NUMBER, whom),))
    if patience.trying(((USED, found.id),), moment):
        return no
    since = now - timedelta(days=366 * YEARS)
    ids = cases_of(here.journal, FieldKind.phone, found.phone, MOST)
    loaded = {each.case.id: each.case for each in here.journal.load(ids=ids)} if ids else {}
    return tuple(
        each
        for each in ids
        if each in loaded and loaded[each].opened_at >= since and told_of_it(here, loaded[each])
    )


def numbers_of(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of cases, the newest first."""
    loaded = office().journal.load(ids=ids) if ids else ()
    return tuple(
        each.case.number for each in sorted(loaded, key=lambda each: each.case.opened_at, reverse=True)
    )


def _digest(here: Office, made: str, code: str) -> str:
    return here.journal.lookup.source(f"code/{made}/{code}")


def _sealed(here: Office, waiting: Waiting) -> str:
    county = here.county.code
    return b64encode(cipher_of(county).seal(msgspec.json.encode(waiting), f"{_PLACE}/{county}")).decode()


def _opened(here: Office, carried: str) -> Waiting | None:
    try:
        sealed = b64decode(carried, validate=True)
    except (Error, ValueError):
        return None
    county = here.county.code
    plain = cipher_of(county).open(sealed, f"{_PLACE}/{county}") if sealed else None
    return shapes.read(plain, Waiting) if plain is not None else None
