"""A secret that stands in a table opens in its own home, for its own place, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.kernel.refusal import RefusedError
from tongban.store.keys import KEY_BROKEN, KEY_LOST, LOOKUP_MISSING, Keys


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


def test_a_key_that_something_rests_on_is_never_made_anew(home: Path) -> None:
    first = Keys(home).cipher("330822")
    at_work = Keys(home, lambda kind: kind in {"secrets", "lookup"})
    assert at_work.cipher("330822").key == first.key
    (home / "330822.secrets").unlink()
    with pytest.raises(RefusedError) as refused:
        at_work.cipher("330822")
    assert refused.value.refusal.code == KEY_LOST and not (home / "330822.secrets").exists()
    assert [each.code for each in at_work.lost("330822")] == [LOOKUP_MISSING, KEY_LOST]
    assert len(at_work.draws("330822")) == 32  # nothing rests on this one


@pytest.mark.parametrize("left", [b"", b"short", b"x" * 33])
def test_a_key_that_is_not_whole_is_not_taken(home: Path, left: bytes) -> None:
    home.mkdir(exist_ok=True)
    (home / "330822.signing").write_bytes(left)
    with pytest.raises(RefusedError) as refused:
        Keys(home).signer("330822")
    assert refused.value.refusal.code == KEY_BROKEN and (home / "330822.signing").read_bytes() == left
