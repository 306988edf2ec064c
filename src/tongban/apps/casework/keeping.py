"""An unfinished form, kept under a code that only whoever fills it in has. See decision 51.

The key is made from the code (scrypt) and from a secret of the home, and is stored nowhere: the office cannot read what it
keeps, a copy of the database opens nothing, and a lost code is a lost form. What is kept goes when it is sent, when it is
deleted by whoever has the code, and after a term.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import scrypt

import msgspec
from django.conf import settings
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps import patience
from tongban.apps.casework.files import media_types, own_file, remove_ended, remove_loose, restore
from tongban.apps.keyring import keys_of
from tongban.apps.office import Office, office
from tongban.apps.patience import Bound, place
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused
from tongban.store import kept

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
"""Digits and letters that nobody takes for each other: no 0 O, 1 I L, 5 S, no U. A prime number of them (29)."""
LENGTH = 16
TRIES = Bound("kept:tries", 20, 10 * 60, anew=True)
"""Codes that open nothing, from one address; a code cannot be guessed (73 bits), so this spares the machine."""
KEEPINGS = Bound("kept:keep", 30, 10 * 60)
"""Forms kept from one address: an office or a village may share one."""
MOST_BYTES = 40 * 2**20
"""Bytes of the files of one form."""
_NONCE = 12


class Unfinished(Struct, frozen=True):
    """What was entered so far, as it was typed, by field; of a step that opens a case (``practice``) or of a case (``number``).

    ``adoption`` is the version of the practice that asked; ``at`` the page where it was left; ``files`` gives the media
    types of the files that stand among the answers.
    """

    answers: Mapping[str, str | list[str]]
    practice: str = ""
    number: str = ""
    step: str = ""
    adoption: str = ""
    at: str = ""
    files: Mapping[str, str] = {}


class Keeping(Struct, frozen=True):
    """Kept: ``code`` as it is written down, and the moment at which it ends."""

    code: str
    until: datetime


class Again(Struct, frozen=True):
    """An unfinished form given back, under its code as it is written. ``files_lost``: some file could not be."""

    what: Unfinished
    code: str
    until: datetime
    files_lost: bool = False


def new_code() -> str:
    """Fifteen characters by chance and one that finds every wrong character and every swap of two."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return drawn + _checking(drawn)


def written(code: str) -> str:
    """As it is shown and read aloud: 7K3M-Q2XR-9HDA-VW4T."""
    return "-".join(code[n : n + 4] for n in range(0, LENGTH, 4))


def read_code(text: str) -> str | Refused:
    """A code as somebody typed it: small letters, spaces, hyphens and full-width characters are forgiven.

    Refuses one of another length (``kept.length``), with a character that stands in no code (``kept.character``),
    and one that was mistyped (``kept.mistyped``).
    """
    import unicodedata

    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    code = "".join(each for each in plain if each.isalnum())
    strange = next((each for each in code if each not in ALPHABET), "")
    if strange:
        return Refused("kept.character", "code", {"character": strange})
    if len(code) != LENGTH:
        return Refused("kept.length", "code", {"length": LENGTH, "given": len(code)})
    return code if _checking(code[:-1]) == code[-1] else Refused("kept.mistyped", "code")


