"""What seals who asks. A value lies in its row as ``vault1:<key>:<base64url>`` and opens in that row alone.

Sealed together are the value and the salt of its digest in the ledger: whoever has the salt could try all telephone numbers against
that digest. Rows that were written before there was a vault hold both in the clear; they are read until ``resealing`` has moved them.

Needs no Django: a verification opens rows in processes of its own.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from tongban.kernel.ledger.seal import SALT_LENGTH
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.keys import KEY_LOST, made_once
from tongban.store.suites import SUITES, Suite

BEGINNING = "vault1:"
KEY_MISSING, UNREADABLE = "vault.key_missing", "vault.unreadable"
_FILE = re.compile(r"(?P<county>[^.]+)\.vault-(?P<n>[1-9][0-9]{0,5})-(?P<suite>[a-z0-9]+)")
_CHECK = b"tongban vault"
_CHECKED = 4
"""Bytes of a key's check, in its id: another key under the same number is not taken for it."""


class Place(NamedTuple):
    """Where a value lies: of which case, entry and field. The county is the vault's."""

    chain: str
    seq: int
    field: str


class Key(Struct, frozen=True):
    """One key of a vault. ``id`` tells its number, its suite and its check: ``2-sm-1f3a9c02``."""

    n: int
    suite: Suite
    secret: bytes
    id: str

    def __repr__(self) -> str:
        return f"Key({self.id})"


class Vault:
    """The keys of a county's vault: ``keys/<county>.vault-<number>-<suite>``. The newest seals, all of them open.

    ``suite`` is that of the first key, and of those that are made from now on. Keys that another process made are found when
    they are needed: the folder is looked at before every sealing. ``sealing`` tells the ids of all keys that seal rows, also of
    those that were lost: no key takes the number of one of these, so that it may come back.
    """

    def __init__(
        self, folder: Path, county: str, suite: str = "aes", sealing: Callable[[], Collection[str]] = tuple
    ) -> None:
        self.folder, self.county, self.suite, self.sealing = folder, county, suite, sealing
        self._keys: dict[str, Key] = {}
        self._seen = -1

    def __repr__(self) -> str:
        return f"Vault({self.county})"

    def __reduce__(self) -> tuple[type[Vault], tuple[Path, str, str]]:
        """In another process it opens, and is asked for no new key."""
        return Vault, (self.folder, self.county, self.suite)

    def current(self) -> Key:
        """The key that seals; the first is made here. Raises ``RefusedError`` (``vault.key_lost``) where every one of them was lost."""
        newest = self._newest()
        if newest is None and (lost := self.sealing()):
            name = f"{self.county}.vault-{max(lost, key=_number).rpartition('-')[0]}"
            raise RefusedError(Refused(KEY_LOST, "", {"key": name, "path": str(self.folder)}))
        return newest or self.make()

    def every(self) -> tuple[Key, ...]:
        """All that lie here, the oldest first."""
        self._newest()
        return tuple(self._keys.values())

    def make(self) -> Key:
        """A new key, which seals from now on."""
        newest = self._newest()
        taken = [newest.n if newest else 0, *map(_number, self.sealing())]
        n, suite = max(taken) + 1, SUITES[self.suite]
        suite.seal(
            bytes(suite.key_length), b"", b""
        )  # refuses a cipher that is not there before a key is made for it
        made_once(self.folder, f"{self.county}.vault-{n}-{suite.id}", suite.key_length)
        self._seen = -1
        return self.current()

    def seal(self, salt: bytes, text: str, place: Place) -> str:
        """What stands in the row in place of the value."""
        key = self.current()
        sealed = key.suite.seal(key.secret, salt + text.encode(), self._bound(place))
        return f"{BEGINNING}{key.id}:{urlsafe_b64encode(sealed).decode()}"

    def open(self, kept: str, place: Place) -> tuple[bytes, str]:
        """Salt and value of what ``seal`` gave.

        Raises ``RefusedError``: ``vault.key_missing`` where its key is not here, ``vault.unreadable`` where it was changed or
        lies in another place than it was sealed for.
        """
        name, _, encoded = kept.removeprefix(BEGINNING).partition(":")
        key = self._keys.get(name)
        if key is None:
            self._seen = -1
            self._newest()
            key = self._keys.get(name)
        if key is None:
            raise RefusedError(Refused(KEY_MISSING, "", {"key": name}))
        try:
            sealed = urlsafe_b64decode(encoded)
        except (NotBase64, ValueError):
            sealed = b""
        plain = key.suite.open(key.secret, sealed, self._bound(place))
        if plain is None or len(plain) < SALT_LENGTH:
            raise RefusedError(Refused(UNREADABLE, "", {"chain": place.chain, "field": place.field}))
        return plain[:SALT_LENGTH], plain[SALT_LENGTH:].decode()

    def text(self, kept: str, place: Place) -> str:
        """The value of a row, sealed or not. Raises as ``open`` does."""
        return self.open(kept, place)[1] if kept.startswith(BEGINNING) else kept

    def _bound(self, place: Place) -> bytes:
        return f"identity/{self.county}/{place.chain}/{place.seq}/{place.field}".encode()

    def _newest(self) -> Key | None:
        """The newest key, of those that lie in the folder now."""
        try:
            seen = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            seen = 0
        if seen != self._seen:
            lying = self.folder.iterdir() if seen else ()
            named = [match for path in lying if (match := _FILE.fullmatch(path.name)) is not None]
            read = [self._read(each) for each in named if each["county"] == self.county]
            keys = sorted((key for key in read if key is not None), key=lambda key: (key.n, key.id))
            self._keys = {key.id: key for key in keys}
            self._seen = seen
        return next(reversed(self._keys.values()), None)

    def _read(self, named: re.Match[str]) -> Key | None:
        """A key from its file; None for a suite that this program does not know, and a file of another length."""
        suite, secret = SUITES.get(named["suite"]), (self.folder / named[0]).read_bytes()
        if suite is None or len(secret) != suite.key_length:
            return None
        check = suite.mac(secret, _CHECK)[:_CHECKED].hex()
        return Key(int(named["n"]), suite, secret, f"{named['n']}-{suite.id}-{check}")


def _number(id: str) -> int:
    """That of a key, from its id; 0 for what is none."""
    n = id.partition("-")[0]
    return int(n) if n.isdecimal() else 0


class Unsealed(Vault):
    """Leaves values as they are: for tests and benches of what lies around them. No door has it."""

    def __init__(self) -> None:
        super().__init__(Path("/nonexistent"), "")

    def seal(self, salt: bytes, text: str, place: Place) -> str:  # noqa: ARG002 - the shape of the other
        return text


UNSEALED = Unsealed()
