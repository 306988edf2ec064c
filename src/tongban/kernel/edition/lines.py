"""The lines of an edition as values, how they are written, and their digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from string import hexdigits
from typing import TypeAlias, cast

import msgspec
from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.edition import FORMAT
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.checkpoint import Checkpoint
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.merkle import HASH_LENGTH
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Value

TAG = f"{FORMAT}\n".encode()
MARK_TAG = b"tongban.mark.1\n"
MARK_LENGTH = 12
"""Bytes of a mark: too many to be tried, few enough to be read aloud."""
SALT_LENGTH = 16
MOST_LINES = 10_000
Cell: TypeAlias = "str | int | bool | tuple[str, ...]"
Words: TypeAlias = "Mapping[str, str]"
"""The same thing said in each language."""


class Silent(Struct, frozen=True, forbid_unknown_fields=True):
    """A figure that the edition does not have, and the code that says why."""

    key: str
    because: str


class Head(Struct, frozen=True, tag_field="line", tag="head", forbid_unknown_fields=True):
    """What the file is. ``corrects`` is the digest of the edition that it takes the place of, "" for a first one, and ``why`` the
    reason. ``ledger``: entries that stood under the newest checkpoint when the cases were counted. ``units`` are the names of those
    that stand alone."""

    format: str
    county: str
    county_name: Words
    period: str
    edition: int
    corrects: str
    why: str
    made: str
    ledger: int
    units: Mapping[str, Words]
    left_out: tuple[Silent, ...] = ()


class Said(Struct, frozen=True, forbid_unknown_fields=True):
    """A definition in the words of one language; ``exclusions`` by their ids."""

    practice: str
    title: str
    says: str
    exclusions: Words


class Defined(Struct, frozen=True, tag_field="line", tag="definition", forbid_unknown_fields=True):
    """A definition: ``text`` is its canonical JSON (``kernel.indicator.Definition``), ``hash`` over it."""

    text: str
    hash: str
    words: Mapping[str, Said]


class Column(Struct, frozen=True, forbid_unknown_fields=True):
    """``rows`` says for each row which of ``values`` it has, counted from 0."""

    values: tuple[Cell, ...]
    rows: tuple[int, ...]

    @staticmethod
    def of(cells: Sequence[Cell]) -> Column:
        """Values in the order in which they are first met; True and 1 are two values."""
        places: dict[tuple[type, Cell], int] = {}
        rows = tuple(places.setdefault((type(each), each), len(places)) for each in cells)
        return Column(tuple(each for _, each in places), rows)


class Population(Struct, frozen=True, tag_field="line", tag="population", forbid_unknown_fields=True):
    """The cases behind one or more figures: a row each, in the order of their marks.

    ``practice``, ``of``, ``counted`` and ``unit`` as in the definitions that are counted over it, whose keys are ``figures``. ``units``
    says of each row whose it is, "" for one of the units that are not told apart. ``columns`` by the name that definitions name.
    ``salt`` (hexadecimal) goes into the marks, another one in each population: rows of one case cannot be put beside each other.
    """

    practice: str
    of: str
    counted: str
    unit: str
    figures: tuple[str, ...]
    salt: str
    marks: tuple[str, ...]
    units: Column
    columns: Mapping[str, Column]

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What its rows are."""
        return self.practice, self.of, self.counted, self.unit


class Squares(Struct, frozen=True, forbid_unknown_fields=True):
    """Of an average: what its interval follows from. As texts of digits, because they may be longer than JSON keeps exact."""

    squares: str
    squares_below: str
    products: str
    least: str


