"""The suites give what the standards print."""

from __future__ import annotations

import pytest

from tongban.store.suites import NONCE, SUITES, TAG

SM, AES = SUITES["sm"], SUITES["aes"]
SM4_KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


def test_sm4_gives_the_block_of_its_standard() -> None:
    """GB/T 32907-2016, annex A.1, and A.2: the same block after a million rounds is left to the library."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    turned = Cipher(SM4(SM4_KEY), ECB()).encryptor()
    assert (turned.update(SM4_KEY) + turned.finalize()).hex() == "681edf34d206965e86b3e94f536e4246"


def test_the_sm_suite_seals_as_rfc_8998_prints_it() -> None:
    """RFC 8998, appendix A.1: SM4-GCM."""
    nonce = bytes.fromhex("00001234567800000000abcd")
    plain = bytes.fromhex("".join(letter * 16 for letter in "abcdef") + "e" * 16 + "a" * 16)
    place = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert SM.seals(SM4_KEY, nonce, plain, place) == sealed
    assert SM.open(SM4_KEY, nonce + sealed, place) == plain


def test_sm3_gives_the_digests_of_its_standard() -> None:
    """GB/T 32905-2016, annex A."""
    assert SM.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert SM.digest(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_the_aes_suite_seals_as_its_specification_prints_it() -> None:
    """The GCM specification (McGrew and Viega), test case 16, which NIST SP 800-38D refers to."""
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    place = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    assert AES.seals(key, nonce, plain, place).hex() == (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_what_is_sealed_opens_there_alone_and_unchanged(suite) -> None:
    key, other = bytes(suite.key_length), b"k" * suite.key_length
    sealed = suite.seal(key, b"13800001234", b"here")
    assert b"13800001234" not in sealed and len(sealed) == NONCE + 11 + TAG
    assert suite.open(key, sealed, b"here") == b"13800001234"
    assert suite.open(key, sealed, b"there") is None
    assert suite.open(other, sealed, b"here") is None
    for n in (0, NONCE, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[n] ^= 1
        assert suite.open(key, bytes(changed), b"here") is None
    assert suite.open(key, sealed[:20], b"here") is None
    assert suite.seal(key, b"x", b"here") != suite.seal(key, b"x", b"here"), "a nonce was used twice"