def keep(what: Unfinished, address: str, now: datetime, code: str = "") -> Keeping | Refused:
    """Keep it, under the ``code`` it came back under, if it did, else under a new one.

    Its files lie enciphered from then on and no longer beside the others. Refuses too many files
    (``kept.too_much``) and too many forms from one address (``kept.often``).
    """
    here = office()
    contents = _contents(what)
    if sum(len(data) for _, _, data in contents) > MOST_BYTES:
        return Refused("kept.too_much", "", {"most": MOST_BYTES >> 20})
    seconds = patience.count(KEEPINGS, place(address), now.timestamp())
    if seconds:
        return Refused("kept.often", "", {"minutes": -(-seconds // 60)})
    own = read_code(code) if code else ""
    own = own if isinstance(own, str) and own else new_code()
    until = now + timedelta(days=settings.KEPT_DAYS)
    name, key = _name_and_key(own, here)
    held = replace(what, files={each: kind for each, kind, _ in contents})
    parts = [msgspec.json.encode(held), *(data for _, _, data in contents)]
    kept.put(here.journal, name, [_sealed(key, name, n, part) for n, part in enumerate(parts)], until)
    remove_loose([each for each, _, _ in contents])
    return Keeping(written(own), until)


def fetch(text: str, address: str, now: datetime) -> Again | Refused:
    """What is kept under a code. It stays kept until it is sent.

    Refuses what is no code, one under which there is nothing, or nothing any more (``kept.unknown``: which of them nobody
    is told), and too many tries (``kept.wait``).
    """
    code = read_code(text)
    if isinstance(code, Refused):
        return code
    tried = ((TRIES, place(address)),)
    seconds = patience.trying(tried, now.timestamp())
    if seconds:
        return Refused("kept.wait", "code", {"minutes": -(-seconds // 60)})
    here = office()
    name, key = _name_and_key(code, here)
    parts, until = kept.parts_of(here.journal, name, now)
    opened = _opened(key, name, parts)
    if not opened:
        patience.wrong(tried, now.timestamp())
        return Refused("kept.unknown", "code")
    patience.untried(tried)
    what = shapes.read(opened[0], Unfinished)
    back = {restore(data, kind, now) for data, kind in zip(opened[1:], what.files.values(), strict=False)}
    return Again(what, written(code), until, files_lost=back != set(what.files))


def forget(text: str) -> None:
    """Delete what is kept under a code, if anything is: it was sent, or whoever has the code wants it gone."""
    code = read_code(text) if text else None
    if isinstance(code, str):
        here = office()
        kept.forget(here.journal, _name_and_key(code, here)[0])


def tidy(now: datetime) -> None:
    """Delete what has had its time: forms under codes, and files that came with a page that was never sent."""
    here = office()
    kept.forget_ended(here.journal, now)
    remove_ended(now)


def _checking(drawn: str) -> str:
    """The last character: a weighted sum modulo the prime size of the alphabet."""
    total = sum((n + 2) * ALPHABET.index(each) for n, each in enumerate(drawn))
    return ALPHABET[total % len(ALPHABET)]


def _name_and_key(code: str, here: Office) -> tuple[str, bytes]:
    """Under which name it lies, and the key that opens it: neither tells the code, nor one the other."""
    secret = keys_of(here.county.code).unfinished(here.county.code)
    made = scrypt(code.encode(), salt=secret, n=2**14, r=8, p=1, dklen=64)
    return made[:32].hex(), made[32:]


def _sealed(key: bytes, name: str, n: int, data: bytes) -> bytes:
    """ChaCha20-Poly1305 under a nonce by chance; a part cannot be put in another's place."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    nonce = secrets.token_bytes(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, data, f"{name}/{n}".encode())


def _opened(key: bytes, name: str, parts: Sequence[bytes]) -> tuple[bytes, ...]:
    """The parts in plain; none where any was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher = ChaCha20Poly1305(key)
    try:
        return tuple(
            cipher.decrypt(part[:_NONCE], part[_NONCE:], f"{name}/{n}".encode())
            for n, part in enumerate(parts)
        )
    except InvalidTag:
        return ()


def _contents(what: Unfinished) -> list[tuple[str, str, bytes]]:
    """The files among the answers: id, media type, bytes. An id of none, or of a file that is gone, is left out."""
    every = [
        each for value in what.answers.values() for each in ([value] if isinstance(value, str) else value)
    ]
    kinds = media_types([each for each in every if len(each) == 64])
    opened = [(name, own_file(name)) for name in kinds]
    return [(name, *found) for name, found in opened if not isinstance(found, Refused)]
