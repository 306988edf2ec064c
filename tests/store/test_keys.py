"""A secret that stands in a table opens in its own home, for its own place, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from tongban.store.keys import Keys


def test_what_is_sealed_opens_for_the_same_place_in_the_same_home(home: Path) -> None:
    cipher = Keys(home).cipher("330822")
    sealed = cipher.seal(b"secret", "webhook/1")
    assert b"secret" not in sealed and cipher.seal(b"secret", "webhook/1") != sealed
    assert Keys(home).cipher("330822").open(sealed, "webhook/1") == b"secret"
    assert cipher.open(sealed, "webhook/2") is None
    assert cipher.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "webhook/1") is None
    assert cipher.open(b"", "webhook/1") is None
    assert Keys(home).cipher("330823").open(sealed, "webhook/1") is None


def test_a_cipher_shows_its_key_to_nobody(home: Path) -> None:
    assert repr(Keys(home).cipher("330822")) == "Cipher(…)"
