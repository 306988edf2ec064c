"""SM2 signatures (GB/T 32918.2, curve of GB/T 32918.5) with SM3, written out with whole numbers: a signer that another hand plugs in.

For tests alone: arithmetic in Python takes longer for some keys than for others, so it must not guard a real one.
"""

from __future__ import annotations

from hashlib import sha256
from secrets import randbelow

from msgspec import Struct

from tongban.store.suites import SUITES

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
WHO = b"1234567812345678"
"""The identity that the standard signs under where none was agreed on (GB/T 35276)."""
_TYPE = b"\xff\x01SM2"
Point = tuple[int, int] | None
sm3 = SUITES["sm"].digest


def _sum(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return other if one is None else one
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _times(n: int, point: Point) -> Point:
    found: Point = None
    while n:
        if n & 1:
            found = _sum(found, point)
        point, n = _sum(point, point), n >> 1
    return found


def _digest(public: tuple[int, int], message: bytes) -> int:
    parts = b"".join(each.to_bytes(32) for each in (A, B, *G, *public))
    return int.from_bytes(sm3(sm3((8 * len(WHO)).to_bytes(2) + WHO + parts) + message))


def key_id(name: str, public: tuple[int, int]) -> str:
    key = b"".join(each.to_bytes(32) for each in public)
    digest = sha256(name.encode() + b"\n" + _TYPE + key).hexdigest()
    return f"{name}+{digest[:8]}"


class SM2Signer(Struct, frozen=True):
    """``chance``: the number that the standard draws for each signature; drawn when it is 0."""

    name: str
    secret: int
    chance: int = 0

    @property
    def algorithm(self) -> str:
        return "sm2"

    @property
    def public(self) -> tuple[int, int]:
        point = _times(self.secret, G)
        assert point is not None
        return point

    @property
    def key_id(self) -> str:
        return key_id(self.name, self.public)

    def sign(self, message: bytes) -> bytes:
        while True:
            k = self.chance or 1 + randbelow(N - 1)
            point = _times(k, G)
            assert point is not None
            r = (_digest(self.public, message) + point[0]) % N
            s = pow(1 + self.secret, -1, N) * (k - r * self.secret) % N
            if r and s and r + k != N:
                return r.to_bytes(32) + s.to_bytes(32)

    def verifier(self) -> SM2Verifier:
        return SM2Verifier(self.key_id, self.public)


class SM2Verifier(Struct, frozen=True):
    key_id: str
    public: tuple[int, int]

    @property
    def algorithm(self) -> str:
        return "sm2"

    def verify(self, message: bytes, signature: bytes) -> bool:
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        t = (r + s) % N
        if len(signature) != 64 or not (0 < r < N and 0 < s < N and t):
            return False
        point = _sum(_times(s, G), _times(t, self.public))
        return point is not None and (_digest(self.public, message) + point[0]) % N == r
