"""The keys of an office in one file that opens with a passphrase alone: kept apart from the database, useless to whoever finds it.

AES-256-GCM under a key that scrypt makes of the passphrase (128 MB and about half a second a try), RFC 7914 and NIST SP 800-38D.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tongban.kernel import shapes
from tongban.kernel.refusal import Refused, RefusedError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PASSPHRASE = "TONGBAN_BACKUP_PASSPHRASE"  # noqa: S105 - the name of a variable
SHORTEST = 12
_BEGINNING = b"tongban.keys/1\n"
_SALT, _NONCE = 16, 12


def passphrase(environ: Mapping[str, str]) -> str:
    """What the environment says. Refuses none and one that can be guessed."""
    said = environ.get(PASSPHRASE, "")
    if len(said) < SHORTEST:
        raise RefusedError(Refused("backup.passphrase", PASSPHRASE, {"least": SHORTEST}))
    return said


def seal(keys: Path, into: Path, words: str) -> int:
    """Seal every key of the folder into a file that its owner alone may read; how many there were."""
    found = {path.name: base64.b64encode(path.read_bytes()).decode() for path in _files(keys)}
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    text = _cipher(words, salt).encrypt(nonce, msgspec.json.encode(found), _BEGINNING)
    into.parent.mkdir(parents=True, exist_ok=True)
    made = into.with_name(f".{into.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_BEGINNING + salt + nonce + text)
        file.flush()
        os.fsync(file.fileno())
    made.replace(into)
    return len(found)


def unseal(sealed: Path, words: str) -> dict[str, bytes]:
    """The keys by name. Refuses a file that is none, that was changed, and another passphrase."""
    from cryptography.exceptions import InvalidTag

    try:
        data = sealed.read_bytes()
    except OSError as fault:
        raise RefusedError(Refused("backup.keys_unreadable", str(sealed))) from fault
    rest = data.removeprefix(_BEGINNING)
    try:
        if rest is data or len(rest) <= _SALT + _NONCE:
            raise InvalidTag
        salt, nonce, text = rest[:_SALT], rest[_SALT : _SALT + _NONCE], rest[_SALT + _NONCE :]
        plain = _cipher(words, salt).decrypt(nonce, text, _BEGINNING)
    except InvalidTag as fault:
        raise RefusedError(Refused("backup.keys_unreadable", str(sealed))) from fault
    found = shapes.read(plain, dict[str, str])
    return {name: base64.b64decode(value) for name, value in found.items()}


def put_back(keys: Mapping[str, bytes], folder: Path) -> None:
    """Write keys that are not there; one that is there and differs is refused before any is written."""
    for name, value in keys.items():
        if Path(name).name != name or ((folder / name).exists() and (folder / name).read_bytes() != value):
            raise RefusedError(Refused("backup.other_keys", str(folder / name)))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, value in keys.items():
        if not (folder / name).exists():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(value)


def names(keys: Path) -> frozenset[str]:
    """Of the keys that lie in a folder."""
    return frozenset(path.name for path in _files(keys))


def _files(keys: Path) -> list[Path]:
    found = keys.iterdir() if keys.is_dir() else ()
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _cipher(words: str, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 17, r=8, p=1).derive(words.encode()))