class Counted(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A value: its counts, and the limits of its interval in ten-thousandths."""

    numerator: int
    denominator: int
    sample: int
    excluded: Mapping[str, int]
    low: int
    high: int
    sums: Squares | None = None


class Figure(Struct, frozen=True, tag_field="line", tag="figure", forbid_unknown_fields=True):
    """What a definition comes to, in the county and in each unit that has rows ("" for those with few cases)."""

    key: str
    definition: str
    county: Counted
    units: Mapping[str, Counted]


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """The entry of the ledger that holds the digest; hashes in hexadecimal."""

    body: str
    prev: str
    seal: str


class Before(Struct, frozen=True, forbid_unknown_fields=True):
    """The signed head under which the edition before stood, and the proof that this one only added to it."""

    note: str
    path: tuple[str, ...]


class Proof(Struct, frozen=True, tag_field="line", tag="proof", forbid_unknown_fields=True):
    """What ties the lines to the signed ledger. ``digests`` of the lines before it, one a line."""

    digests: tuple[str, ...]
    entry: Sealed
    note: str
    leaf: int
    path: tuple[str, ...]
    before: Before | None


Line: TypeAlias = "Head | Defined | Population | Figure | Proof"
_decode = shapes.reader(
    cast("type[Head | Defined | Population | Figure | Proof]", Head | Defined | Population | Figure | Proof)
)


class Edition(Struct, frozen=True):
    """A file taken apart; nothing about it is proved yet. ``digests`` are over its own lines, the proof's left out."""

    head: Head
    definitions: tuple[Defined, ...]
    populations: tuple[Population, ...]
    figures: tuple[Figure, ...]
    proof: Proof | None
    digests: tuple[str, ...]

    @property
    def digest(self) -> str:
        return digest_of(self.digests)


def head_named(head: Checkpoint) -> str:
    """A signed head as an edition's entry names the one before it: entries and root. The entry of the first of all says ""."""
    return f"{head.size} {head.root.hex()}"


def written(line: Line) -> str:
    """A line as it stands in the file."""
    return canonical(cast(Value, msgspec.to_builtins(line))) + "\n"


def population_of(line: str) -> Population:
    """Rows that were written here, read back."""
    return shapes.read(line, Population)


def proof_of(line: str) -> Proof:
    """A proof that was written here, read back."""
    return shapes.read(line, Proof)


def line_digest(line: str) -> str:
    """SHA-256 over a line and its newline, in hexadecimal."""
    return sha256(line.encode()).hexdigest()


def digest_of(digests: Iterable[str]) -> str:
    """The digest of a whole edition, from those of its lines."""
    return sha256(TAG + b"".join(bytes.fromhex(each) for each in digests)).hexdigest()


def mark_of(salt: str, seal: bytes) -> str:
    """The mark of a case's row: whoever has the seal of the entry that opened the case (it stands in the receipt) finds it again."""
    return sha256(MARK_TAG + bytes.fromhex(salt) + seal).digest()[:MARK_LENGTH].hex()


def read(text: str) -> Edition | Finding:
    """Take a file apart. Every line is in its one canonical writing: what two readers might understand in two ways (a key given twice, a
    number as text, a member that nobody knows) is refused. A line that is none gives ``edition.unreadable`` with its number, counted from 1; another kind of file
    ``edition.format``; lines in another order, or without a head, ``edition.order``."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if not lines or len(lines) > MOST_LINES or FORMAT not in lines[0]:
        return Finding("edition.format")
    parts: list[Line] = []
    for n, line in enumerate(lines, 1):
        try:
            part = _decode(line.encode())
            if written(part) != f"{line}\n":
                return Finding("edition.unreadable", "", 0, {"line": n, "reason": "cause.canonical"})
            parts.append(part)
        except (msgspec.DecodeError, RefusedError, UnicodeEncodeError, RecursionError) as fault:
            shape = isinstance(fault, msgspec.ValidationError)
            return Finding(
                "edition.unreadable",
                "",
                0,
                {"line": n, "reason": f"cause.{'shape' if shape else 'not_json'}"},
            )
    order = [type(part) for part in parts]
    kinds = (Head, Defined, Population, Figure, Proof)
    head = parts[0]
    if order != sorted(order, key=kinds.index) or not isinstance(head, Head) or order.count(Head) > 1:
        return Finding("edition.order")
    if order.count(Proof) > 1:
        return Finding("edition.order")
    if head.format != FORMAT:
        return Finding("edition.format")
    last = parts[-1]
    proof = last if isinstance(last, Proof) else None
    covered = lines if proof is None else lines[:-1]
    return Edition(
        head,
        tuple(each for each in parts if isinstance(each, Defined)),
        tuple(each for each in parts if isinstance(each, Population)),
        tuple(each for each in parts if isinstance(each, Figure)),
        proof,
        tuple(line_digest(line + "\n") for line in covered),
    )


def hashes(texts: Iterable[str]) -> tuple[bytes, ...] | None:
    """Hashes from their hexadecimal digits; None when one is none. One hash has one writing."""
    found = tuple(texts)
    written_so = all(len(each) == 2 * HASH_LENGTH and not {*each} - {*hexdigits.lower()} for each in found)
    return tuple(bytes.fromhex(each) for each in found) if written_so else None
