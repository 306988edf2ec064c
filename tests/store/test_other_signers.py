"""Another hand may sign: SM2 with SM3 in the place of Ed25519, or beside it, without a change to what is signed."""

from __future__ import annotations

import pytest
from small_practice import COUNTY, MONDAY, PROCEDURE, later, opened

from scenario_ground import ROOT
from sm2_ground import SM2Signer
from tongban.kernel.ledger.receipt import Verified, check_receipt
from tongban.kernel.refusal import Refused
from tongban.library.parcel import Parcel, signed_by, unwrap, wrap
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.store.batch import Append
from tongban.store.checkpoints import Head, checkpoint
from tongban.store.heads import keep, kept_file
from tongban.store.receipts import receipt
from tongban.store.verification import Outside, verify

SECRET = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
CHANCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21


def test_sm2_signs_as_its_standard_prints_it() -> None:
    """GB/T 32918.5-2017, annex A.2."""
    signer = SM2Signer("tongban.330899", SECRET, CHANCE)
    signature = signer.sign(b"message digest")
    assert signature.hex() == (
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
    )
    assert signer.verifier().verify(b"message digest", signature)
    assert not signer.verifier().verify(b"message digesT", signature)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("alone", [True, False])
def test_heads_and_receipts_of_the_ledger_hold_under_another_signature(served, keys, alone, tmp_path) -> None:
    sm2 = SM2Signer(f"tongban.{COUNTY}", SECRET)
    signers = [sm2] if alone else [keys.signer(COUNTY), sm2]
    served.append([Append(PROCEDURE, opened(number="A1"))], MONDAY)
    promised = receipt(served, "A1", signers, MONDAY)
    assert isinstance(checkpoint(served, signers, later(hours=1)), Head)
    covered = receipt(served, "A1", signers, later(hours=1))
    keep(served, tmp_path)
    outside = Outside(kept_file(tmp_path, COUNTY).read_text("utf-8"))
    for verifiers in ([sm2.verifier()], [each.verifier() for each in signers]):
        assert verify(served, verifiers, later(hours=1), outside).findings == ()
        for text in (promised, covered):
            assert isinstance(text, str) and isinstance(check_receipt(text, verifiers), Verified)
    stranger = SM2Signer(f"tongban.{COUNTY}", SECRET + 1).verifier()
    assert "ledger.signature_unknown" in {each.code for each in verify(served, [stranger], MONDAY).findings}


def test_a_practice_travels_under_another_signature() -> None:
    sm2 = SM2Signer(signed_by("330899"), SECRET)
    practice = read_practice(ROOT / "practices" / "hotline")
    assert isinstance(practice, Practice)
    text = wrap(practice, "330899", {"zh-Hans": "某县"}, MONDAY, sm2)
    assert isinstance(unwrap(text, [sm2.verifier()]), Parcel)
    assert isinstance(unwrap(text.replace("hotline", "hotlime"), [sm2.verifier()]), Refused)
